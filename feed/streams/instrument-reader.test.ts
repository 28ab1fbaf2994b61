/** A relay's streams and their reader over a lossy line, on a virtual clock: whoever says LIVE is right. */

import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { describeBook } from '../book/naive-book.ts';
import { FeedState, Side } from '../market.ts';
import type { Nanos } from '../nanos.ts';
import { RelayedBooks } from '../relay/relayed-books.ts';
import { InstrumentStreams } from '../relay/streams/instrument-streams.ts';
import { secondOf, TransactionTrades } from '../relay/streams/transaction-trades.ts';
import { TradingHistory } from '../relay/trading/trading-history.ts';
import { FeedConsumer } from '../sync/feed-consumer.ts';
import { RepairService } from '../sync/repair-service.ts';
import { Random, testSeeds, withSeed } from '../testing/random.ts';
import { ToyEngine } from '../testing/toy-engine.ts';
import { encodeTopic, TOPIC_BYTES, TopicKind } from '../wire/topic.ts';
import { InstrumentReader } from './instrument-reader.ts';

const STEP_MS = 10;
const KINDS = [
  TopicKind.TopOfBook,
  TopicKind.Trades,
  TopicKind.Status,
  TopicKind.ConflatedBook,
  TopicKind.Candles,
  TopicKind.Statistics,
];
const SYMBOLS = ['TOY1', 'TOY3'];

/** A relay without sockets: a replica, and the streams made of it. */
class RelayInMemory {
  readonly consumer: FeedConsumer;
  readonly streams: InstrumentStreams;
  readonly trading = new TradingHistory();
  isAwake = false;
  /** Where in each interval it publishes: not all relays do so at the same moments. */
  readonly #phaseMs: number;

  constructor(world: StreamWorld, phaseMs: number, send: (packet: Uint8Array) => void) {
    const { clock } = world;
    this.#phaseMs = phaseMs;
    this.trading.resumeAt(0);
    const listener = {
      ...new TransactionTrades().listener((events, context) => {
        this.trading.begin(context.transaction, secondOf(context));
        for (const event of events) {
          if (event.type !== 'traded') continue;
          this.trading.traded(event.instrument.id, event.tradeId, event.price, event.quantity);
        }
        this.streams.applied(events, context);
      }),
      instrumentChanged: (instrument: never) => this.streams.statusChanged(instrument),
    };
    this.consumer = new FeedConsumer({
      listener,
      crc32,
      wallClock: clock,
      nowMs: () => world.nowMs,
      random: () => 0.5,
      repairEndpoints: 0,
      sendRepair: () => false,
    });
    const { consumer } = this;
    this.streams = new InstrumentStreams({
      source: {
        get isReady() {
          return consumer.hasJoined;
        },
        get epoch() {
          return consumer.position.epoch;
        },
        get nextSequence() {
          return consumer.position.sequence;
        },
        get state() {
          return consumer.state;
        },
        get reason() {
          return consumer.reason;
        },
        instruments: consumer.instruments,
        isProven: (id) => consumer.isProven(id),
      },
      trading: () => this.trading,
      crc32,
      wallClock: clock,
      send,
      wake: () => {
        this.isAwake = true;
      },
    });
  }

  step(realMs: number): void {
    this.consumer.poll();
    const nowMs = realMs + this.#phaseMs;
    if (this.isAwake && (this.#phaseMs === 0 || nowMs % 40 === 0)) {
      this.isAwake = false;
      this.streams.flush();
    }
    if (nowMs % 100 === 0) this.streams.flushBooks();
    if (nowMs % 250 === 0) this.streams.flushCandles();
    if (nowMs % 1000 === 0) this.streams.flushStatistics();
    if (nowMs % 250 === 0) this.streams.heartbeat(250);
  }
}

/** An engine, two relays, and a reader of one of them behind a line that loses and repeats. */
class StreamWorld {
  nowMs = 1000;
  readonly random: Random;
  readonly engine: ToyEngine;
  readonly relays: RelayInMemory[];
  readonly reader: InstrumentReader;
  readonly topics = new Set<string>();
  readonly told: number[] = [];
  readonly missed: { symbol: string; from: number; to: number }[] = [];
  /** Of each trade that the engine has made: where in the stream, and of which instrument. */
  /** Every book that the engine has had at the end of a step. */
  readonly #books = new Set<string>();
  readonly #moments = new Set<string>();
  readonly #checked = new Map<number, string>();
  liveChecks = 0;
  drop = 0;
  /** The next packet of this kind is lost. */
  lose: TopicKind | undefined;
  duplicate = 0;
  isServing = true;
  /** The relay that is read; none beyond the last. */
  heard = 0;
  readonly #services: RepairService[];
  #requests: Uint8Array[] = [];
  #answers: Uint8Array[] = [];
  #line: Uint8Array[] = [];

  constructor(random: Random) {
    this.random = random;
    this.engine = new ToyEngine({
      epoch: { seconds: 1, random: 1 },
      instruments: 4,
      wallClock: this.clock,
      sink: (packet) => {
        for (const relay of this.relays ?? []) relay.consumer.receive(packet);
      },
    });
    this.relays = [0, 1].map(
      (index) => new RelayInMemory(this, index * 30, (packet) => this.#send(index, packet)),
    );
    for (const { packet } of this.engine.ring.packetsFrom(1)) {
      for (const relay of this.relays) relay.consumer.receive(packet);
    }
    this.#services = this.relays.map(
      ({ consumer, streams }) =>
        new RepairService({
          ring: this.engine.ring,
          snapshots: new RelayedBooks(
            consumer,
            (id) => consumer.isProven(id),
            (id) => streams.flushBook(id),
          ),
          crc32,
          wallClock: this.clock,
          nowMs: () => this.nowMs,
          send: (_, message) => {
            if (!this.random.chance(this.drop)) this.#answers.push(message);
            return true;
          },
        }),
    );
    this.reader = new InstrumentReader({
      kinds: KINDS,
      symbols: SYMBOLS,
      listener: {
        traded: (_, { tradeId }) => this.told.push(tradeId),
        tradesMissed: ({ id }, from, to) => this.missed.push({ symbol: `TOY${id}`, from, to }),
      },
      subscribe: (topic) => this.topics.add(topic.join()),
      crc32,
      nowMs: () => this.nowMs,
      random: this.random.float,
      repairEndpoints: 1,
      sendRepair: (_, message) => {
        if (!this.isServing) return false;
        if (!this.random.chance(this.drop)) this.#requests.push(message);
        return true;
      },
    });
    this.topics.add(this.reader.relayTopic.join());
  }

  readonly clock = (out: Nanos): void => {
    out.high = 400_000_000;
    out.low = this.nowMs * 1_000_000;
  };

  #send(relay: number, packet: Uint8Array): void {
    if (relay !== this.heard || this.random.chance(this.drop)) return;
    if (packet[0] === this.lose) {
      this.lose = undefined;
      return;
    }
    this.#line.push(packet);
    if (this.random.chance(this.duplicate)) this.#line.push(packet);
  }

  /** One transaction that changes so many levels that its packets are several. */
  actLargely(): void {
    const { engine } = this;
    const [instrument] = engine.instruments;
    if (instrument === undefined) return;
    engine.begin();
    const quantity = 1 + this.random.below(1000);
    for (let i = 0; i < 1300; i++) engine.setLevel(instrument, Side.Bid, 100 + i, quantity, 1);
    engine.writer.records.endTransaction();
  }

  step(acts: number): void {
    this.nowMs += STEP_MS;
    for (let i = 0; i < acts; i++) this.engine.act(this.random);
    this.engine.writer.flush();
    for (const instrument of this.engine.instruments.filter((one) =>
      SYMBOLS.includes(one.symbol),
    )) {
      const { symbol, sequence } = instrument;
      const moment = `${symbol} ${sequence}`;
      if (this.#moments.has(moment)) continue;
      this.#moments.add(moment);
      this.#books.add(instrument.words.join('\n'));
    }
    if (this.nowMs % 250 === 0) this.engine.heartbeat();
    for (const relay of this.relays) relay.step(this.nowMs);
    for (const packet of this.#line.splice(0)) {
      // Only what was subscribed to arrives, as ZeroMQ has it.
      if (this.topics.has(packet.subarray(0, TOPIC_BYTES).join())) this.reader.receive(packet);
    }
    // A request is on its way for a while, and more is published meanwhile.
    const arrived = this.random.chance(0.3) ? this.#requests.splice(0) : [];
    for (const message of arrived) {
      this.#services[this.heard]?.receive('reader', message);
    }
    for (const message of this.#answers.splice(0)) this.reader.receiveRepair(0, message);
    this.reader.poll();
    this.#check();
  }

  run(steps: number, acts: number): void {
    for (let i = 0; i < steps; i++) this.step(this.random.below(acts + 1));
  }

  /** A LIVE book is one that the engine has had; its best is that of the book, once nothing waits. */
  #check(): void {
    for (const { id, state, book } of this.reader.instruments.values()) {
      if (state !== FeedState.Live || book === undefined) continue;
      const moment = `${state} ${book.hash.laneA} ${book.hash.laneB}`;
      if (this.#checked.get(id) === moment) continue;
      this.#checked.set(id, moment);
      expect(this.#books.has(describeBook(book).join('\n'))).toBe(true);
      this.liveChecks += 1;
    }
  }

  expectWhole(): void {
    for (const symbol of SYMBOLS) {
      const view = this.reader.find(symbol);
      const own = this.engine.instruments.find((one) => one.symbol === symbol);
      expect([view?.state, view?.reason], symbol).toEqual([FeedState.Live, 'NONE']);
      if (view?.book === undefined || own === undefined) throw new Error(`no ${symbol}`);
      expect(describeBook(view.book)).toEqual(own.words);
      const best = [Side.Bid, Side.Ask].map((side) => ({
        price: own.naive.levelCount(side) === 0 ? 0 : own.naive.priceAt(side, 0),
        quantity: own.naive.levelCount(side) === 0 ? 0 : own.naive.quantityAt(side, 0),
        orderCount: own.naive.levelCount(side) === 0 ? 0 : own.naive.orderCountAt(side, 0),
      }));
      expect([view.best?.bid, view.best?.ask]).toEqual(best);
      expect(view.status).toMatchObject({ symbol, tickSize: '0.01', status: own.status });
      const [newest] = this.relays[0]?.trading.candles(own.id, 86_400, 0, Infinity).slice(-1) ?? [];
      expect(view.candles.get(86_400)).toEqual(newest);
    }
  }
}

function quiet(world: StreamWorld): void {
  world.drop = 0;
  world.duplicate = 0;
  for (let i = 0; i < 250; i++) world.step(0);
}

describe('a reader of instrument streams', () => {
  test.each(testSeeds(5))('is right whenever it says LIVE (seed %i)', (seed) => {
    withSeed(seed, (random) => {
      const world = new StreamWorld(random);
      world.run(100, 3);
      for (let round = 0; round < 4; round++) {
        world.drop = random.pick([0, 0.02, 0.3]);
        world.duplicate = random.pick([0, 0.2]);
        world.heard = random.below(2);
        world.run(100, 4);
      }
      quiet(world);
      world.expectWhole();
      expect(world.liveChecks).toBeGreaterThan(30);
      // Each trade at most once.
      expect(new Set(world.told).size).toBe(world.told.length);
    });
  });

  test.each(testSeeds(4))('is told every trade, or where one was missed (seed %i)', (seed) => {
    withSeed(seed, (random) => {
      const world = new StreamWorld(random);
      while (world.reader.find('TOY3') === undefined) world.step(0);
      for (let i = 0; i < 300; i++) world.step(0);
      const before = world.engine.trades;
      const own: { id: number; from: number; to: number }[] = [];
      for (let i = 0; i < 400; i++) {
        world.drop = random.chance(0.2) ? 0.7 : 0;
        const [trades, next] = [world.engine.trades, world.engine.nextSequence];
        world.step(1);
        if (world.engine.trades > trades)
          own.push({ id: trades + 1, from: next, to: world.engine.nextSequence });
      }
      quiet(world);
      const told = new Set(world.told);
      expect([...told].filter((id) => id > before).length).toBeGreaterThan(10);
      expect(world.missed.length).toBeGreaterThan(0);
      const untold = own.filter(({ id }) => !told.has(id));
      // Whatever was not told is of an instrument that is not read, or is in a range that was named.
      const read = untold.filter(({ id }) => world.engine.tradedBy.get(id)?.match(/TOY[13]/));
      expect(read.length).toBeGreaterThan(0);
      for (const { id, from, to } of read) {
        const symbol = world.engine.tradedBy.get(id);
        const isNamed = world.missed.some(
          (range) => range.symbol === symbol && range.from < to && range.to > from,
        );
        expect(isNamed, `trade ${id} of ${symbol} at ${from}`).toBe(true);
      }
    });
  });

  test('has each book fetched once where nothing is lost, however large a change is', () => {
    const world = new StreamWorld(new Random(4));
    world.run(200, 3);
    const { snapshots } = world.reader.stats;
    // One to look the symbols up, and one for each book.
    expect(snapshots).toBeLessThanOrEqual(1 + SYMBOLS.length);
    for (let i = 0; i < 5; i++) {
      world.actLargely();
      world.run(60, 4);
    }
    expect(world.reader.stats.snapshots).toBe(snapshots);
    expect(world.missed).toEqual([]);
    // Another relay is read: all but the books goes on as if nothing had been.
    world.heard = 1;
    world.run(100, 4);
    quiet(world);
    world.expectWhole();
    expect(new Set(world.told).size).toBe(world.told.length);
  });

  test('joins between two changes of a level that undo each other', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const world = new StreamWorld(new Random(seed));
      const [instrument] = world.engine.instruments;
      if (instrument === undefined) throw new Error('no instrument');
      for (let i = 0; i < 150; i++) {
        world.engine.begin();
        world.engine.setLevel(instrument, Side.Bid, 100, world.random.pick([5, 7]), 1);
        world.engine.writer.records.endTransaction();
        world.step(0);
      }
      quiet(world);
      world.expectWhole();
      expect(world.reader.stats.snapshots, `seed ${seed}`).toBeLessThanOrEqual(1 + SYMBOLS.length);
    }
  });

  test('sees that part of a large change was lost, and has the book fetched anew', () => {
    const world = new StreamWorld(new Random(5));
    world.run(200, 3);
    const { snapshots } = world.reader.stats;
    for (let i = 0; i < 10; i++) {
      world.actLargely();
      world.lose = TopicKind.ConflatedBook;
      world.run(20, 1);
    }
    quiet(world);
    world.expectWhole();
    expect(world.reader.stats.snapshots).toBeGreaterThan(snapshots);
  });

  test('passes on what its relay says of itself, and is STALE when that is silent', () => {
    const world = new StreamWorld(new Random(1));
    world.run(150, 2);
    expect(world.reader.find('TOY1')?.state).toBe(FeedState.Live);
    world.heard = 2;
    for (let i = 0; i < 80; i++) world.step(0);
    const silent = world.reader.find('TOY1');
    expect([silent?.state, silent?.reason]).toEqual([FeedState.Stale, 'HEARTBEAT_LOST']);
    world.heard = 1;
    world.run(150, 2);
    expect(world.reader.find('TOY1')?.state).toBe(FeedState.Live);
    // The engine goes silent: the relays are STALE, and say so.
    const { engine } = world;
    engine.heartbeat = () => {};
    for (let i = 0; i < 150; i++) world.step(0);
    const stale = world.reader.find('TOY1');
    expect([stale?.state, stale?.reason]).toEqual([FeedState.Stale, 'HEARTBEAT_LOST']);
  });

  test('that no relay answers stays SYNCING, and refuses bytes that are no packet', () => {
    const world = new StreamWorld(new Random(2));
    world.isServing = false;
    world.run(200, 2);
    expect(world.reader.instruments.size).toBe(0);
    world.isServing = true;
    world.run(400, 2);
    expect(world.reader.find('TOY1')?.state).toBe(FeedState.Live);
    for (let length = 0; length < 100; length++) world.reader.receive(new Uint8Array(length));
    expect(world.reader.stats.badPackets).toBe(100);
    expect(world.reader.find('TOY1')?.state).toBe(FeedState.Live);
  });
});

test('an instrument’s topics are its own', () => {
  const world = new StreamWorld(new Random(3));
  world.run(100, 2);
  expect(world.topics.size).toBe(1 + SYMBOLS.length * KINDS.length);
  const topic = encodeTopic({ kind: TopicKind.Trades, level: 2, shard: 0, instrument: 1 as never });
  expect(world.topics.has(topic.join())).toBe(true);
});
