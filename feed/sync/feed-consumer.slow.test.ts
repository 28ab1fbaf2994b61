/** A consumer that cannot keep up, and one that was paused, on a virtual clock. */

import { expect, test } from 'vitest';
import { FeedState } from '../market.ts';
import { Random } from '../testing/random.ts';
import { World } from '../testing/world.ts';

function joined(seed: number): World {
  const world = new World(new Random(seed));
  world.run(60, 3);
  world.expectHealed();
  world.events.length = 0;
  return world;
}

test('one that reads ever older packets skips to books of the present, and says what it missed', () => {
  const world = joined(1);
  const said = new Set<string>();
  world.stateChanged = ({ state, reason }) => {
    said.add(`${state} ${reason}`);
    world.check();
  };
  const trades = world.tradeIds.length;
  world.isBusy = true;
  // It reads half as fast as is published.
  for (let i = 0; i < 1000 && world.count('slow-consumer') === 0; i++) {
    world.lineMs += 5;
    world.step(1);
  }
  expect(world.count('slow-consumer')).toBe(1);
  expect(said).toContain('GAPPED SLOW_CONSUMER');
  expect(world.consumer.state).toBe(FeedState.Gapped);
  world.run(4, 1);
  const missed = world.events.filter((event) => event.type === 'trades-missed');
  expect(missed).toHaveLength(1);
  const [range] = missed;
  if (range?.type !== 'trades-missed') throw new Error('nothing was missed');
  expect(world.consumer.stats).toMatchObject({ skips: 1, skippedRecords: range.to - range.from });
  // What still waits in its socket is old: the books are the present, and it is not LIVE yet.
  expect(world.consumer.position.sequence).toBeGreaterThanOrEqual(range.to);
  world.lineMs = 0;
  world.isBusy = false;
  world.expectHealed();
  expect(world.tradeIds.slice(trades)).toEqual([...new Set(world.tradeIds.slice(trades))]);
});

test('one that was paused for seconds reads what waited, and loses nothing', () => {
  const world = joined(2);
  world.isBusy = true;
  world.lineMs = 5_000;
  for (let i = 0; i < 1000; i++) {
    world.lineMs = Math.max(0, world.lineMs - 15);
    world.step(1);
  }
  world.isBusy = false;
  world.expectHealed();
  expect(world.count('slow-consumer')).toBe(0);
  expect(world.count('trades-missed')).toBe(0);
});

test('one that no relay can help does not skip', () => {
  const world = joined(3);
  world.isRelayUp = false;
  world.isBusy = true;
  for (let i = 0; i < 800; i++) {
    world.lineMs += 5;
    world.step(1);
  }
  expect(world.consumer.state).not.toBe(FeedState.Live);
  world.isRelayUp = true;
  world.lineMs = 0;
  world.isBusy = false;
  world.expectHealed();
});
