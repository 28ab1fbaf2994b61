/** Engine, lossy lines, relay and one consumer on a virtual clock: the consumer's tests without sockets. */

import { crc32 } from 'node:zlib';
import { expect } from 'vitest';
import type { FeedEvent, FeedListener } from '../listener.ts';
import { type Epoch, FeedState } from '../market.ts';
import type { Nanos } from '../nanos.ts';
import { FeedConsumer } from '../sync/feed-consumer.ts';
import type { FeedConsumerOptions } from '../sync/feed-consumer-options.ts';
import { RepairService } from '../sync/repair-service.ts';
import { StreamLevel } from '../wire/topic.ts';
import type { Random } from './random.ts';
import { ToyEngine, wordsOf } from './toy-engine.ts';

export const STEP_MS = 5;

export interface Faults {
  readonly drop: number;
  readonly duplicate: number;
  readonly delay: number;
  readonly corrupt: number;
  /** Of repair messages, either way. */
  readonly repairDrop: number;
  readonly repairCorrupt: number;
}

export const NO_FAULTS: Faults = {
  drop: 0,
  duplicate: 0,
  delay: 0,
  corrupt: 0,
  repairDrop: 0,
  repairCorrupt: 0,
};

/** The engine's book, in words, after each of its own sequences that ends a transaction. */
class History {
  readonly #books = new Map<string, string>();

  keep(engine: ToyEngine): void {
    for (const instrument of engine.instruments) {
      const key = `${engine.epoch.seconds}/${instrument.id}/${instrument.sequence}`;
      if (!this.#books.has(key)) this.#books.set(key, instrument.words.join('\n'));
    }
  }

  at(epoch: Epoch, id: number, sequence: number): string | undefined {
    return this.#books.get(`${epoch.seconds}/${id}/${sequence}`);
  }
}

/** Engine, lossy lines both ways, a relay beside the engine, and one consumer, on a virtual clock. */
export class World implements FeedListener {
  readonly random: Random;
  readonly history = new History();
  readonly events: FeedEvent[] = [];
  readonly tradeIds: number[] = [];
  readonly transactions: number[] = [];
  faults: Faults = NO_FAULTS;
  nowMs = 1000;
  isRelayUp = true;
  /** Which of the consumer's endpoints the relay is. */
  answeredBy = 0;
  engine: ToyEngine;
  consumer: FeedConsumer;
  liveChecks = 0;
  /** The publisher's clock is behind by this, or its packets are that long on their way. */
  publisherLagMs = 0;
  /** Every packet is on its way for this long; repair messages are not. */
  lineMs = 0;
  /** The consumer never comes to the end of what waits in its socket. */
  isBusy = false;
  readonly #checked = new Map<number, string>();
  #service: RepairService;
  #line: { atMs: number; order: number; packet: Uint8Array }[] = [];
  #calls: { atMs: number; run: () => void }[] = [];
  #order = 0;
  readonly #ringBytes: number;
  readonly #level: StreamLevel;

  constructor(random: Random, ringBytes = 1 << 20, level: StreamLevel = StreamLevel.L2) {
    this.random = random;
    this.#level = level;
    this.#ringBytes = ringBytes;
    this.engine = this.#newEngine(1);
    this.#service = this.#newService();
    this.consumer = new FeedConsumer(this.options());
  }

  readonly clock = (out: Nanos): void => this.#clockAt(this.nowMs, out);

  options(): FeedConsumerOptions {
    return {
      level: this.#level,
      listener: this,
      crc32,
      wallClock: this.clock,
      nowMs: () => this.nowMs,
      random: this.random.float,
      repairEndpoints: 1,
      sendRepair: (_, message) => this.#toRelay(message),
      bufferBytes: 1 << 20,
    };
  }

  relayOptions(): FeedConsumerOptions {
    return { ...this.options(), fromStart: true, mustRepair: true };
  }

  restartEngine(): void {
    this.#line = [];
    this.engine = this.#newEngine(this.engine.epoch.seconds + 1);
    this.#service = this.#newService();
  }

  /** One tick of the virtual clock: the engine acts, what is due arrives, the consumer is checked. */
  step(acts: number): void {
    this.nowMs += STEP_MS;
    for (let i = 0; i < acts; i++) {
      this.engine.act(this.random);
      this.history.keep(this.engine);
    }
    if (this.random.chance(0.5)) this.engine.writer.flush();
    if (this.nowMs % 250 === 0) this.engine.heartbeat();
    this.#deliver();
    this.consumer.poll(!this.isBusy);
    this.check();
  }

  run(steps: number, acts: number): void {
    for (let i = 0; i < steps; i++) this.step(this.random.below(acts + 1));
  }

  /** What is due arrives, and time-outs are looked at; nobody acts. */
  deliverOnly(): void {
    this.#deliver();
    this.consumer.poll();
    this.check();
  }

  /** Nobody who says LIVE ever differs. A book is compared once per state, sequence and epoch. */
  check: () => void = () => {
    const { epoch } = this.consumer.position;
    for (const instrument of this.consumer.instruments.values()) {
      const { state, sequence, id, symbol } = instrument;
      const moment = `${state} ${sequence} ${epoch.seconds} ${instrument.book.hash.laneA}`;
      if (state !== FeedState.Live || this.#checked.get(id) === moment) continue;
      this.#checked.set(id, moment);
      const right = this.history.at(epoch, id, sequence);
      expect(wordsOf(instrument).join('\n'), `${symbol} at ${sequence}`).toBe(right);
      this.liveChecks += 1;
    }
  };

  /** After the faults: every instrument LIVE, and equal to the engine's newest book. */
  expectHealed(): void {
    this.faults = NO_FAULTS;
    this.run(1200, 0);
    expect(this.consumer.state).toBe(FeedState.Live);
    expect(this.consumer.position.sequence).toBe(this.engine.nextSequence);
    for (const { id, words, sequence, symbol } of this.engine.instruments) {
      const instrument = this.consumer.instruments.get(id);
      expect(instrument?.state, symbol).toBe(FeedState.Live);
      expect(instrument?.sequence, symbol).toBe(sequence);
      if (instrument !== undefined) expect(wordsOf(instrument), symbol).toEqual(words);
    }
  }

  count(type: FeedEvent['type']): number {
    return this.events.filter((event) => event.type === type).length;
  }

  levelChanged: NonNullable<FeedListener['levelChanged']> = () => {};
  event: NonNullable<FeedListener['event']> = (event) => {
    this.events.push(event);
  };
  traded: NonNullable<FeedListener['traded']> = (_, __, ___, ____, tradeId) => {
    this.tradeIds.push(tradeId);
  };
  transactionApplied: NonNullable<FeedListener['transactionApplied']> = ({ transaction }) => {
    this.transactions.push(transaction);
  };
  stateChanged: NonNullable<FeedListener['stateChanged']> = () => this.check();

  #clockAt(ms: number, out: Nanos): void {
    const ns = (ms + 1_000_000) * 1e6;
    out.high = Math.floor(ns / 2 ** 32);
    out.low = ns % 2 ** 32;
  }

  #newEngine(seconds: number): ToyEngine {
    const engine = new ToyEngine({
      level: this.#level,
      epoch: { seconds, random: 7 },
      instruments: 6,
      wallClock: (out) => this.#clockAt(this.nowMs - this.publisherLagMs, out),
      ringBytes: this.#ringBytes,
      sink: (packet) => this.#publish(packet),
    });
    this.history.keep(engine);
    return engine;
  }

  #newService(): RepairService {
    return new RepairService({
      level: this.#level,
      ring: this.engine.ring,
      snapshots: this.engine,
      crc32,
      wallClock: this.clock,
      nowMs: () => this.nowMs,
      send: (_, message) => {
        const bytes = this.#faultyRepair(message);
        if (bytes !== undefined) this.#answer(bytes);
        return true;
      },
    });
  }

  #answer(bytes: Uint8Array): void {
    this.later(() => this.consumer.receiveRepair(this.answeredBy, bytes));
  }

  #toRelay(message: Uint8Array): boolean {
    if (!this.isRelayUp) return false;
    const bytes = this.#faultyRepair(message);
    const service = this.#service;
    if (bytes !== undefined) this.later(() => service.receive('consumer', bytes));
    return true;
  }

  #faultyRepair(message: Uint8Array): Uint8Array | undefined {
    if (this.random.chance(this.faults.repairDrop)) return undefined;
    const copy = message.slice();
    if (this.random.chance(this.faults.repairCorrupt)) this.#corrupt(copy);
    return copy;
  }

  /** At the next step, behind what comes over the line. */
  later(run: () => void): void {
    this.#calls.push({ atMs: this.nowMs + STEP_MS, run });
  }

  #publish(packet: Uint8Array): void {
    const { random, faults } = this;
    if (random.chance(faults.drop)) return;
    const copies = random.chance(faults.duplicate) ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      const copy = packet.slice();
      if (random.chance(faults.corrupt)) this.#corrupt(copy);
      const delay = this.lineMs + (random.chance(faults.delay) ? random.below(60) : 0);
      this.#order += 1;
      this.#line.push({ atMs: this.nowMs + delay, order: this.#order, packet: copy });
    }
  }

  #corrupt(bytes: Uint8Array): void {
    const at = this.random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << this.random.below(8));
  }

  #deliver(): void {
    const due = this.#line.filter((entry) => entry.atMs <= this.nowMs);
    this.#line = this.#line.filter((entry) => entry.atMs > this.nowMs);
    due.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
    for (const { packet } of due) {
      this.consumer.receive(packet);
      this.check();
    }
    const calls = this.#calls.filter((call) => call.atMs <= this.nowMs);
    this.#calls = this.#calls.filter((call) => call.atMs > this.nowMs);
    for (const call of calls) call.run();
    this.check();
  }
}
