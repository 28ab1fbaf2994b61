/** The L3 stream: whoever follows it holds every queue of the engine's books, and only what may be seen. */

import { describe, expect, it } from 'vitest';
import {
  Aggressor,
  BookKind,
  FeedConsumer,
  type FeedListener,
  FeedState,
  type InstrumentId,
  type Nanos,
  nanos,
  PacketRing,
  type PacketSink,
  RecordReader,
  RecordType,
  RepairService,
  Side,
  StreamLevel,
  StreamWriter,
  setNanos,
  shardTopic,
} from '../feed/index.ts';
import { crc32 } from '../feed/process/index.ts';
import { NaiveBook, NaiveMemory } from './book/index.ts';
import { Engine, type EngineOptions } from './engine.ts';
import { MAX_OPEN_ORDERS } from './limits.ts';
import { ListedInstrument } from './listed-instrument.ts';
import { LEVEL_PROOF, MarketRecorder, ORDER_PROOF } from './market-recorder.ts';
import { NaiveSide } from './naive/differential/market-side.ts';
import { RandomCommands } from './naive/differential/random-commands.ts';
import { type Command, CommandType, ENGINE_OWNER } from './protocol/index.ts';
import { StateReader, StateWriter } from './state.ts';
import { StreamRecorder } from './stream-recorder.ts';
import { ReportRows } from './testing/engine-fixture.ts';
import { limit, listing } from './testing/orders.ts';
import { RANDOM_LISTINGS, RANDOM_OWNERS, randomCommand } from './testing/random-commands.ts';
import { seededRandom, testSeed } from './testing/seeded.ts';

const EPOCH = { seconds: 1_700_000_000, random: 7 };

/** A consumer of one level that hears every packet, and what it heard. */
class Follower implements FeedListener {
  readonly consumer: FeedConsumer;
  readonly transactions: string[] = [];
  readonly tradeIds: number[] = [];

  constructor(level: StreamLevel, run: Run, service?: () => RepairService) {
    this.consumer = new FeedConsumer({
      level,
      listener: this,
      crc32,
      wallClock: run.clock,
      nowMs: () => Number(run.timeNs / 1_000_000n),
      random: () => 0.5,
      repairEndpoints: service === undefined ? 0 : 1,
      sendRepair: (_, message) => {
        service?.().receive('follower', message);
        return true;
      },
    });
  }

  transactionApplied: NonNullable<FeedListener['transactionApplied']> = (context) => {
    const { transaction, engineTime, instrument } = context;
    this.transactions.push(`${transaction} of ${instrument} at ${engineTime.low}`);
  };
  traded: NonNullable<FeedListener['traded']> = (_, __, ___, ____, tradeId) => {
    this.tradeIds.push(tradeId);
  };
}

/** An engine with both streams, each followed. */
class Run {
  readonly engine: Engine;
  readonly orderPackets: Uint8Array[] = [];
  readonly levels: Follower;
  readonly orders: Follower;
  readonly ring = new PacketRing(1 << 22);
  timeNs = 1_700_000_000_000_000_000n;

  constructor(createBook?: EngineOptions['createBook']) {
    this.levels = new Follower(StreamLevel.L2, this);
    this.orders = new Follower(StreamLevel.L3, this);
    this.engine = new Engine({
      epoch: EPOCH,
      wallClock: this.clock,
      crc32,
      sink: (packet) => this.levels.consumer.receive(packet),
      orderSink: (packet, first, count) => {
        this.orderPackets.push(packet);
        this.ring.add(packet, first, count);
        this.orders.consumer.receive(packet);
      },
      reports: new ReportRows(),
      ...(createBook === undefined ? {} : { createBook }),
    });
  }

  readonly clock = (out: Nanos): void => setNanos(out, this.timeNs);

  do(command: Command, owner = 1): void {
    this.timeNs += 3_000_000n;
    this.engine.sequencer.submit(owner, 0, command);
  }

  /** One line a level and one word an order, of all instruments of the engine. */
  queues(): string[] {
    return this.engine.market.instruments.flatMap((listed) => {
      const lines: string[] = [];
      for (const side of [Side.Bid, Side.Ask]) {
        const book = listed.orders;
        book?.forEachLevel(side, (price, quantity) => {
          const orders: string[] = [];
          book.forEachOrder(side, price, (id, _owner, shown) => orders.push(`${id}:${shown}`));
          lines.push(`${listed.symbol} ${side} ${price} ${quantity} ${orders.join(' ')}`);
        });
        for (let i = 0; i < (listed.levels?.levelCount(side) ?? 0); i += 1) {
          const { levels } = listed;
          const price = levels?.priceAt(side, i);
          lines.push(`${listed.symbol} ${side} ${price} ${levels?.quantityAt(side, i)} `);
        }
      }
      return lines;
    });
  }
}

/** The same of a consumer's replicas. */
function queuesOf(follower: Follower): string[] {
  const instruments = [...follower.consumer.instruments.values()].sort((a, b) => a.id - b.id);
  return instruments.flatMap(({ symbol, book }) => {
    const lines: string[] = [];
    for (const side of [Side.Bid, Side.Ask]) {
      for (let i = 0; i < book.levelCount(side); i += 1) {
        const price = book.priceAt(side, i);
        const orders: string[] = [];
        if ('forEachOrder' in book) {
          const visit = (id: number, shown: number) => orders.push(`${id}:${shown}`);
          (book as unknown as { forEachOrder: Walk }).forEachOrder(side, price, visit);
        }
        lines.push(`${symbol} ${side} ${price} ${book.quantityAt(side, i)} ${orders.join(' ')}`);
      }
    }
    return lines;
  });
}

type Walk = (side: Side, price: number, visit: (id: number, shown: number) => void) => void;

function naiveBooks(): NonNullable<EngineOptions['createBook']> {
  const memory = new NaiveMemory(MAX_OPEN_ORDERS);
  return (_instrument, events) => new NaiveBook(memory, events);
}

describe('the L3 stream', () => {
  it('gives a follower the queues of every book, and is the same over the naive books', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const fast = new Run();
    const naive = new Run(naiveBooks());
    for (const command of RANDOM_LISTINGS) for (const run of [fast, naive]) run.do(command);
    let most = 0;
    for (let step = 0; step < 6000; step += 1) {
      const command = randomCommand(random, step + 1);
      const owner = 1 + random(RANDOM_OWNERS);
      for (const run of [fast, naive]) {
        run.do(command, owner);
        if (step % 7 === 0) run.engine.flush();
        if (step % 50 === 0) run.engine.heartbeat();
      }
      if (step % 20 !== 0) continue;
      for (const run of [fast, naive]) run.engine.flush();
      const queues = fast.queues();
      most = Math.max(most, queues.join(' ').split(':').length);
      expect(queuesOf(fast.orders), `step ${step}, seed ${seed}`).toEqual(queues);
    }
    for (const run of [fast, naive]) run.engine.flush();
    const { stats } = fast.orders.consumer;
    expect(stats.hashChecks).toBeGreaterThan(50);
    expect([stats.hashMismatches, stats.gaps, stats.badPackets]).toEqual([0, 0, 0]);
    expect(most, 'orders at a time').toBeGreaterThan(20);
    expect(Buffer.concat(fast.orderPackets).equals(Buffer.concat(naive.orderPackets))).toBe(true);
    // Both streams tell the same transactions at the same times, and the same trades.
    expect(fast.orders.transactions).toEqual(fast.levels.transactions);
    expect(fast.orders.tradeIds).toEqual(fast.levels.tradeIds);
  });

  // Hidden orders, stops, pegs, auctions, pauses, calendars, busts and all else that a market knows.
  it.each([1, 2, 3, 4, 5, 6])('holds the queues under every rule (run %i)', (place) => {
    const seed = testSeed() + place;
    const naive = new NaiveSide();
    const commands = new RandomCommands(seed, naive.market);
    const run = new Run();
    const time = nanos();
    let orders = 0;
    for (let step = 0; step < 1500; step += 1) {
      const { timeNs, owner, command } = commands.next();
      setNanos(time, timeNs);
      while (naive.nextDueMs <= Number(timeNs / 1_000_000n)) {
        naive.apply(ENGINE_OWNER, { type: CommandType.AdvanceTime }, time);
      }
      naive.apply(owner, command, time);
      run.timeNs = timeNs;
      run.engine.sequencer.submit(owner, 0, command);
      if (step % 3 !== 0) continue;
      run.engine.flush();
      const queues = run.queues();
      orders = Math.max(orders, queues.join(' ').split(':').length);
      const hint = `step ${step}, seed ${seed}, ${commands.taste.name}`;
      expect(queuesOf(run.orders), hint).toEqual(queues);
    }
    run.engine.flush();
    const { stats } = run.orders.consumer;
    expect([stats.hashMismatches, stats.gaps, stats.badPackets]).toEqual([0, 0, 0]);
    expect(stats.hashChecks).toBeGreaterThan(0);
    expect(orders).toBeGreaterThan(1);
    expect(run.orders.transactions).toEqual(run.levels.transactions);
    expect(run.orders.tradeIds).toEqual(run.levels.tradeIds);
  });

  it('is joined late from the engine’s own books, and goes on from there', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const run = new Run();
    for (const command of RANDOM_LISTINGS) run.do(command);
    for (let step = 0; step < 1500; step += 1) {
      run.do(randomCommand(random, step + 1), 1 + random(RANDOM_OWNERS));
    }
    run.engine.flush();
    const service = new RepairService({
      level: StreamLevel.L3,
      ring: new PacketRing(1),
      snapshots: run.engine.orders,
      crc32,
      wallClock: run.clock,
      nowMs: () => 0,
      send: (_, message) => {
        late.consumer.receiveRepair(0, message);
        return true;
      },
    });
    const late = new Follower(StreamLevel.L3, run, () => service);
    const before = run.orderPackets.length;
    for (let step = 1500; step < 2500; step += 1) {
      run.do(randomCommand(random, step + 1), 1 + random(RANDOM_OWNERS));
      if (step % 10 !== 0) continue;
      run.engine.flush();
      for (const packet of run.orderPackets.slice(before).slice(-1)) late.consumer.receive(packet);
    }
    run.engine.flush();
    run.engine.heartbeat();
    for (const packet of run.orderPackets.slice(before)) late.consumer.receive(packet);
    expect(late.consumer.state, `seed ${seed}`).toBe(FeedState.Live);
    expect(late.consumer.stats.snapshots).toBeGreaterThan(0);
    expect(queuesOf(late)).toEqual(run.queues());
  });

  it('goes on in a loaded engine as in the one that was saved', () => {
    const random = seededRandom(testSeed());
    const one = new Run();
    for (const command of RANDOM_LISTINGS) one.do(command);
    for (let step = 0; step < 800; step += 1) one.do(randomCommand(random, step + 1));
    const writer = new StateWriter();
    one.engine.saveState(writer);
    const other = new Run();
    other.engine.loadState(new StateReader(writer.written));
    other.timeNs = one.timeNs;
    const before = one.orderPackets.length;
    for (let step = 800; step < 1600; step += 1) {
      const command = randomCommand(random, step + 1);
      for (const run of [one, other]) {
        run.do(command);
        run.engine.flush();
      }
    }
    expect(other.orderPackets.length).toBeGreaterThan(100);
    const expected = Buffer.concat(one.orderPackets.slice(before));
    expect(Buffer.concat(other.orderPackets).equals(expected)).toBe(true);
  });

  it('is counted without packets where nobody takes it', () => {
    const silent = new Engine({
      epoch: EPOCH,
      wallClock: () => {},
      crc32,
      reports: new ReportRows(),
    });
    const run = new Run();
    for (const engine of [silent, run.engine]) {
      engine.sequencer.submit(1, 0, listing('ABC'));
      for (let i = 1; i < 900; i += 1) engine.sequencer.submit(1, 0, limit(1, i, Side.Bid, 100, 1));
      engine.flush();
    }
    expect(silent.orders.nextSequence).toBe(run.engine.orders.nextSequence);
    expect(silent.levels.nextSequence).toBe(run.engine.levels.nextSequence);
  });
});

describe('MarketRecorder', () => {
  /** The records of one transaction, as rows. */
  function recorded(tell: (recorder: MarketRecorder, to: ListedInstrument) => void): unknown[] {
    const packets: Uint8Array[] = [];
    const open = (level: StreamLevel, sink?: PacketSink): StreamWriter =>
      new StreamWriter({
        epoch: EPOCH,
        topic: shardTopic(level),
        firstSequence: 1,
        crc32,
        wallClock: () => {},
        sink,
      });
    const writer = open(StreamLevel.L3, (packet) => packets.push(packet));
    const recorder = new MarketRecorder(
      new StreamRecorder(open(StreamLevel.L2), LEVEL_PROOF),
      new StreamRecorder(writer, ORDER_PROOF),
    );
    const venue = listing('VEN', BookKind.Levels);
    const instrument = new ListedInstrument(1 as InstrumentId, venue, undefined);
    recorder.begin(1, 0, 0, 1);
    recorder.listed(instrument);
    recorder.end();
    writer.flush();
    recorder.begin(2, 0, 0, 1);
    tell(recorder, instrument);
    recorder.end();
    writer.flush();
    const reader = new RecordReader(crc32);
    reader.open(packets[1] ?? new Uint8Array(0));
    const rows: unknown[] = [];
    while (reader.next()) {
      const { type, sequenceLow } = reader;
      if (type === RecordType.Transaction) continue;
      if (type === RecordType.Trade) rows.push(['trade', sequenceLow, reader.tradeId]);
      else if (type === RecordType.OrderExecuted) {
        rows.push(['executed', sequenceLow, reader.orderId, reader.executedTradeId]);
      } else if (type === RecordType.BookHash) rows.push(['hash', sequenceLow]);
      else rows.push([type, sequenceLow, reader.orderId]);
    }
    return rows;
  }

  const { Bid } = Aggressor;

  it('makes one record of a trade and the order in a queue that made it', () => {
    const rows = recorded((recorder, instrument) => {
      recorder.traded(instrument, Bid, 100, 5, 71, 9);
      recorder.reduced(instrument, 9, 0);
    });
    expect(rows).toEqual([
      ['executed', 2, 9, 71],
      ['hash', 3],
    ]);
  });

  it('tells a trade with an order that nobody may see as a trade, before what follows', () => {
    const rows = recorded((recorder, instrument) => {
      recorder.traded(instrument, Bid, 100, 5, 71, 9);
      recorder.reduced(instrument, 8, 3);
      recorder.traded(instrument, Bid, 100, 5, 72, 9);
      recorder.traded(instrument, Bid, 100, 5, 73, 10);
      recorder.rested(instrument, 11, Side.Bid, 100, 4);
      recorder.traded(instrument, Bid, 100, 5, 74, 0);
    });
    expect(rows).toEqual([
      ['trade', 2, 71],
      [RecordType.OrderReduced, 3, 8],
      ['trade', 4, 72],
      ['trade', 5, 73],
      [RecordType.OrderAdded, 6, 11],
      ['trade', 7, 74],
      ['hash', 8],
    ]);
  });

  it('names the first of two orders that trade with each other, and tells of the other behind', () => {
    const rows = recorded((recorder, instrument) => {
      recorder.traded(instrument, Aggressor.None, 100, 5, 71, 9);
      recorder.reduced(instrument, 9, 2);
      recorder.reduced(instrument, 10, 0);
    });
    expect(rows).toEqual([
      ['executed', 2, 9, 71],
      [RecordType.OrderRemoved, 3, 10],
      ['hash', 4],
    ]);
  });
});
