/** A consumer without books: it hands on every packet in order, and asks for no book. */

import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { Random, testSeeds, withSeed } from '../testing/random.ts';
import { NO_FAULTS, World } from '../testing/world.ts';
import { RecordReader } from '../wire/record-reader.ts';
import { RecordType } from '../wire/records.ts';
import { FeedConsumer } from './feed-consumer.ts';
import type { FeedConsumerOptions } from './feed-consumer-options.ts';

/** The sequences handed on, and the transactions among them. */
class Records {
  readonly sequences: number[] = [];
  readonly transactions: number[] = [];
  readonly restarts: number[] = [];
  #next = 0;

  options(): Pick<FeedConsumerOptions, 'accepted' | 'restarted' | 'withoutBooks' | 'instruments'> {
    return {
      instruments: [],
      withoutBooks: true,
      restarted: (_, sequence) => {
        this.#next = sequence;
        this.restarts.push(sequence);
      },
      accepted: (packet, first) => {
        const reader = new RecordReader(crc32);
        reader.open(packet);
        for (let sequence = first; reader.next(); sequence++) {
          if (sequence < this.#next) continue;
          this.#next = sequence + 1;
          this.sequences.push(sequence);
          if (reader.type === RecordType.Transaction) this.transactions.push(reader.transaction);
        }
      },
    };
  }
}

function expectUnbroken(numbers: readonly number[]): void {
  const [first = 0] = numbers;
  expect(numbers).toEqual(numbers.map((_, i) => first + i));
}

test.each(testSeeds(10))('tells every record once from where it joined, seed %i', (seed) => {
  withSeed(seed, (random) => {
    const world = new World(random);
    world.run(60, 3);
    world.faults = { ...NO_FAULTS, drop: 0.05, delay: 0.2, duplicate: 0.1, corrupt: 0.02 };
    const records = new Records();
    world.consumer = new FeedConsumer({ ...world.options(), ...records.options() });
    world.run(200, 3);
    world.faults = NO_FAULTS;
    world.run(400, 0);
    expect(world.consumer.state).toBe('LIVE');
    expect(records.sequences.at(-1)).toBe(world.engine.nextSequence - 1);
    expectUnbroken(records.sequences);
    expectUnbroken(records.transactions);
    expect(world.consumer.stats.snapshots).toBe(0);
    expect(world.consumer.instruments.size).toBe(0);
  });
});

test('begins exactly at a position of the past, and asks for no more than that', () => {
  const world = new World(new Random(1));
  world.run(60, 3);
  world.expectHealed();
  const from = { epoch: world.engine.epoch, sequence: 40 };
  const records = new Records();
  world.consumer = new FeedConsumer({ ...world.options(), ...records.options(), from });
  world.run(100, 2);
  world.engine.writer.flush();
  world.run(100, 0);
  expect(records.sequences[0]).toBe(40);
  expect(records.sequences.at(-1)).toBe(world.engine.nextSequence - 1);
  expectUnbroken(records.sequences);
  expect(records.restarts.filter((at) => at > 0)).toEqual([40]);
});

test('what no relay holds any more is skipped, and said', () => {
  const world = new World(new Random(1), 3_000);
  world.run(200, 3);
  world.expectHealed();
  world.events.length = 0;
  const from = { epoch: world.engine.epoch, sequence: 2 };
  const records = new Records();
  world.consumer = new FeedConsumer({ ...world.options(), ...records.options(), from });
  world.run(200, 2);
  world.run(100, 0);
  const [begin = 0] = records.sequences;
  expect(world.events).toContainEqual({ type: 'trades-missed', from: 2, to: begin });
  expectUnbroken(records.sequences);
});

test('without a relay it begins with what it hears', () => {
  const world = new World(new Random(1));
  world.run(60, 3);
  world.isRelayUp = false;
  const records = new Records();
  world.consumer = new FeedConsumer({ ...world.options(), ...records.options() });
  world.run(100, 2);
  world.run(100, 0);
  expect(world.consumer.state).toBe('LIVE');
  expectUnbroken(records.sequences);
  expect(records.sequences.length).toBeGreaterThan(10);
});
