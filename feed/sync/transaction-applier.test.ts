/** The fast path against the slow one: the same packets, and everything that is told and kept is the same. */

import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { describeBook } from '../book/naive-book.ts';
import { describeOrderBook } from '../book/naive-order-book.ts';
import type { FeedListener } from '../listener.ts';
import { Side } from '../market.ts';
import { type Random, testSeeds, withSeed } from '../testing/random.ts';
import { packetHeader, sealPacket } from '../wire/packet.ts';
import { RecordReader } from '../wire/record-reader.ts';
import { RecordWriter } from '../wire/record-writer.ts';
import { StreamLevel } from '../wire/topic.ts';
import { feedStats } from './feed-stats.ts';
import { Replica } from './replica.ts';
import { TransactionApplier } from './transaction-applier.ts';

const INSTRUMENTS = 4;
const EDGES = [0, 2 ** 31 - 1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER];

/** Nothing is plain to it, so that every record is opened and looked at. */
class SlowReplica extends Replica {
  plain = 0;
  plainOrders = 0;
  override applyPlainLevel(): boolean {
    return false;
  }
  override applyPlainOrder(): number {
    return 0;
  }
}

class CountingReplica extends Replica {
  plain = 0;
  plainOrders = 0;
  override applyPlainLevel(words: Int32Array, at: number, sequence: number): boolean {
    const isPlain = super.applyPlainLevel(words, at, sequence);
    if (isPlain) this.plain += 1;
    return isPlain;
  }
  override applyPlainOrder(words: Int32Array, at: number, sequence: number): number {
    const length = super.applyPlainOrder(words, at, sequence);
    if (length > 0) this.plainOrders += 1;
    return length;
  }
}

/** An applier with all that it has done, in words. */
class Applied {
  readonly log: string[] = [];
  readonly stats = feedStats();
  readonly replica: SlowReplica | CountingReplica;
  readonly #applier: TransactionApplier;
  readonly #reader = new RecordReader(crc32);

  constructor(kind: typeof SlowReplica | typeof CountingReplica, level: StreamLevel) {
    const listener: FeedListener = {
      levelChanged: ({ id, sequence }, ...level) => this.log.push(`${id} ${sequence}: ${level}`),
      traded: ({ id }, ...trade) => this.log.push(`${id} traded ${trade}`),
      orderAdded: ({ id }, ...order) => this.log.push(`${id} added ${order}`),
      orderExecuted: ({ id }, ...order) => this.log.push(`${id} executed ${order}`),
      orderReduced: ({ id }, ...order) => this.log.push(`${id} reduced ${order}`),
      bookReset: ({ id }) => this.log.push(`${id} cleared`),
      transactionApplied: ({ transaction }) => this.log.push(`applied ${transaction}`),
    };
    this.replica = new kind({
      level,
      selected: undefined,
      listener,
      changed: ({ id, trouble }) => this.log.push(`${id} ${trouble}`),
      hashChecked: ({ id }, isEqual) => this.log.push(`${id} hash ${isEqual}`),
    });
    this.#applier = new TransactionApplier({
      replica: this.replica,
      listener,
      stats: this.stats,
      header: this.#reader.header,
      badRecord: ({ code }) => this.log.push(code),
      epochStarted: () => this.log.push('epoch'),
    });
  }

  take(packet: Uint8Array): void {
    const { firstSequence, count } = this.#reader.open(packet);
    this.#applier.records(this.#reader, firstSequence, firstSequence + count);
    expect(this.#reader.next()).toBe(false);
  }

  restart(): void {
    this.replica.clear();
    this.#applier.reset({ seconds: 2, random: 2 });
  }

  ordersOf(id: number): (readonly [number, number])[] {
    const orders = this.replica.instruments.get(id)?.orders;
    const found: (readonly [number, number])[] = [];
    for (const side of [Side.Bid, Side.Ask]) {
      for (let i = 0; i < (orders?.levelCount(side) ?? 0); i++) {
        const price = orders?.priceAt(side, i) ?? 0;
        orders?.forEachOrder(side, price, (orderId, shown) => found.push([orderId, shown]));
      }
    }
    return found;
  }

  /** Everything about the instruments, book and hash included. */
  get state(): unknown {
    return [...this.replica.instruments.values()].map(({ book, orders, ...fields }) => [
      fields,
      orders === undefined ? describeBook(book) : [describeBook(book), describeOrderBook(orders)],
      book.hash.laneA,
      book.hash.laneB,
    ]);
  }
}

/** The orders of an instrument, each with what it shows. */
type KnownOrders = (id: number) => readonly (readonly [orderId: number, shown: number])[];

/** Writes records that are mostly plain levels, and sometimes anything else a writer can write. */
class OddWriter {
  readonly #random: Random;
  readonly #level: StreamLevel;
  readonly #known: KnownOrders;
  readonly #changed = new Set<number>();
  #lastOrderId = 2 ** 32 - 500;
  readonly #sequences = new Array<number>(INSTRUMENTS + 1).fill(0);
  #transaction = 0;
  #first = 1;

  constructor(random: Random, level: StreamLevel, known: KnownOrders) {
    this.#random = random;
    this.#level = level;
    this.#known = known;
  }

  get nextSequence(): number {
    return this.#first;
  }

  /** The instrument's own. */
  sequenceOf(id: number): number {
    return this.#sequences[id] ?? 0;
  }

  /** Lists the instruments; their sequences begin. */
  listing(): Uint8Array {
    const records = new RecordWriter();
    records.transaction(this.#transaction, 0, 0);
    this.#sequences.fill(0);
    for (let id = 1; id <= INSTRUMENTS; id++) {
      records.instrument(id, this.#next(id), 2, 1, 1, 100, '1', '1', `ODD${id}`);
    }
    records.endTransaction();
    return this.#seal(records);
  }

  packet(): Uint8Array {
    const records = new RecordWriter();
    const random = this.#random;
    this.#changed.clear();
    for (let i = random.below(30); i >= 0; i--) {
      const id = 1 + random.below(INSTRUMENTS);
      if (random.chance(0.003)) this.#sequences[id] = (this.#sequences[id] ?? 0) + 1;
      if (random.chance(0.3)) {
        this.#transaction += 1;
        records.transaction(this.#transaction, 0, 0);
      } else {
        this.#record(records, id);
      }
      if (random.chance(0.3)) records.endTransaction();
    }
    return this.#seal(records);
  }

  #seal(records: RecordWriter): Uint8Array {
    const header = packetHeader();
    header.firstSequence = this.#first;
    header.count = records.count;
    this.#first += records.count;
    const packet = records.take();
    sealPacket(packet, header, crc32);
    return packet;
  }

  #record(records: RecordWriter, id: number): void {
    const random = this.#random;
    const sequence = this.#next(id);
    if (random.chance(0.03)) {
      records.bookClear(id, sequence);
    } else if (random.chance(0.05)) {
      records.trade(id, sequence, random.below(3), 0, 100, 5, 1);
    } else if (this.#level === StreamLevel.L3 && random.chance(0.7)) {
      this.#order(records, id, sequence);
    } else {
      const side = random.chance(0.01) ? 2 + random.below(2) : random.below(2);
      const price = random.chance(0.03) ? this.#edge() : 1000 + random.below(30);
      const quantity = random.chance(0.03) ? this.#edge() : random.below(10);
      const count = random.chance(0.1) ? random.u32() : random.below(9);
      records.level(id, sequence, side, price, quantity, count);
    }
  }

  /** Mostly one that fits: of an order that is there and was not changed in this packet yet. */
  #order(records: RecordWriter, id: number, sequence: number): void {
    const random = this.#random;
    const known = this.#known(id).filter(([orderId]) => !this.#changed.has(orderId));
    const kind = known.length === 0 ? 3 : random.below(6);
    const isOdd = random.chance(0.01);
    this.#lastOrderId += 1;
    const there =
      isOdd || known.length === 0 ? ([random.below(9), 1] as const) : random.pick(known);
    const orderId = kind < 3 || isOdd ? there[0] : this.#lastOrderId + (isOdd ? 2 ** 53 : 0);
    this.#changed.add(orderId);
    const less = 1 + random.below(there[1]);
    const quantity = random.chance(0.01) ? this.#edge() : kind < 3 ? less : 1 + random.below(40);
    const price = random.chance(0.01) ? this.#edge() : 1000 + random.below(5);
    const detail = random.chance(0.01) ? 3 : random.below(2);
    if (kind === 0) {
      records.orderExecuted(id, sequence, detail, 0, orderId, quantity, price, random.below(99));
    } else if (kind === 1) {
      records.orderReduced(id, sequence, orderId, quantity - 1);
    } else if (kind === 2) {
      records.orderRemoved(id, sequence, orderId);
    } else {
      records.orderAdded(id, sequence, detail, price, orderId, quantity);
    }
  }

  /** An unusual number; a negative quantity is not in the range of its field. */
  #edge(): number {
    const value = this.#random.pick(EDGES);
    return this.#random.chance(0.3) ? -value : value;
  }

  #next(id: number): number {
    const next = (this.#sequences[id] ?? 0) + 1;
    this.#sequences[id] = next;
    return next;
  }
}

/** What a consumer's other parts may do to an instrument between two packets, mostly healing it. */
function meddle(random: Random, writer: OddWriter, both: readonly Applied[]): void {
  const id = 1 + random.below(INSTRUMENTS);
  const what = random.below(8);
  const ahead = random.below(40);
  for (const { replica } of both) {
    const instrument = replica.instruments.get(id);
    if (instrument === undefined) continue;
    if (what === 0) instrument.isSuspect = true;
    else if (what === 1) replica.distrust(instrument, 'HASH_MISMATCH');
    else if (what === 2) instrument.joinSequence = writer.nextSequence + ahead;
    if (what < 2) continue;
    instrument.trouble = 'NONE';
    instrument.sequence = writer.sequenceOf(id);
  }
}

function comparePaths(seed: number, level: StreamLevel): void {
  withSeed(seed, (random) => {
    const fast = new Applied(CountingReplica, level);
    const slow = new Applied(SlowReplica, level);
    const writer = new OddWriter(random, level, (id) => fast.ordersOf(id));
    for (let i = 0; i < 400; i++) {
      const begins = i === 0 || random.chance(0.01);
      // Records of instruments that are not, or no longer, listed.
      const early = begins ? writer.packet() : undefined;
      const packet = begins ? writer.listing() : writer.packet();
      for (const applied of [fast, slow]) {
        if (begins) applied.restart();
        if (early !== undefined) applied.take(early);
        applied.take(packet);
      }
      expect(fast.log.splice(0)).toEqual(slow.log.splice(0));
      expect(fast.state).toEqual(slow.state);
      expect(fast.stats).toEqual(slow.stats);
      meddle(random, writer, [fast, slow]);
    }
    expect(fast.replica.plain + fast.replica.plainOrders).toBeGreaterThan(100);
    if (level === StreamLevel.L3) expect(fast.replica.plainOrders).toBeGreaterThan(100);
  });
}

test.each(testSeeds(20))('does what the slow path does, for any record (seed %i)', (seed) => {
  comparePaths(seed, StreamLevel.L2);
});

test.each(testSeeds(20))('does so for any record of L3 (seed %i)', (seed) => {
  comparePaths(seed, StreamLevel.L3);
});
