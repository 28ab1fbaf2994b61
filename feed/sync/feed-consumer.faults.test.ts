/** Faults between writer and consumer, seeded: whoever says LIVE is right, and all heal in the end. */

import { describe, expect, test } from 'vitest';
import { FeedState } from '../market.ts';
import { testSeeds, withSeed } from '../testing/random.ts';
import { type Faults, NO_FAULTS, World } from '../testing/world.ts';
import { StreamLevel } from '../wire/topic.ts';
import { FeedConsumer } from './feed-consumer.ts';

const MILD: Faults = { ...NO_FAULTS, drop: 0.01, duplicate: 0.05, delay: 0.02 };
const RING_BYTES = 1 << 20;

describe.each(Object.entries(StreamLevel))('a consumer of %s', (_, level) => {
  test.each(testSeeds(12))(
    'heals from drops, repetitions, delays and corruption (seed %i)',
    (seed) => {
      withSeed(seed, (random) => {
        const world = new World(random, RING_BYTES, level);
        world.run(20, 4);
        world.faults = {
          drop: 0.05,
          duplicate: 0.1,
          delay: 0.1,
          corrupt: 0.03,
          repairDrop: 0.05,
          repairCorrupt: 0.03,
        };
        world.run(300, 4);
        world.expectHealed();
        expect(world.liveChecks).toBeGreaterThan(20);
        expect(world.consumer.stats.gaps).toBeGreaterThan(0);
        expect(new Set(world.tradeIds).size).toBe(world.tradeIds.length);
        expect(world.transactions).toEqual([...new Set(world.transactions)].sort((a, b) => a - b));
      });
    },
    60_000,
  );

  const lost = { snapshots: 0, ranges: 0 };

  test.each(testSeeds(6, 100))('heals when the ring no longer holds the gap (seed %i)', (seed) => {
    withSeed(seed, (random) => {
      const world = new World(random, 3000, level);
      world.run(20, 4);
      world.faults = { ...MILD, repairDrop: 0.05 };
      for (let i = 0; i < 6; i++) {
        world.run(40, 4);
        world.faults = { ...world.faults, drop: 1 };
        world.run(10, 4);
        world.faults = { ...world.faults, drop: 0.01 };
      }
      world.expectHealed();
      lost.snapshots += world.consumer.stats.snapshots;
      lost.ranges += world.count('trades-missed');
      expect(new Set(world.tradeIds).size).toBe(world.tradeIds.length);
    });
  });

  test('the runs before did lose ranges and need snapshots', () => {
    expect(lost.snapshots).toBeGreaterThan(0);
    expect(lost.ranges).toBeGreaterThan(0);
  });

  test.each(testSeeds(6, 200))('starts anew with each epoch of the engine (seed %i)', (seed) => {
    withSeed(seed, (random) => {
      const world = new World(random, RING_BYTES, level);
      world.faults = MILD;
      for (let i = 0; i < 5; i++) {
        world.run(60, 4);
        world.restartEngine();
      }
      world.run(60, 4);
      world.expectHealed();
      expect(world.count('epoch')).toBeGreaterThan(3);
    });
  });

  test.each(testSeeds(6, 300))(
    'proves instruments one by one while no relay answers (seed %i)',
    (seed) => {
      withSeed(seed, (random) => {
        const world = new World(random, RING_BYTES, level);
        world.run(100, 4);
        world.isRelayUp = false;
        world.faults = { ...NO_FAULTS, drop: 1 };
        world.run(2, 2);
        world.faults = NO_FAULTS;
        world.run(700, 1);
        // Most instruments had nothing in the gap: their own sequences or the heartbeats say so.
        const states = [...world.consumer.instruments.values()].map(({ state }) => state);
        expect(states.filter((state) => state === FeedState.Live).length).toBeGreaterThan(1);
        world.isRelayUp = true;
        world.expectHealed();
      });
    },
  );

  test.each(testSeeds(6, 400))(
    'a relay’s consumer gets every record from the first (seed %i)',
    (seed) => {
      withSeed(seed, (random) => {
        const world = new World(random, RING_BYTES, level);
        world.run(50, 4);
        world.transactions.length = 0;
        let next = 1;
        world.consumer = new FeedConsumer({
          ...world.relayOptions(),
          accepted: (_, first, count) => {
            expect(first).toBeLessThanOrEqual(next);
            next = Math.max(next, first + count);
          },
        });
        world.faults = { ...MILD, repairDrop: 0.02, repairCorrupt: 0.02 };
        world.run(200, 4);
        world.expectHealed();
        expect(next).toBe(world.engine.nextSequence);
        expect(world.consumer.stats.snapshots).toBe(0);
        expect(world.transactions).toHaveLength(world.engine.transaction);
      });
    },
  );
});
