/** Traps that feeds have fallen into, each by itself, on a virtual clock. */

import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { Random, testSeeds, withSeed } from '../testing/random.ts';
import { ToyEngine, wordsOf } from '../testing/toy-engine.ts';
import { NO_FAULTS, World } from '../testing/world.ts';
import { PacketFlag } from '../wire/packet.ts';
import { RecordReader } from '../wire/record-reader.ts';
import { decodeRepairRequest, encodeRepairChunk, RepairType } from '../wire/repair-messages.ts';
import { shardTopic } from '../wire/topic.ts';
import { FeedConsumer } from './feed-consumer.ts';
import { RepairService } from './repair-service.ts';
import { SnapshotEncoder } from './snapshot-encoder.ts';

function past(seed: number): World {
  const world = new World(new Random(seed));
  world.run(60, 3);
  world.expectHealed();
  world.events.length = 0;
  world.transactions.length = 0;
  return world;
}

/** One transaction in a packet of its own. */
function act(world: World): void {
  world.engine.act(world.random);
  world.engine.writer.flush();
  world.history.keep(world.engine);
}

test('a hole in the join buffer is a gap like any other: never LIVE over it', () => {
  const world = past(1);
  world.consumer = new FeedConsumer(world.options());
  act(world);
  world.deliverOnly();
  // The request reaches the relay, and while the books are on their way a packet is lost.
  world.step(0);
  act(world);
  world.faults = { ...NO_FAULTS, drop: 1 };
  act(world);
  world.faults = NO_FAULTS;
  act(world);
  const states: string[] = [];
  world.stateChanged = ({ state }) => {
    states.push(state);
    world.check();
  };
  world.step(0);
  expect(world.count('snapshot')).toBe(1);
  expect(world.count('gap')).toBe(1);
  expect(world.consumer.state).toBe('GAPPED');
  expect(states).not.toContain('LIVE');
  world.expectHealed();
  expect([world.count('repaired'), world.count('trades-missed')]).toEqual([1, 0]);
  const [first = 0] = world.transactions;
  expect(world.transactions).toEqual(world.transactions.map((_, i) => first + i));
});

test('a snapshot that is too old is asked for again, and the buffer is kept', () => {
  const world = past(2);
  const stale: Uint8Array[] = [];
  const encoder = new SnapshotEncoder({ topic: shardTopic(2), crc32, wallClock: world.clock });
  encoder.encode(world.engine, world.engine.instrumentIds(), 0, stale);
  world.run(20, 3);
  world.engine.writer.flush();
  const options = world.options();
  const minima: number[] = [];
  world.consumer = new FeedConsumer({
    ...options,
    sendRepair: (endpoint, message) => {
      const request = decodeRepairRequest(message);
      if (request.type !== RepairType.Snapshot) return options.sendRepair(endpoint, message);
      minima.push(request.minimumSequence);
      if (minima.length > 4) return options.sendRepair(endpoint, message);
      const answer = encodeRepairChunk(request, 0, true, stale);
      world.later(() => world.consumer.receiveRepair(0, answer));
      return true;
    },
  });
  for (let i = 0; i < 200 && minima.length < 5; i++) {
    act(world);
    world.step(0);
    expect(world.consumer.state).toBe('SYNCING');
  }
  // What waits in the buffer decides what is asked for: it is the same each time.
  expect(minima.length).toBe(5);
  expect(new Set(minima).size).toBe(1);
  world.expectHealed();
  expect(world.consumer.stats.bufferOverflows).toBe(0);
});

test('a publisher’s clock that jumps makes books STALE at most, never wrong, and skips nothing', () => {
  const world = past(3);
  for (const jumpMs of [900_000, -900_000, 900]) {
    world.publisherLagMs = jumpMs;
    world.run(300, 1);
    const isOld = jumpMs > 2_000;
    expect(world.consumer.reason).toBe(isOld ? 'TOO_OLD' : 'NONE');
    world.publisherLagMs = 0;
    world.run(100, 1);
    expect(world.consumer.state).toBe('LIVE');
  }
  expect([world.count('slow-consumer'), world.count('trades-missed')]).toEqual([0, 0]);
  world.expectHealed();
});

/** One engine, one relay, and many consumers that lose what they are told to lose. */
class Crowd {
  readonly random: Random;
  readonly consumers: FeedConsumer[] = [];
  readonly engine: ToyEngine;
  readonly service: RepairService;
  nowMs = 1000;
  /** Whether a consumer misses what is published now. */
  loses: (consumer: number) => boolean = () => false;
  lostBytes = 0;
  requests = 0;
  readonly #clock = (out: { high: number; low: number }): void => {
    const ns = (this.nowMs + 1_000_000) * 1e6;
    out.high = Math.floor(ns / 2 ** 32);
    out.low = ns % 2 ** 32;
  };
  #calls: (() => void)[] = [];

  constructor(random: Random, size: number) {
    this.random = random;
    const nowMs = (): number => this.nowMs;
    const ports = { crc32, wallClock: this.#clock, nowMs };
    this.engine = new ToyEngine({
      epoch: { seconds: 1, random: 1 },
      instruments: 5,
      wallClock: this.#clock,
      ringBytes: 1 << 24,
      sink: (packet, _, count) => this.#publish(packet, count),
    });
    this.service = new RepairService({
      ...ports,
      ring: this.engine.ring,
      snapshots: this.engine,
      send: (peer, message) => {
        this.#calls.push(() => this.consumers[Number(peer)]?.receiveRepair(0, message));
        return true;
      },
    });
    for (let i = 0; i < size; i++) {
      const consumer = new FeedConsumer({
        ...ports,
        listener: {},
        random: random.float,
        repairEndpoints: 1,
        sendRepair: (_, message) => {
          this.requests += decodeRepairRequest(message).type === RepairType.Replay ? 1 : 0;
          this.#calls.push(() => this.service.receive(`${i}`, message));
          return true;
        },
      });
      this.consumers.push(consumer);
    }
  }

  step(): void {
    this.nowMs += 5;
    if (this.nowMs % 250 === 0) this.engine.heartbeat();
    for (const call of this.#calls.splice(0)) call();
    for (const consumer of this.consumers) consumer.poll();
  }

  #publish(packet: Uint8Array, count: number): void {
    const isHeartbeat = count === 0;
    for (const [i, consumer] of this.consumers.entries()) {
      if (!isHeartbeat && this.loses(i)) this.lostBytes += packet.byteLength;
      else consumer.receive(packet.slice());
    }
  }
}

test.each(testSeeds(1))('a hundred gaps at once are no storm, seed %i', (seed) => {
  withSeed(seed, (random) => {
    const crowd = new Crowd(random, 100);
    for (let i = 0; i < 100; i++) crowd.step();
    expect(crowd.consumers.every(({ state }) => state === 'LIVE')).toBe(true);
    const before = crowd.service.stats.bytes;
    // The same packets are lost by all, as queues overflow at once, and a few more by each.
    for (let i = 0; i < 300; i++) {
      crowd.engine.act(random);
      const all = i > 100 && i < 200;
      crowd.loses = () => all || random.chance(0.01);
      crowd.engine.writer.flush();
      if (i % 10 === 0) crowd.step();
    }
    crowd.loses = () => false;
    for (let i = 0; i < 400; i++) crowd.step();
    for (const consumer of crowd.consumers) {
      expect(consumer.state).toBe('LIVE');
      expect(consumer.position.sequence).toBe(crowd.engine.nextSequence);
      expect(consumer.stats.snapshots - 1).toBeLessThanOrEqual(0);
      for (const { id, words } of crowd.engine.instruments) {
        const instrument = consumer.instruments.get(id);
        expect(instrument === undefined ? [] : wordsOf(instrument)).toEqual(words);
      }
    }
    const sentBytes = crowd.service.stats.bytes - before;
    expect(crowd.lostBytes).toBeGreaterThan(1_000_000);
    expect(sentBytes).toBeLessThan(2 * crowd.lostBytes);
    const gaps = crowd.consumers.reduce((sum, { stats }) => sum + stats.gaps, 0);
    expect(crowd.requests).toBeLessThan(2 * gaps);
  });
});

test('a snapshot’s packets in the stream are passed over', () => {
  const world = past(4);
  const packets: Uint8Array[] = [];
  const encoder = new SnapshotEncoder({ topic: shardTopic(2), crc32, wallClock: world.clock });
  encoder.encode(world.engine, world.engine.instrumentIds(), 0, packets);
  const { sequence } = world.consumer.position;
  for (const packet of packets) {
    expect(new RecordReader(crc32).open(packet).flags).toBe(PacketFlag.Snapshot);
    world.consumer.receive(packet);
  }
  expect(world.consumer.position.sequence).toBe(sequence);
  world.expectHealed();
});
