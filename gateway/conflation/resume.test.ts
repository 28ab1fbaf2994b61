import { describe, expect, it } from 'vitest';
import { FeedState, LevelBook, NO_EPOCH, Side, TradingStatus } from '../../feed/index.ts';
import {
  DEPTH_LADDER,
  EventReader,
  type GatewayEvent,
  GROUPING_LADDER,
  MAX_TOUCHED_PRICES,
  MessageType,
  msgpackEncoding,
  SNAPSHOT_SHARE,
} from '../protocol/index.ts';
import { ClientView } from '../testing/client-view.ts';
import { forEachSeed, type Seeded } from '../testing/seeded.ts';
import { BookClass } from './book-class.ts';
import { BookHistory, type ResumePoint } from './book-history.ts';
import type { BookSource } from './book-source.ts';
import { NOT_ANNOUNCED, NOTHING_SENT } from './conflation-class.ts';

const reader = new EventReader();
const EPOCH = { seconds: 1_700_000_000, random: 7 };

/** An instrument whose book tells its history of every change, as the market does. */
class Source implements BookSource {
  readonly instrument = 3;
  readonly symbol = 'ABC';
  readonly tickSize = '0.01';
  readonly lotSize = '1';
  readonly status = TradingStatus.Continuous;
  readonly statusReason = 0;
  state: FeedState = FeedState.Live;
  readonly reason = 'NONE';
  epoch = EPOCH;
  readonly anchor = 1000;
  readonly generation = 1;
  readonly isJoined = true;
  readonly engineTimeUs = 5_000_000;
  readonly book = new LevelBook(3);
  readonly history = new BookHistory();
  sequence = 1;
  transaction = 1;
  middle = 1000;

  constructor() {
    this.history.begin(1);
  }

  /** One transaction around a middle that walks. */
  change(random: Seeded, most: number): void {
    this.middle += random.integer(-3, 3);
    for (let i = random.integer(0, most); i > 0; i -= 1) {
      const side = random.integer(0, 1) as Side;
      const sign = side === Side.Bid ? -1 : 1;
      const price = this.middle + sign * random.integer(1, 40);
      this.set(side, price, random.next() < 0.4 ? 0 : random.integer(1, 500));
    }
    for (const side of [Side.Bid, Side.Ask] as const) {
      const isCrossed = () => {
        const best = this.book.priceAt(side, 0);
        return side === Side.Bid ? best >= this.middle : best <= this.middle;
      };
      while (this.book.levelCount(side) > 0 && isCrossed()) {
        this.set(side, this.book.priceAt(side, 0), 0);
      }
    }
    this.sequence += random.integer(1, 4);
    this.transaction += 1;
  }

  set(side: Side, price: number, quantity: number): void {
    this.book.apply(side, price, quantity, 1);
    this.history.touch(side, price, this.sequence + 1);
  }
}

function classOf(source: Source, depth: number, grouping = 1): BookClass {
  const key = { channel: 'book', symbol: 'ABC', depth, grouping, interval: 100, phase: 0 };
  return new BookClass(7, { ...key, codec: 'msgpack' }, source, msgpackEncoding());
}

function time(nowMs: number) {
  return { nowMs: 10_000 + nowMs, nowUs: 6_000_000 + nowMs * 1000 };
}

function events(frames: readonly Uint8Array[]): GatewayEvent[] {
  return frames.map((frame) => reader.read(frame) as GatewayEvent);
}

/** A client that has what the class shows. */
function joined(logic: BookClass): ClientView {
  const view = new ClientView();
  for (const event of events([logic.subscribed(1), ...logic.catchUp(NOTHING_SENT, time(0))])) {
    view.apply(event);
  }
  return view;
}

function pointOf(view: ClientView, depth: number): ResumePoint {
  const [bids, asks] = [view.side('bids'), view.side('asks')];
  return {
    epochSeconds: EPOCH.seconds,
    epochRandom: EPOCH.random,
    sequence: view.sequence,
    lowestBid: bids.length < depth ? null : (bids.at(-1)?.[0] ?? null),
    highestAsk: asks.length < depth ? null : (asks.at(-1)?.[0] ?? null),
  };
}

describe('a client that comes back', () => {
  it('has what a new client has, from wherever it was, at whatever class of whatever gateway', () => {
    let [diffs, snapshots] = [0, 0];
    forEachSeed(150, (random) => {
      const source = new Source();
      const depth = DEPTH_LADDER[random.integer(0, 3)] as number;
      const grouping = random.next() < 0.5 ? 1 : (GROUPING_LADDER[random.integer(1, 4)] as number);
      const most = random.integer(1, 12);
      for (let i = 0; i < 20; i += 1) source.change(random, 12);
      let logic = classOf(source, depth, grouping);
      for (let round = 0; round < 8; round += 1) {
        const view = joined(logic);
        const point = pointOf(view, depth);
        for (let i = random.integer(0, 10); i > 0; i -= 1) {
          source.change(random, most);
          if (random.next() < 0.5) logic.flush(time(i), random.next() < 0.5);
        }
        // Another gateway has the instrument's history too, but a class of its own.
        if (random.next() < 0.5) logic = classOf(source, depth, grouping);
        // What has not been flushed is not shown, though the book has it.
        if (random.next() < 0.5) source.change(random, most);
        view.apply(events([logic.subscribed(2)])[0] as GatewayEvent);
        view.sequence = point.sequence;
        const [answer, status] = events(logic.resume(point, time(99)).frames);
        view.apply(answer as GatewayEvent);
        const fresh = joined(logic);
        expect(view.side('bids')).toEqual(fresh.side('bids'));
        expect(view.side('asks')).toEqual(fresh.side('asks'));
        expect([view.sequence, view.lanes]).toEqual([fresh.sequence, fresh.lanes]);
        expect(status?.[0]).toBe(MessageType.Status);
        if (answer?.[0] === MessageType.Diff) {
          const told = (answer[8].length + answer[9].length) / 3;
          const levels = fresh.side('bids').length + fresh.side('asks').length;
          if (told > 0) expect(told).toBeLessThan(SNAPSHOT_SHARE * levels);
          diffs += 1;
        } else {
          snapshots += 1;
        }
      }
    });
    expect(diffs).toBeGreaterThan(100);
    expect(snapshots).toBeGreaterThan(20);
  });

  it.each([
    ['of another epoch', { epochRandom: 8 }],
    ['from before what is remembered', { sequence: 0 }],
    ['that is ahead of this gateway', { sequence: 1_000_000 }],
  ])('gets a snapshot when it holds a book %s', (_what, differs) => {
    const source = new Source();
    for (let i = 1; i <= 20; i += 1) source.set(Side.Bid, 1000 - i, i);
    source.sequence = 2;
    const logic = classOf(source, 10);
    const point = { ...pointOf(joined(logic), 10), ...differs };
    expect(events(logic.resume(point, time(1)).frames)[0]?.[0]).toBe(MessageType.Snapshot);
  });

  it('gets the same bytes as another one from the same point', () => {
    const source = new Source();
    for (let i = 1; i <= 20; i += 1) source.set(Side.Bid, 1000 - i, i);
    source.sequence = 2;
    const logic = classOf(source, 10);
    const point = pointOf(joined(logic), 10);
    source.set(Side.Bid, 999, 77);
    source.sequence += 1;
    logic.flush(time(1), false);
    const [first] = logic.resume(point, time(2)).frames;
    expect(logic.resume(point, time(3)).frames[0]).toBe(first);
    expect(events([first as Uint8Array])[0]?.slice(8, 10)).toEqual([[-1, 77, 1], []]);
    source.set(Side.Bid, 999, 78);
    source.sequence += 1;
    logic.flush(time(4), false);
    expect(logic.resume(point, time(5)).frames[0]).not.toBe(first);
  });

  it('is answered from memory only as far as that may grow, whatever points are asked from', () => {
    const source = new Source();
    for (let i = 1; i <= 900; i += 1) source.set(Side.Bid, 1000 - i, 123_456_789);
    source.sequence = 2;
    const logic = classOf(source, 1000);
    const point = pointOf(joined(logic), 1000);
    for (let i = 1; i <= 700; i += 1) source.set(Side.Bid, 1000 - i, 987_654_321);
    source.sequence += 1;
    logic.flush(time(1), false);
    // Each of them is another question; only the first few answers are kept.
    const ask = (highestAsk: number) => logic.resume({ ...point, highestAsk }, time(2)).frames[0];
    const answers = Array.from({ length: 200 }, (_, i) => ask(2000 + i) as Uint8Array);
    const kept = answers.filter((answer, i) => ask(2000 + i) === answer);
    const bytes = kept.reduce((sum, answer) => sum + answer.length, 0);
    expect(kept.length).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(64 * 1024);
  });

  it('is told that the book is not LIVE before it is shown, and that it is, after', () => {
    const source = new Source();
    const logic = classOf(source, 10);
    const point = pointOf(joined(logic), 10);
    const kinds = (frames: readonly Uint8Array[]) => events(frames).map(([type]) => type);
    const { Diff, Snapshot, Status, Subscribed } = MessageType;
    expect(kinds(logic.resume(point, time(1)).frames)).toEqual([Diff, Status]);
    expect(kinds(logic.catchUp(NOTHING_SENT, time(1)))).toEqual([Snapshot, Status]);
    source.state = FeedState.Gapped;
    expect(kinds(logic.resume(point, time(2)).frames)).toEqual([Status, Diff]);
    expect(kinds(logic.catchUp(NOTHING_SENT, time(2)))).toEqual([Status, Snapshot]);
    expect(kinds(logic.catchUp(NOT_ANNOUNCED, time(2)))).toEqual([Subscribed, Status, Snapshot]);
  });

  it('knows no epoch, no history', () => {
    const source = new Source();
    source.epoch = NO_EPOCH;
    const logic = classOf(source, 10);
    const point = pointOf(joined(logic), 10);
    expect(events(logic.resume(point, time(1)).frames)[0]?.[0]).toBe(MessageType.Snapshot);
  });
});

describe('the history of a book', () => {
  it('that has learnt the past knows the same as one that was there, from where that begins', () => {
    forEachSeed(200, (random) => {
      const [there, late] = [new BookHistory(), new BookHistory()];
      there.begin(0);
      const from = random.integer(1, 40);
      const joined = from + random.integer(1, 40);
      const replayed = joined + random.integer(0, 10);
      const past = [new Map<number, number>(), new Map<number, number>()] as const;
      for (let sequence = 1; sequence <= joined + 40; sequence += 1) {
        const side = random.integer(0, 1) as Side;
        const price = random.integer(1, 12);
        there.touch(side, price, sequence);
        if (sequence === joined + 1) late.begin(joined);
        if (sequence > joined) late.touch(side, price, sequence);
        if (sequence > from && sequence <= replayed) past[side].set(price, sequence);
      }
      late.learn(from, replayed, past);
      expect(late.from).toBe(from);
      for (let sequence = from; sequence <= joined + 40; sequence += 1) {
        for (const side of [Side.Bid, Side.Ask]) {
          const known = [...(late.since(side, sequence) ?? [])].sort();
          expect(known).toEqual([...(there.since(side, sequence) ?? [])].sort());
        }
      }
      expect(late.since(Side.Bid, from - 1)).toBeUndefined();
    });
  });

  it('learns nothing from a past that does not reach up to what it knows', () => {
    const history = new BookHistory();
    history.begin(20);
    history.learn(5, 19, [new Map([[100, 12]]), new Map()]);
    expect(history.from).toBe(20);
    history.learn(5, 20, [new Map([[100, 12]]), new Map()]);
    expect(history.since(Side.Bid, 11)).toEqual([100]);
  });

  it('stays within its bound, and says from where on it knows', () => {
    const history = new BookHistory();
    expect(history.since(Side.Bid, 5)).toBeUndefined();
    history.begin(10);
    for (let i = 0; i < 5 * MAX_TOUCHED_PRICES; i += 1) history.touch(Side.Bid, i, 11 + i);
    expect(history.from).toBeGreaterThan(10 + 3 * MAX_TOUCHED_PRICES);
    expect(history.since(Side.Bid, history.from - 1)).toBeUndefined();
    const since = history.since(Side.Bid, history.from) ?? [];
    expect(since).toHaveLength(10 + 5 * MAX_TOUCHED_PRICES - history.from);
    expect(since.length).toBeLessThanOrEqual(MAX_TOUCHED_PRICES);
    history.forget();
    expect(history.since(Side.Bid, 1e9)).toBeUndefined();
  });

  it('keeps reaching back while the same prices change', () => {
    const history = new BookHistory();
    history.begin(10);
    for (let i = 0; i < 100_000; i += 1) history.touch(Side.Ask, i % 500, 11 + i);
    expect(history.from).toBe(10);
    expect(history.since(Side.Ask, 10)).toHaveLength(500);
    expect(history.since(Side.Ask, 100_009)).toEqual([499]);
  });
});
