/** The engine without sockets: what it publishes is its book, and the same commands publish the same. */

import { describe, expect, it } from 'vitest';
import {
  BookKind,
  type InstrumentId,
  RecordReader,
  RecordType,
  Side,
  StreamWriter,
  TradingStatus,
} from '../feed/index.ts';
import { crc32 } from '../feed/process/index.ts';
import { NaiveBook, NaiveMemory } from './book/index.ts';
import { Engine } from './engine.ts';
import { privateReports } from './journal/private-run.ts';
import { MAX_OPEN_ORDERS } from './limits.ts';
import { ListedInstrument } from './listed-instrument.ts';
import { LEVEL_PROOF } from './market-recorder.ts';
import {
  type Command,
  CommandType,
  PostOnly,
  Reason,
  type SelfTrade,
  TimeInForce,
} from './protocol/index.ts';
import { StateReader, StateWriter } from './state.ts';
import { StreamRecorder } from './stream-recorder.ts';
import { EngineFixture } from './testing/engine-fixture.ts';
import { bookUpdate, cancel, limit, listing, market, modify, replace } from './testing/orders.ts';
import { seededRandom, testSeed } from './testing/seeded.ts';
import { rows, StreamReplica } from './testing/stream-replica.ts';

const ORDER_BOOKS = 3;
const VENUE_BOOKS = 2;

function naiveBooks(): ConstructorParameters<typeof EngineFixture>[0] {
  const memory = new NaiveMemory(MAX_OPEN_ORDERS);
  return (_instrument, events) => new NaiveBook(memory, events);
}

/** Any command, mostly sensible: small price ranges and few ids, so that everything collides. */
function randomCommand(random: (below: number) => number): Command {
  const instrument = 1 + random(ORDER_BOOKS);
  const id = 1 + random(300);
  const side = random(2) as Side;
  const price = 1000 + (side === Side.Bid ? -random(20) : random(20)) + random(5) - 2;
  const quantity = random(40) === 0 ? 0 : 1 + random(50);
  const kind = random(100);
  if (kind < 36) return limit(instrument, id, side, price, quantity);
  if (kind < 40) {
    const order = limit(instrument, id, side, price, quantity, TimeInForce.Gtc);
    if (random(3) === 0) {
      const displayQuantity = Math.ceil(quantity / (1 + random(6)));
      return { ...order, displayQuantity, selfTrade: random(5) as SelfTrade };
    }
    if (random(2) === 0) return { ...order, selfTrade: random(5) as SelfTrade };
    if (random(2) === 0) return { ...order, minimumQuantity: random(quantity + 1) };
    return { ...order, postOnly: random(2) === 0 ? PostOnly.Reject : PostOnly.Slide };
  }
  if (kind < 45) return limit(instrument, id, side, price, quantity, TimeInForce.Ioc);
  if (kind < 48) return limit(instrument, id, side, price, quantity, TimeInForce.Fok);
  if (kind < 52) return market(instrument, id, side, quantity);
  if (kind < 68) return cancel(instrument, id);
  if (kind < 78) return modify(instrument, id, price, quantity);
  if (kind < 84) return replace(instrument, id, price, quantity);
  const venue = (ORDER_BOOKS + 1 + random(VENUE_BOOKS)) as InstrumentId;
  if (kind < 98) {
    const levels = Array.from({ length: random(12) }, () => ({
      side: random(2) as Side,
      price: 500 + random(30),
      quantity: random(4),
    }));
    const depth = random(3) === 0 ? 1 + random(8) : 0;
    return bookUpdate(venue, levels, { clear: random(30) === 0, depth });
  }
  return { type: CommandType.VenueTrade, instrument: venue, price, quantity, aggressor: side };
}

function listAll(fixture: EngineFixture): void {
  for (let i = 1; i <= ORDER_BOOKS; i++) fixture.do(listing(`ORD${i}`));
  for (let i = 1; i <= VENUE_BOOKS; i++) fixture.do(listing(`VEN${i}`, BookKind.Levels));
}

function expectSameBooks(fixture: EngineFixture, note: string): void {
  const replica = fixture.publish();
  const { instruments, openOrders } = fixture.engine.market;
  const inBooks = instruments.reduce((sum, { orders }) => sum + (orders?.orderCount ?? 0), 0);
  expect(openOrders, `orders in the directory, ${note}`).toBe(inBooks);
  for (const listed of instruments) {
    const { book, sequence } = replica.instrument(listed.id);
    expect(rows(book), `${listed.symbol}, ${note}`).toEqual(rows(listed.levelBook()));
    expect(sequence).toBe(fixture.engine.recorder.sequenceOf(listed.id));
    const { laneA, laneB } = listed.bookHash();
    expect(book.hash.equals(laneA, laneB), `hash of ${listed.symbol}, ${note}`).toBe(true);
  }
}

describe('the engine', () => {
  it('publishes records from which its books are rebuilt, and the naive books publish the same bytes', () => {
    const seed = testSeed();
    const note = `seed ${seed}`;
    const random = seededRandom(seed);
    const fast = new EngineFixture();
    const naive = new EngineFixture(naiveBooks());
    listAll(fast);
    listAll(naive);
    for (let step = 0; step < 12_000; step++) {
      const command = randomCommand(random);
      const owner = 1 + random(3);
      const pause = random(10) === 0 ? random(60) : 0;
      for (const fixture of [fast, naive]) {
        fixture.advance(pause);
        fixture.do(command, owner);
        if (step % 7 === 0) fixture.engine.flush();
        if (step % 50 === 0) fixture.engine.heartbeat();
      }
      if (step % 100 === 0) expectSameBooks(fast, `step ${step}, ${note}`);
    }
    expectSameBooks(fast, note);
    naive.publish();
    expect(fast.reports.rows, note).toEqual(naive.reports.rows);
    expect(Buffer.concat(fast.packets).equals(Buffer.concat(naive.packets)), note).toBe(true);
    // The run was worth something: trades, hashes, and a heartbeat's table of positions.
    expect(fast.replica.trades.length).toBeGreaterThan(100);
    expect(fast.replica.heartbeats).toBeGreaterThan(100);
    for (const { hashesChecked } of fast.replica.instruments.values()) {
      expect(hashesChecked).toBeGreaterThan(10);
    }
  });

  it('gives the same packets for the same commands and times', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const first = new EngineFixture();
    listAll(first);
    const again = new EngineFixture();
    listAll(again);
    for (let step = 0; step < 3000; step++) {
      const command = randomCommand(random);
      first.advance(random(40));
      first.do(command);
      const { transaction, time } = first.engine.sequencer;
      // Replayed with what was stamped, whatever the clock of the second engine says to commands.
      again.timeNs = first.timeNs;
      again.engine.sequencer.apply(transaction, time.high, time.low, 1, 0, command);
    }
    first.engine.flush();
    again.engine.flush();
    expect(Buffer.concat(again.packets).equals(Buffer.concat(first.packets)), `seed ${seed}`).toBe(
      true,
    );
    expect(again.reports.rows).toEqual(first.reports.rows);
  });

  it('holds its time when the clock runs backwards', () => {
    const fixture = new EngineFixture();
    fixture.do(listing('ABC'));
    const before = { ...fixture.engine.sequencer.time };
    fixture.advance(-3_600_000);
    fixture.do(limit(1, 1, Side.Bid, 5, 5));
    expect(fixture.engine.sequencer.time).toEqual(before);
    fixture.publish();
  });

  it('publishes nothing for a command of an order book that changes nothing visible', () => {
    const fixture = new EngineFixture();
    fixture.do(listing('ABC'));
    fixture.do(listing('ABC'));
    fixture.do(cancel(1, 5));
    fixture.do(limit(1, 1, Side.Bid, 5, 5, TimeInForce.Ioc));
    fixture.do(limit(1, 2, Side.Bid, 5, 5));
    expect(fixture.publish().transactions).toEqual([1, 5]);
  });

  it('publishes every accepted command of a venue’s book, also one that changes nothing', () => {
    const fixture = new EngineFixture();
    fixture.do(listing('VEN', BookKind.Levels));
    const level = { side: Side.Bid, price: 5, quantity: 1 };
    fixture.do(bookUpdate(1, [level]));
    fixture.do(bookUpdate(1, [level]));
    fixture.do(bookUpdate(1, []));
    expect(fixture.publish().transactions).toEqual([1, 2, 3, 4]);
    expect(fixture.replica.instrument(1).sequence).toBe(3);
  });

  it('begins its epoch with a record that is whole by itself', () => {
    const fixture = new EngineFixture();
    fixture.engine.flush();
    const reader = new RecordReader(crc32);
    reader.open(fixture.packets[0] as Uint8Array);
    expect([reader.next(), reader.type, reader.isLast]).toEqual([
      true,
      RecordType.EpochStart,
      true,
    ]);
  });

  it('names the instrument of a transaction, also of one that changes nothing of it', () => {
    const fixture = new EngineFixture();
    fixture.do(listing('VEN', BookKind.Levels));
    fixture.do(listing('ORD'));
    fixture.do(limit(2, 1, Side.Bid, 5, 5));
    fixture.do(bookUpdate(1, []));
    expect(fixture.publish().concerned).toEqual([1, 2, 2, 1]);
  });

  it('names no instrument for a transaction of several, and refuses records of another', () => {
    const packets: Uint8Array[] = [];
    const stream = new StreamWriter({
      epoch: { seconds: 1, random: 1 },
      topic: new Uint8Array(8),
      firstSequence: 1,
      crc32,
      wallClock: () => {},
      sink: (packet) => packets.push(packet),
    });
    const recorder = new StreamRecorder(stream, LEVEL_PROOF);
    const [one, two] = [1, 2].map((id) => {
      const definition = listing(`VEN${id}`, BookKind.Levels);
      return new ListedInstrument(id as InstrumentId, definition, undefined);
    }) as [ListedInstrument, ListedInstrument];
    for (const [transaction, instrument] of [one, two].entries()) {
      recorder.begin(transaction + 1, 0, 0, 0);
      recorder.listed(instrument);
      recorder.end();
    }
    recorder.begin(3, 0, 0, 0);
    recorder.statusChanged(one, Reason.ByRequest);
    recorder.statusChanged(two, Reason.ByRequest);
    recorder.end();
    stream.flush();
    const replica = new StreamReplica();
    for (const packet of packets) replica.read(packet);
    expect(replica.concerned).toEqual([1, 2, 0]);
    recorder.begin(4, 0, 0, 1);
    expect(() => recorder.statusChanged(two, Reason.ByRequest)).toThrow('VEN2');
  });

  it('writes a hash with the first change, then with the first after 100 ms', () => {
    const fixture = new EngineFixture();
    fixture.do(listing('ABC'));
    const checked = () => fixture.publish().instrument(1).hashesChecked;
    fixture.do(limit(1, 1, Side.Bid, 5, 5));
    expect(checked()).toBe(1);
    fixture.advance(99);
    fixture.do(limit(1, 2, Side.Bid, 5, 5));
    expect(checked()).toBe(1);
    fixture.advance(1);
    fixture.do({
      type: CommandType.SetStatus,
      instrument: 1 as InstrumentId,
      status: TradingStatus.Halted,
    });
    expect(checked()).toBe(1);
    fixture.do(cancel(1, 2));
    expect(checked()).toBe(2);
  });

  it('writes a hash every 100 ms wherever the halves of the time turn over, saved and loaded too', () => {
    const run = (reloads: boolean): number[] => {
      const make = (): Engine =>
        new Engine({
          epoch: { seconds: 1, random: 1 },
          wallClock: () => {},
          crc32,
          sink: () => {},
          reports: privateReports().sink,
        });
      let engine = make();
      const sequences: number[] = [];
      const start = 418_018_870n * 2n ** 32n;
      const apply = (transaction: number, command: Command): void => {
        const time = start + BigInt(transaction) * 100_000_000n;
        const [high, low] = [Number(time >> 32n), Number(time & 0xffff_ffffn)];
        // A journal gives the low half back as a signed word.
        engine.sequencer.apply(transaction, high, low | 0, 1, transaction, command);
        sequences.push(engine.nextSequence);
      };
      apply(1, listing('ABC'));
      for (let transaction = 2; transaction < 100; transaction += 1) {
        apply(transaction, limit(1, transaction, Side.Bid, 5, 5));
        if (!reloads) continue;
        const writer = new StateWriter();
        engine.saveState(writer);
        engine = make();
        engine.loadState(new StateReader(writer.written));
      }
      return sequences;
    };
    const sequences = run(false);
    // Transaction, level and hash each time: 6 s are two turns of the low half's sign.
    const steps = sequences.slice(2).map((next, i) => next - (sequences[i + 1] ?? 0));
    expect(new Set(steps)).toEqual(new Set([3]));
    expect(run(true)).toEqual(sequences);
  });

  it('bounds the records of a transaction by splitting it', () => {
    const packets: Uint8Array[] = [];
    const stream = new StreamWriter({
      epoch: { seconds: 1, random: 1 },
      topic: new Uint8Array(8),
      firstSequence: 1,
      crc32,
      wallClock: () => {},
      sink: (packet) => packets.push(packet),
    });
    const recorder = new StreamRecorder(stream, LEVEL_PROOF, 10);
    const instrument = new ListedInstrument(
      1 as InstrumentId,
      listing('VEN', BookKind.Levels),
      undefined,
    );
    recorder.begin(1, 0, 0, 0);
    recorder.listed(instrument);
    for (let price = 1; price <= 40; price++) {
      instrument.levels?.apply(Side.Bid, price, 1, 0);
      recorder.levelChanged(instrument, Side.Bid, price, 1, 0);
    }
    recorder.end();
    stream.flush();
    const replica = new StreamReplica();
    for (const packet of packets) replica.read(packet);
    expect(replica.mostRecords).toBe(10);
    expect(replica.transactions).toEqual([1, 1, 1, 1, 1]);
    expect(rows(replica.instrument(1).book)).toEqual(rows(instrument.levelBook()));
    expect(replica.instrument(1).hashesChecked).toBe(1);
  });

  it('shows each listed instrument within one rotation of heartbeats, and ends its session', () => {
    const fixture = new EngineFixture();
    for (let i = 0; i < 5000; i++) fixture.do(listing(`S${i}`));
    const before = fixture.publish().heartbeats;
    for (let i = 0; i < 4; i++) fixture.engine.heartbeat();
    fixture.engine.endOfSession();
    expect(fixture.publish().heartbeats - before).toBe(5);
    expect(fixture.replica.hasEnded).toBe(true);
  });
});
