import { describe, expect, it } from 'vitest';
import { FeedState, Side, TradingStatus } from '../../feed/index.ts';
import {
  CLOSE_CODES,
  ERROR_CODES,
  type GatewayEvent,
  HELLO_DEADLINE_MS,
  INTERVAL_LADDER,
  MAX_BAD_REQUESTS,
  MAX_REFUSED_REQUESTS,
  MAX_SUBSCRIPTIONS,
  MessageType,
  REQUEST_BURST,
} from '../protocol/index.ts';
import { bestLevels, ClientView } from '../testing/client-view.ts';
import { FakeFeed, type FakeInstrument, fanOut } from '../testing/fake-feed.ts';
import { forEachSeed } from '../testing/seeded.ts';
import { SessionBench } from '../testing/session-bench.ts';
import { idsOf, shake } from '../testing/shake.ts';

function errorsOf(events: readonly GatewayEvent[]): number[] {
  return events.flatMap((event) => (event[0] === MessageType.Error ? [event[2]] : []));
}

function typesOf(events: readonly GatewayEvent[]): number[] {
  return events.map(([type]) => type);
}

describe('a session', () => {
  it('says the same to a client that speaks JSON', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC', { tickSize: '0.05' });
    shake(bench, instrument, 3);
    const told = (['msgpack', 'json'] as const).map((codec) => {
      const client = bench.join(codec);
      client.send([MessageType.Subscribe, 2, 'book', 'ABC', { depth: 5, interval: 0 }]);
      client.send([MessageType.Subscribe, 3, 'trades', 'ABC', { interval: 0 }]);
      client.send([MessageType.Subscribe, 4, 'instruments', '']);
      return client;
    });
    bench.feed.transaction((steps) => {
      steps.level(instrument, Side.Bid, 997, 2 ** 40, 3);
      steps.trade(instrument, 996, 4);
    });
    bench.feed.state(instrument, FeedState.Gapped, 'MISSED_RECORDS');
    bench.timer.pass(300);
    // All but the number of the class, which is another one.
    const [first, second] = told.map((client) =>
      client.take().map((event) => event.map((value, i) => (i === 1 || i === 2 ? 0 : value))),
    );
    expect(second).toEqual(first);
    expect(first?.length).toBeGreaterThan(8);
    expect(told[1]?.link.frames[0]?.[0]).toBe('['.charCodeAt(0));
  });

  it('welcomes a hello and closes whoever says anything else first', () => {
    const bench = new SessionBench();
    const polite = bench.connect();
    polite.send([MessageType.Hello, 5, null, 'test']);
    expect(polite.take()[0]?.slice(0, 2)).toEqual([MessageType.Welcome, 5]);

    const rude = bench.connect();
    rude.send([MessageType.List, 1]);
    expect(errorsOf(rude.take())).toEqual([ERROR_CODES.UNAUTHENTICATED[0]]);
    expect(rude.link.closed?.code).toBe(CLOSE_CODES.NO_HELLO[0]);
  });

  it('closes whoever says nothing, after the deadline and not before', () => {
    const bench = new SessionBench();
    const silent = bench.connect();
    bench.timer.pass(HELLO_DEADLINE_MS - 500);
    expect(silent.link.closed).toBeUndefined();
    bench.timer.pass(1000);
    expect(silent.link.closed?.code).toBe(CLOSE_CODES.NO_HELLO[0]);
    expect(bench.gateway.sessionCount).toBe(0);
  });

  it('answers a subscription with its class, a snapshot and the state', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    shake(bench, instrument, 3);
    const client = bench.join();
    client.send([MessageType.Subscribe, 2, 'book', 'ABC', { depth: 7, interval: 70 }]);
    const [subscribed, snapshot, status] = client.take();
    expect(subscribed?.slice(3, 10)).toEqual(['book', 'ABC', instrument.id, '0.01', '1', 10, 100]);
    expect(subscribed?.[13]).toBe(1);
    expect(snapshot?.[0]).toBe(MessageType.Snapshot);
    expect(snapshot?.[2]).toBe(instrument.sequence);
    expect(status?.slice(3)).toEqual([TradingStatus.Continuous, 'LIVE', 'NONE']);
  });

  it('sends every transaction at interval 0, also one that changed nothing', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    shake(bench, instrument);
    const client = bench.join();
    client.book('ABC', 5, 0);
    client.take();
    const numbers = [
      shake(bench, instrument),
      bench.feed.transaction((steps) => steps.level(instrument, Side.Ask, 5000, 0)),
      bench.feed.transaction(() => {}),
      shake(bench, instrument, 20),
    ];
    const diffs = client.take();
    expect(diffs.map((event) => [event[0], event[4], event[7]])).toEqual(
      numbers.map((number) => [MessageType.Diff, number, 1]),
    );
  });

  it('sends the first price as a snapshot, because prices are counted from it', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    const client = bench.join();
    const classId = client.book('ABC', 5, 0);
    client.take();
    const number = shake(bench, instrument);
    const [subscribed, snapshot] = client.take();
    expect(subscribed?.slice(0, 3)).toEqual([MessageType.Subscribed, 0, classId]);
    expect([snapshot?.[0], snapshot?.[3], snapshot?.[10]]).toEqual([18, number, 1]);
  });

  it('merges at interval 0 beyond the byte cap, and says how many', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    shake(bench, instrument);
    const client = bench.join();
    client.book('ABC', 1000, 0);
    client.take();
    let transactions = 0;
    for (; transactions < 100; transactions += 1) {
      shake(bench, instrument, 1000);
      client.ack();
    }
    bench.timer.pass(20);
    let merged = 0;
    const diffs = client.take().filter(([type]) => type === MessageType.Diff);
    for (const diff of diffs) merged += diff[7] as number;
    expect(diffs.length).toBeLessThan(50);
    expect(diffs.length).toBeGreaterThan(5);
    expect(merged).toBe(transactions);
  });

  it('conflates to one diff per interval, equal for every client of the class', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    shake(bench, instrument);
    // Slots repeat every eight connections, so these two share a phase.
    const first = bench.join();
    for (let i = 0; i < 7; i += 1) bench.connect();
    const second = bench.join();
    first.book('ABC', 5, 100);
    second.book('ABC', 5, 100);
    const from = [first.link.frames.length, second.link.frames.length];
    for (let i = 0; i < 10; i += 1) shake(bench, instrument);
    bench.timer.pass(100);
    const frames = [first.link.frames.slice(from[0]), second.link.frames.slice(from[1])];
    expect(frames[0]).toHaveLength(1);
    // The same bytes, not only equal ones: they were encoded once.
    expect(frames[1]?.[0]).toBe(frames[0]?.[0]);
    expect(first.take().at(-1)?.[7]).toBe(10);
  });

  it('sends a heartbeat with the view hash when a book is idle', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    shake(bench, instrument, 3);
    const client = bench.join();
    const classId = client.book('ABC', 5, 100);
    client.take();
    bench.timer.pass(1000);
    const beats = client.take().filter((event) => event[1] === classId);
    expect(typesOf(beats)).toEqual([24, 24, 24, 24].slice(0, beats.length));
    expect(beats.length).toBeGreaterThanOrEqual(3);
    expect(beats[0]?.[2]).toBe(instrument.sequence);
    expect(beats[0]?.[4]).toBe(instrument.book.hash.laneA);
  });

  it('sends a heartbeat of its own to a client without subscriptions', () => {
    const bench = new SessionBench();
    const client = bench.join();
    bench.timer.pass(1000);
    expect(typesOf(client.take())).toContain(MessageType.Heartbeat);
  });

  it('says why a trading status holds, to whoever watches the book, the status or the list', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    const client = bench.join();
    client.book('ABC', 5, 100);
    client.send([MessageType.Subscribe, 7, 'status', 'ABC']);
    client.send([MessageType.Subscribe, 8, 'instruments', '']);
    client.take();
    instrument.statusReason = 8;
    bench.feed.transaction((steps) => steps.status(instrument, TradingStatus.Auction));
    const told = client.take().filter(([type]) => type === MessageType.Status);
    expect(told.map((event) => event.slice(2))).toEqual(
      Array.from({ length: 3 }, () => [1, TradingStatus.Auction, 'LIVE', 'NONE', 8]),
    );
    const late = bench.join();
    late.send([MessageType.Subscribe, 9, 'instruments', '']);
    const list = late.take().find(([type]) => type === MessageType.Instruments);
    expect(list?.[3]).toEqual([[1, 'ABC', '0.01', '1', TradingStatus.Auction, 'LIVE', 'NONE', 8]]);
  });

  it('tells the state when it changes, and shows the book before it calls it LIVE again', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    shake(bench, instrument, 3);
    const client = bench.join();
    client.book('ABC', 5, 100);
    client.take();
    bench.feed.state(instrument, FeedState.Gapped, 'MISSED_RECORDS');
    expect(client.take().map((event) => event.slice(3))).toEqual([[2, 'GAPPED', 'MISSED_RECORDS']]);
    bench.feed.replaceBook(instrument, 40, (book) => book.apply(Side.Ask, 2000, 3, 1));
    const [diff, status] = client.take();
    expect(diff?.slice(0, 3)).toEqual([MessageType.Diff, status?.[1], 40]);
    expect(status?.slice(4)).toEqual(['LIVE', 'NONE']);
  });

  it('starts everybody anew with a new epoch', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    shake(bench, instrument, 3);
    const client = bench.join();
    client.book('ABC', 5, 100);
    client.take();
    const [again] = bench.feed.restart([instrument]);
    bench.feed.transaction((steps) => steps.level(again as FakeInstrument, Side.Ask, 77, 3));
    bench.timer.pass(200);
    const view = new ClientView();
    for (const event of client.take()) view.apply(event);
    expect(view.side('asks')).toEqual([[77, 3, 1]]);
    expect(view.side('bids')).toEqual([]);
    expect(view.state).toBe('LIVE');
  });

  it('shows a book that is cleared, and one that is another without a word, at the same sequence', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    const client = bench.join();
    client.book('ABC', 5, 0);
    const view = new ClientView();
    const shown = () => {
      for (const event of client.take()) view.apply(event);
      return [view.side('bids'), view.side('asks')];
    };
    const held = () =>
      [Side.Bid, Side.Ask].map((side) => bestLevels(instrument.book, side as Side, 5));
    bench.feed.transaction((steps) => {
      steps.level(instrument, Side.Bid, 999, 4);
      steps.level(instrument, Side.Ask, 1001, 6);
    });
    expect(shown()).toEqual(held());
    bench.feed.transaction((steps) => steps.level(instrument, Side.Ask, 1002, 1));
    expect(shown()).toEqual(held());
    bench.feed.state(instrument, FeedState.Gapped, 'HASH_MISMATCH');
    instrument.book.apply(Side.Bid, 998, 3, 1);
    bench.feed.state(instrument, FeedState.Live, 'NONE');
    expect(shown()).toEqual(held());
    bench.feed.transaction((steps) => steps.clear(instrument));
    expect(shown()).toEqual([[], []]);
  });

  it('gives trades once and in order, and names those that were lost upstream', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    const client = bench.join();
    client.send([MessageType.Subscribe, 2, 'trades', 'ABC', {}]);
    client.take();
    for (let i = 1; i <= 3; i += 1) {
      bench.feed.transaction((steps) => steps.trade(instrument, 100 + i, i));
    }
    bench.timer.pass(100);
    const [trades] = client.take();
    expect(trades?.[0]).toBe(MessageType.Trades);
    expect(idsOf(trades)).toEqual([1, 2, 3]);

    bench.feed.state(instrument, FeedState.Gapped, 'MISSED_RECORDS');
    const at = instrument.sequence;
    bench.feed.replaceBook(instrument, at + 50, () => {});
    const missed = client.take().filter(([type]) => type === MessageType.TradesMissed);
    expect(missed.map((event) => event.slice(2))).toEqual([[at + 1, at + 50]]);
  });

  it('lists instruments, then tells what changes', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    const client = bench.join();
    client.send([MessageType.Subscribe, 2, 'instruments', '']);
    const list = client.take()[1];
    expect(list?.slice(2)).toEqual([true, [[1, 'ABC', '0.01', '1', 2, 'LIVE', 'NONE']]]);
    bench.feed.list('XYZ', { tickSize: '0.5' });
    bench.feed.transaction((steps) => steps.status(instrument, TradingStatus.Halted));
    const told = client.take().map((event) => event.slice(2));
    expect(told).toContainEqual([false, [[2, 'XYZ', '0.5', '1', 2, 'SYNCING', 'JOINING']]]);
    expect(told).toContainEqual([1, TradingStatus.Halted, 'LIVE', 'NONE']);
  });

  it('takes a subscription away when another instrument gets the symbol', () => {
    const bench = new SessionBench();
    bench.feed.list('ABC');
    const client = bench.join();
    const classId = client.book('ABC', 5, 100);
    client.take();
    bench.feed.list('ABC', { tickSize: '0.5', id: 9 });
    const gone = client.take().find(([type]) => type === MessageType.Unsubscribed);
    expect(gone?.slice(1, 4)).toEqual([0, classId, ERROR_CODES.DELISTED[0]]);
    expect(bench.gateway.classCount).toBe(0);
  });

  it('refuses what it cannot serve with a code, and goes on', () => {
    const bench = new SessionBench();
    bench.feed.list('ABC');
    const client = bench.join();
    client.send([MessageType.Subscribe, 2, 'book', 'NOPE', {}]);
    client.send([MessageType.Subscribe, 3, 'bok', 'ABC', {}]);
    client.send([MessageType.Subscribe, 4, 'book', 'ABC', { depth: -1 }]);
    client.send([MessageType.Subscribe, 5, 'book', 'ABC', { interval: 0.5 }]);
    client.send([MessageType.Subscribe, 6, 'book', 'ABC', {}]);
    client.send([MessageType.Subscribe, 7, 'book', 'ABC', {}]);
    client.send([MessageType.Unsubscribe, 8, 999]);
    client.send([MessageType.Resync, 9, 999]);
    client.send([MessageType.Hello, 10, null, 'again']);
    expect(errorsOf(client.take())).toEqual([102, 103, 107, 107, 105, 108, 108, 109]);
    expect(client.link.closed).toBeUndefined();
  });

  it('gathers levels by a grouping of the ladder, as another class', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    shake(bench, instrument, 20);
    const client = bench.join();
    const plain = client.book('ABC', 5, 0);
    client.take();
    client.send([MessageType.Subscribe, 2, 'book', 'ABC', { depth: 5, interval: 0, grouping: 3 }]);
    const [subscribed, snapshot] = client.take();
    expect([subscribed?.[2] === plain, subscribed?.[13]]).toEqual([false, 5]);
    const flat = snapshot?.[6] as number[];
    const prices = flat.filter((_, i) => i % 3 === 0);
    expect(prices).toEqual([0, -5, -10, -15, -20]);
    client.send([MessageType.List, 3]);
    expect(client.take()[0]?.[2]).toContainEqual([subscribed?.[2], 'book', 'ABC', 5, 0, 5]);
  });

  it('modifies a subscription in place, and sends nothing of the class before', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    shake(bench, instrument, 20);
    const client = bench.join();
    const before = client.book('ABC', 5, 0);
    client.take();
    client.send([MessageType.Modify, 7, before, { depth: 10 }]);
    const [subscribed, snapshot, status] = client.take();
    const now = subscribed?.[2] as number;
    expect(subscribed?.slice(0, 2)).toEqual([MessageType.Subscribed, 7]);
    // The interval stayed what it was.
    expect(subscribed?.slice(8, 10)).toEqual([10, 0]);
    const bids = snapshot?.[6] as number[];
    expect([snapshot?.[0], snapshot?.[1], bids.length]).toEqual([18, now, 30]);
    expect(status?.[0]).toBe(MessageType.Status);
    shake(bench, instrument, 3);
    expect(client.take().map((event) => event[1])).toEqual([now]);
    expect(bench.gateway.classCount).toBe(1);
    client.send([MessageType.Modify, 8, before, { depth: 10 }]);
    client.send([MessageType.Modify, 9, now, { depth: 0 }]);
    expect(errorsOf(client.take())).toEqual([108, 107]);
    // What it is already is confirmed, and the book shown again.
    client.send([MessageType.Modify, 10, now, {}]);
    expect(typesOf(client.take())).toEqual([17, 18, 23]);
    expect(shake(bench, instrument)).toBe(client.take()[0]?.[4]);
  });

  it('refuses to make two subscriptions one', () => {
    const bench = new SessionBench();
    shake(bench, bench.feed.list('ABC'));
    const client = bench.join();
    const [five, ten] = [client.book('ABC', 5, 0), client.book('ABC', 10, 0)];
    client.take();
    client.send([MessageType.Modify, 7, five, { depth: 10 }]);
    expect(errorsOf(client.take())).toEqual([ERROR_CODES.ALREADY_SUBSCRIBED[0]]);
    client.send([MessageType.List, 8]);
    const rows = client.take()[0]?.[2] as unknown[][];
    expect(rows.map(([classId]) => classId)).toEqual([five, ten]);
  });

  it('goes on with the trades where they were when their interval is modified', () => {
    forEachSeed(30, (random) => {
      const bench = new SessionBench();
      const instrument = bench.feed.list('ABC');
      const client = bench.join();
      const wish = () => ({ interval: INTERVAL_LADDER[random.integer(0, 5)] as number });
      client.send([MessageType.Subscribe, 2, 'trades', 'ABC', wish()]);
      const ids: number[] = [];
      let made = 0;
      for (let i = 0; i < 60; i += 1) {
        for (let trade = random.integer(0, 3); trade > 0; trade -= 1) {
          bench.feed.transaction((steps) => steps.trade(instrument, 100, 1));
          made += 1;
        }
        if (random.next() < 0.3) client.send([MessageType.Modify, 3, client.classOf(), wish()]);
        bench.timer.pass(random.integer(0, 60));
        client.ack();
      }
      bench.timer.pass(1100);
      for (const event of client.take()) ids.push(...idsOf(event));
      expect(ids).toEqual(Array.from({ length: made }, (_, i) => i + 1));
    });
  });

  it('refuses a resume that is not what it must be', () => {
    const bench = new SessionBench();
    shake(bench, bench.feed.list('ABC'));
    const client = bench.join();
    for (const resume of [7, [1, 2], [1, 2, 'x'], [1, 2, -3, 4, 5], [1, 2, 3, 0.5, null]]) {
      client.send([MessageType.Subscribe, 2, 'book', 'ABC', { resume }]);
    }
    expect(errorsOf(client.take())).toEqual([107, 107, 107, 107, 107]);
  });

  it('gives each trade once to a client that comes and goes, over two gateways', () => {
    forEachSeed(30, (random) => {
      const benches = [new SessionBench(), new SessionBench()] as const;
      const feed = new FakeFeed(fanOut(benches[0].gateway.market, benches[1].gateway.market));
      const instrument = feed.list('ABC');
      const ids: number[] = [];
      let at: number[] | undefined;
      let made = 0;
      for (let round = 0; round < 10; round += 1) {
        const client = (benches[random.integer(0, 1)] as SessionBench).join();
        const options = at === undefined ? {} : { resume: at };
        client.send([MessageType.Subscribe, 2, 'trades', 'ABC', { interval: 50, ...options }]);
        for (let step = random.integer(1, 10); step > 0; step -= 1) {
          if (random.next() < 0.6) {
            feed.transaction((steps) => steps.trade(instrument, 100, 1));
            made += 1;
          }
          for (const bench of benches) bench.timer.pass(random.integer(0, 40));
        }
        for (const event of client.take()) {
          if (event[0] === MessageType.Subscribed) {
            at ??= [event[11], event[12], event[14] as number];
          }
          expect(event[0]).not.toBe(MessageType.TradesMissed);
          if (event[0] !== MessageType.Trades) continue;
          ids.push(...idsOf(event));
          at = [feed.epoch.seconds, feed.epoch.random, event[2]];
        }
        client.session.closed();
      }
      const told = Array.from({ length: ids.length }, (_, i) => i + 1);
      expect(ids).toEqual(told);
      expect(ids.length).toBeLessThanOrEqual(made);
    });
  });

  it('tells the top of the book when it is another one, and its state', () => {
    forEachSeed(20, (random) => {
      const bench = new SessionBench();
      const instrument = bench.feed.list('ABC');
      const client = bench.join();
      client.send([MessageType.Subscribe, 2, 'best', 'ABC', { interval: 0 }]);
      const view = new ClientView();
      let told = 0;
      let changed = 0;
      let before = '';
      for (let i = 0; i < 100; i += 1) {
        bench.feed.transaction((steps) => {
          const side = random.integer(0, 1) as Side;
          const price = 1000 + (side === Side.Bid ? -1 : 1) * random.integer(1, 5);
          steps.level(instrument, side, price, random.integer(0, 3), random.integer(1, 2));
        });
        for (const event of client.take()) {
          if (event[0] === MessageType.Best) told += 1;
          view.apply(event);
        }
        client.ack();
        const best = [Side.Bid, Side.Ask].map((side) =>
          bestLevels(instrument.book, side as Side, 1),
        );
        expect([view.side('bids'), view.side('asks')]).toEqual(best);
        changed += JSON.stringify(best) === before ? 0 : 1;
        before = JSON.stringify(best);
      }
      // The first price is told twice: for the class, and again from its anchor.
      expect(told).toBeLessThanOrEqual(changed + 1);
      bench.feed.state(instrument, FeedState.Stale, 'HEARTBEAT_LOST');
      expect(client.take().map((event) => event.slice(4))).toEqual([['STALE', 'HEARTBEAT_LOST']]);
    });
  });

  it('tells the status of one instrument, and takes the subscription away with it', () => {
    const bench = new SessionBench();
    const [abc, xyz] = [bench.feed.list('ABC'), bench.feed.list('XYZ')];
    const client = bench.join();
    client.send([MessageType.Subscribe, 2, 'status', 'ABC']);
    expect(client.take().map((event) => event[0])).toEqual([17, 23]);
    bench.feed.transaction((steps) => steps.status(abc, TradingStatus.Halted));
    bench.feed.transaction((steps) => steps.status(xyz, TradingStatus.Halted));
    expect(client.take().map((event) => event.slice(2))).toEqual([
      [abc.id, TradingStatus.Halted, 'LIVE', 'NONE'],
    ]);
    bench.feed.list('ABC', { tickSize: '0.5', id: 9 });
    expect(client.take().at(-1)?.slice(3, 4)).toEqual([ERROR_CODES.DELISTED[0]]);
    expect(bench.gateway.classCount).toBe(0);
  });

  it('encodes no more for a thousand clients than for one of each phase', () => {
    const counts = [8, 1000].map((clients) => {
      const bench = new SessionBench({ maxConnections: 2000 });
      const instrument = bench.feed.list('ABC');
      shake(bench, instrument, 5);
      const all = Array.from({ length: clients }, () => {
        const client = bench.join();
        client.book('ABC', 5, 100);
        client.ack();
        return client;
      });
      const { tally } = bench.gateway;
      const encoded = () => [...tally.encodesByType.values()].reduce((sum, n) => sum + n, 0);
      const [encodes, frames] = [encoded(), tally.framesSent];
      for (let i = 0; i < 50; i += 1) {
        shake(bench, instrument);
        bench.timer.pass(20);
        if (i % 10 === 0) for (const client of all) client.ack();
      }
      return { encodes: encoded() - encodes, each: (tally.framesSent - frames) / clients };
    });
    expect(counts[1]).toEqual(counts[0]);
    // Eight phases of ten diffs each, and nothing besides.
    expect(counts[0]?.encodes).toBe(80);
    expect(counts[0]?.each).toBe(10);
  });

  it('refuses requests that come too fast, and closes whoever does not stop', () => {
    const bench = new SessionBench();
    const client = bench.join();
    for (let i = 1; i < REQUEST_BURST; i += 1) {
      client.send([MessageType.List, i]);
      client.ack();
    }
    expect(errorsOf(client.take())).toEqual([]);
    client.send([MessageType.List, 7777]);
    const [error] = client.take();
    expect(error?.slice(0, 3)).toEqual([MessageType.Error, 7777, ERROR_CODES.RATE_LIMITED[0]]);
    bench.timer.pass(1000);
    client.ack();
    client.take();
    client.send([MessageType.List, 8888]);
    expect(errorsOf(client.take())).toEqual([]);
    for (let i = 0; i < MAX_REFUSED_REQUESTS + 60; i += 1) {
      client.send([MessageType.List, i]);
      client.ack();
    }
    expect(client.link.closed?.code).toBe(CLOSE_CODES.RATE_LIMITED[0]);
  });

  it('tells no trade twice to a client whose last gateway was ahead of this one', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    const { seconds, random } = bench.feed.epoch;
    const client = bench.join();
    // The other gateway had two trades more, which this one is about to hear of.
    const resume = [seconds, random, instrument.sequence + 2];
    client.send([MessageType.Subscribe, 2, 'trades', 'ABC', { interval: 0, resume }]);
    for (let i = 0; i < 3; i += 1) {
      bench.feed.transaction((steps) => steps.trade(instrument, 100, 1));
      bench.timer.pass(10);
    }
    bench.timer.pass(300);
    expect(client.take().flatMap(idsOf)).toEqual([3]);
    bench.feed.transaction((steps) => steps.trade(instrument, 100, 1));
    expect(client.take().flatMap(idsOf)).toEqual([4]);
  });

  it('caps the subscriptions of a connection', () => {
    const bench = new SessionBench();
    for (let i = 0; i <= MAX_SUBSCRIPTIONS; i += 1) bench.feed.list(`S${i}`);
    const client = bench.join();
    for (let i = 0; i <= MAX_SUBSCRIPTIONS; i += 1) {
      client.send([MessageType.Subscribe, i + 2, 'trades', `S${i}`, {}]);
      client.ack();
    }
    expect(errorsOf(client.take())).toEqual([ERROR_CODES.LIMIT_REACHED[0]]);
  });

  it('closes whoever keeps sending what it does not understand', () => {
    const bench = new SessionBench();
    const client = bench.join();
    for (let i = 0; i < MAX_BAD_REQUESTS; i += 1) client.session.receive(Uint8Array.of(0xc1, i));
    expect(client.link.closed?.code).toBe(CLOSE_CODES.BAD_PROTOCOL[0]);
    expect(errorsOf(client.take())).toHaveLength(MAX_BAD_REQUESTS);
  });

  it('gives up a class when its last member leaves', () => {
    const bench = new SessionBench();
    bench.feed.list('ABC');
    const [first, second] = [bench.join(), bench.join()];
    const classId = first.book('ABC', 5, 0);
    expect(second.book('ABC', 5, 0)).toBe(classId);
    expect(bench.gateway.classCount).toBe(1);
    first.send([MessageType.Unsubscribe, 3, classId]);
    expect(bench.gateway.classCount).toBe(1);
    second.session.closed();
    expect(bench.gateway.classCount).toBe(0);
  });

  it('tells every client to come back when it closes', () => {
    const bench = new SessionBench();
    const client = bench.join();
    bench.gateway.close();
    const error = client.take().find(([type]) => type === MessageType.Error);
    expect(error?.slice(4)).toEqual([true, 1000]);
    expect(client.link.closed?.code).toBe(CLOSE_CODES.RESTART[0]);
  });
});
