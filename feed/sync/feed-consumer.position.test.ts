/** Following from a position of the past: what was missed comes out of the archive, without a seam. */

import { expect, test } from 'vitest';
import type { FeedListener } from '../listener.ts';
import { FeedState, type StreamPosition } from '../market.ts';
import { Random, testSeeds, withSeed } from '../testing/random.ts';
import { NO_FAULTS, World } from '../testing/world.ts';
import { StreamLevel } from '../wire/topic.ts';
import { FeedConsumer } from './feed-consumer.ts';

/** What a service hears of records, in order. */
class Journal implements FeedListener {
  readonly lines: string[] = [];
  resets = 0;
  levelChanged: NonNullable<FeedListener['levelChanged']> = (
    { symbol },
    side,
    price,
    quantity,
    orders,
  ) => {
    this.lines.push(`${symbol} ${side} ${price} ${quantity} ${orders}`);
  };
  traded: NonNullable<FeedListener['traded']> = ({ symbol }, _, price, quantity, tradeId) => {
    this.lines.push(`${symbol} trade ${tradeId} ${price} ${quantity}`);
  };
  transactionApplied: NonNullable<FeedListener['transactionApplied']> = ({ transaction }) => {
    this.lines.push(`transaction ${transaction}`);
  };
  bookReset: NonNullable<FeedListener['bookReset']> = () => {
    this.resets += 1;
  };
}

interface Past {
  readonly world: World;
  /** Heard from `position` on by one that never left. */
  readonly heard: Journal;
  readonly position: StreamPosition;
}

/** A market with a past, in which somebody has noted a position. */
function past(random: Random, level: StreamLevel, ringBytes = 1 << 24): Past {
  const world = new World(random, ringBytes, level);
  const heard = new Journal();
  Object.assign(world, {
    levelChanged: heard.levelChanged,
    traded: heard.traded,
    transactionApplied: heard.transactionApplied,
  });
  world.run(100, 3);
  world.expectHealed();
  const { epoch } = world.consumer.position;
  // Between two transactions of one packet: the one before it is not to be told.
  emptyTransaction(world);
  const position = { epoch, sequence: world.engine.nextSequence };
  emptyTransaction(world);
  const first = `transaction ${world.engine.transaction}`;
  world.run(100, 3);
  world.expectHealed();
  heard.lines.splice(0, heard.lines.indexOf(first));
  return { world, heard, position };
}

function emptyTransaction(world: World): void {
  world.engine.begin();
  world.engine.writer.records.endTransaction();
}

function follow(world: World, from: StreamPosition, bufferBytes = 1 << 20): Journal {
  const journal = new Journal();
  const listener: FeedListener = {
    levelChanged: journal.levelChanged,
    traded: journal.traded,
    transactionApplied: journal.transactionApplied,
    bookReset: journal.bookReset,
    event: world.event,
    stateChanged: () => world.check(),
  };
  world.events.length = 0;
  world.consumer = new FeedConsumer({ ...world.options(), listener, from, bufferBytes });
  return journal;
}

const CASES = [StreamLevel.L2, StreamLevel.L3].flatMap((level) =>
  testSeeds(3).map((seed) => ({ level, seed })),
);

test.each(CASES)('hears every record once, old and new: level $level, seed $seed', (one) => {
  withSeed(one.seed, (random) => {
    const { world, heard, position } = past(random, one.level);
    const before = heard.lines.length;
    const journal = follow(world, position);
    expect(world.consumer.state).toBe(FeedState.Syncing);
    // The market goes on while the past is fetched, though answers are lost, and packets come late.
    world.faults = { ...NO_FAULTS, repairDrop: 0.3, delay: 0.2 };
    while (world.consumer.state === FeedState.Syncing) world.step(3);
    world.faults = { ...NO_FAULTS, drop: 0.05, delay: 0.2 };
    world.run(200, 3);
    world.expectHealed();
    expect(world.count('trades-missed')).toBe(0);
    expect(journal.lines.slice(0, before)).toEqual(heard.lines);
    expect(journal.lines.length).toBeGreaterThan(before);
    const numbers = journal.lines.filter((line) => line.startsWith('transaction'));
    const first = Number(numbers[0]?.split(' ')[1]);
    expect(numbers).toEqual(numbers.map((_, i) => `transaction ${first + i}`));
  });
});

test('a buffer that overflows during the past costs nothing: the past reaches up to now', () => {
  const { world, heard, position } = past(new Random(1), StreamLevel.L2);
  world.run(400, 5);
  const journal = follow(world, position, 3_000);
  // Several chunks, and half of what is asked and answered is lost: it takes a while.
  world.faults = { ...NO_FAULTS, repairDrop: 0.5 };
  world.run(600, 3);
  world.expectHealed();
  expect(journal.lines.slice(0, heard.lines.length)).toEqual(heard.lines);
  expect(world.count('trades-missed')).toBe(0);
});

test('a position of the present is reached at once: the books are told, and nothing else', () => {
  const { world } = past(new Random(1), StreamLevel.L2);
  const journal = follow(world, { epoch: world.engine.epoch, sequence: world.engine.nextSequence });
  world.expectHealed();
  expect(journal.resets).toBe(6);
  expect(journal.lines).toEqual([]);
});

test('says what no relay holds any more, and goes on with books of the present', () => {
  const { world, position } = past(new Random(1), StreamLevel.L2, 3_000);
  const journal = follow(world, position);
  world.expectHealed();
  const missed = world.events.find((event) => event.type === 'trades-missed');
  expect(missed).toMatchObject({ from: position.sequence, to: world.engine.nextSequence });
  expect(journal.resets).toBe(6);
  expect(journal.lines).toEqual([]);
  world.run(10, 3);
  expect(journal.lines.length).toBeGreaterThan(0);
});

test('a position of an older epoch: all of the new one is told, and what was missed of the old', () => {
  const { world, position } = past(new Random(1), StreamLevel.L2);
  world.restartEngine();
  world.run(50, 3);
  const journal = follow(world, position);
  world.expectHealed();
  expect(world.count('epoch')).toBe(1);
  expect(journal.lines.filter((line) => line.startsWith('transaction'))[0]).toBe('transaction 1');
});
