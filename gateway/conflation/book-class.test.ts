import { describe, expect, it } from 'vitest';
import { BookHash, FeedState, LevelBook, NO_EPOCH, Side, TradingStatus } from '../../feed/index.ts';
import {
  DEPTH_LADDER,
  EventReader,
  type GatewayEvent,
  GROUPING_LADDER,
  MessageType,
  msgpackEncoding,
} from '../protocol/index.ts';
import { bestLevels, ClientView, groupedLevels } from '../testing/client-view.ts';
import { forEachSeed, type Seeded } from '../testing/seeded.ts';
import { BookClass } from './book-class.ts';
import { BookHistory } from './book-history.ts';
import { NOTHING_SENT } from './conflation-class.ts';
import { viewHash } from './view-hash.ts';

const reader = new EventReader();

function event(frame: Uint8Array): GatewayEvent {
  const checked = reader.read(frame);
  if (checked === undefined) throw new Error('an unknown message');
  return checked;
}

function source(instrument = 3) {
  return {
    instrument,
    symbol: 'ABC',
    tickSize: '0.01',
    lotSize: '1',
    status: TradingStatus.Continuous,
    statusReason: 0,
    state: FeedState.Live,
    reason: 'NONE' as const,
    epoch: NO_EPOCH,
    anchor: 1000,
    generation: 1,
    isJoined: true,
    book: new LevelBook(instrument),
    history: new BookHistory(),
    sequence: 1,
    transaction: 1,
    engineTimeUs: 5_000_000,
  };
}

/** As the market does it: the change, and word of it. */
function apply(to: ReturnType<typeof source>, side: Side, price: number, lots: number, orders = 1) {
  to.book.apply(side, price, lots, orders);
  to.history.touch(side, price, to.sequence + 1);
}

function key(depth: number, grouping = 1) {
  const codec = 'msgpack' as const;
  return { channel: 'book', symbol: 'ABC', depth, grouping, interval: 100, phase: 0, codec };
}

/** A book whose middle wanders by tens of levels, so that windows empty and fill from afar. */
function change(random: Seeded, of: ReturnType<typeof source>, middle: number): number {
  const { book } = of;
  const moved = middle + random.integer(-3, 3);
  for (let i = random.integer(0, 12); i > 0; i -= 1) {
    const side = random.integer(0, 1) as Side;
    const distance = random.integer(1, 40);
    const price = side === Side.Bid ? moved - distance : moved + distance;
    const lots = random.next() < 0.4 ? 0 : random.integer(1, 500);
    apply(of, side, price, lots, random.integer(1, 9));
  }
  // What the middle has walked over is gone, so that the book never crosses.
  while (book.levelCount(Side.Bid) > 0 && book.priceAt(Side.Bid, 0) >= moved) {
    apply(of, Side.Bid, book.priceAt(Side.Bid, 0), 0);
  }
  while (book.levelCount(Side.Ask) > 0 && book.priceAt(Side.Ask, 0) <= moved) {
    apply(of, Side.Ask, book.priceAt(Side.Ask, 0), 0);
  }
  return moved;
}

describe('a book class', () => {
  it('never lets a view drift from the book, however far prices walk', () => {
    forEachSeed(60, (random) => {
      const from = source();
      const depth = DEPTH_LADDER[random.integer(0, 4)] as number;
      const logic = new BookClass(7, key(depth), from, msgpackEncoding());
      const view = new ClientView();
      let middle = 1000;
      for (const frame of [logic.subscribed(1), ...logic.catchUp(NOTHING_SENT, time(0))]) {
        view.apply(event(frame));
      }
      for (let step = 1; step <= 150; step += 1) {
        middle = change(random, from, middle);
        from.sequence += random.integer(0, 5);
        from.transaction += 1;
        logic.pending += 1;
        if (random.next() < 0.3) continue;
        const [frame] = logic.flush(time(step * 100), random.next() < 0.2);
        if (frame !== undefined) view.apply(event(frame));
        expect(view.side('bids')).toEqual(bestLevels(from.book, Side.Bid, depth));
        expect(view.side('asks')).toEqual(bestLevels(from.book, Side.Ask, depth));
        if (view.lanes !== undefined) {
          const hash = viewHash(from.instrument, from.book, depth);
          expect(view.lanes).toEqual([hash.laneA, hash.laneB]);
        }
      }
    });
  });

  it('gathers levels by price as the whole book says, wherever prices walk', () => {
    forEachSeed(60, (random) => {
      const from = source();
      const depth = DEPTH_LADDER[random.integer(0, 3)] as number;
      const grouping = GROUPING_LADDER[random.integer(1, 6)] as number;
      const logic = new BookClass(7, key(depth, grouping), from, msgpackEncoding());
      const view = new ClientView();
      // Around zero, where rounding down and towards zero differ.
      let middle = random.integer(-60, 60);
      for (const frame of [logic.subscribed(1), ...logic.catchUp(NOTHING_SENT, time(0))]) {
        view.apply(event(frame));
      }
      for (let step = 1; step <= 80; step += 1) {
        middle = change(random, from, middle);
        from.sequence += 1;
        const [frame] = logic.flush(time(step * 100), random.next() < 0.2);
        if (frame !== undefined) view.apply(event(frame));
        expect(view.side('bids')).toEqual(groupedLevels(from.book, Side.Bid, depth, grouping));
        expect(view.side('asks')).toEqual(groupedLevels(from.book, Side.Ask, depth, grouping));
        if (view.lanes === undefined) continue;
        const hash = new BookHash(from.instrument);
        for (const level of view.side('bids')) hash.add(Side.Bid, ...level);
        for (const level of view.side('asks')) hash.add(Side.Ask, ...level);
        expect(view.lanes).toEqual([hash.laneA, hash.laneB]);
      }
    });
  });

  it('brings whoever missed any number of diffs to the same state with one message', () => {
    forEachSeed(60, (random) => {
      const from = source();
      const depth = 10;
      const logic = new BookClass(7, key(depth), from, msgpackEncoding());
      let middle = change(random, from, 1000);
      logic.flush(time(0), true);
      const view = new ClientView();
      for (const frame of [logic.subscribed(1), ...logic.catchUp(NOTHING_SENT, time(0))]) {
        view.apply(event(frame));
      }
      let version = logic.version;
      for (let step = 1; step <= 60; step += 1) {
        middle = change(random, from, middle);
        from.sequence += 1;
        logic.pending += 1;
        logic.flush(time(step), true);
        if (random.next() < 0.85) continue;
        const books = logic
          .catchUp(version, time(step))
          .map(event)
          .filter(([type]) => type === MessageType.Diff || type === MessageType.Snapshot);
        expect(books).toHaveLength(1);
        for (const message of books) view.apply(message);
        version = logic.version;
        expect(view.sequence).toBe(from.sequence);
        expect(view.side('bids')).toEqual(bestLevels(from.book, Side.Bid, depth));
        expect(view.side('asks')).toEqual(bestLevels(from.book, Side.Ask, depth));
      }
    });
  });

  it('answers with a diff when that is the smaller, and with a snapshot when it is not', () => {
    const from = source();
    for (let i = 1; i <= 10; i += 1) apply(from, Side.Bid, 1000 - i, 5);
    const logic = new BookClass(7, key(10), from, msgpackEncoding());
    const version = logic.version;
    apply(from, Side.Bid, 999, 6);
    logic.flush(time(1), false);
    const types = () => logic.catchUp(version, time(2)).map((frame) => event(frame)[0]);
    expect(types()).toEqual([MessageType.Diff, MessageType.Status]);
    for (let i = 2; i <= 9; i += 1) apply(from, Side.Bid, 1000 - i, 6);
    logic.flush(time(3), false);
    expect(types()).toEqual([MessageType.Snapshot, MessageType.Status]);
  });

  it('encodes a snapshot once, however many join, until something changes', () => {
    const from = source();
    apply(from, Side.Bid, 999, 5);
    const logic = new BookClass(7, key(10), from, msgpackEncoding());
    const [first] = logic.catchUp(NOTHING_SENT, time(1));
    expect(logic.catchUp(NOTHING_SENT, time(2))[0]).toBe(first);
    apply(from, Side.Bid, 999, 6);
    expect(logic.catchUp(NOTHING_SENT, time(3))[0]).toBe(first);
    logic.flush(time(4), false);
    expect(logic.catchUp(NOTHING_SENT, time(5))[0]).not.toBe(first);
  });

  it('takes the view hash of a diff from the replica, so that a fault in the diff shows', () => {
    const from = source();
    apply(from, Side.Bid, 999, 5);
    apply(from, Side.Bid, 998, 4);
    const logic = new BookClass(7, key(1), from, msgpackEncoding());
    apply(from, Side.Bid, 999, 0);
    const [frame] = logic.flush(time(5000), false);
    const hash = viewHash(3, from.book, 1);
    expect(event(frame as Uint8Array).slice(8)).toEqual([
      [-1, 0, 0, -2, 4, 1],
      [],
      hash.laneA,
      hash.laneB,
    ]);
  });
});

function time(nowMs: number) {
  return { nowMs: 10_000 + nowMs, nowUs: 6_000_000 + nowMs * 1000 };
}
