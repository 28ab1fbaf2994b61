import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import {
  type GatewayEvent,
  HISTORY_SEEK_BURST,
  HISTORY_WINDOW_RECORDS,
  MAX_HISTORIES,
  MAX_HISTORIES_PER_CONNECTION,
  MAX_UNACKED_BYTES,
  type Message,
  MessageType,
} from '../protocol/index.ts';
import { ClientView } from '../testing/client-view.ts';
import { FakeArchive, settled, sideOf } from '../testing/fake-archive.ts';
import { forEachSeed, type Seeded } from '../testing/seeded.ts';
import { SessionBench, type TestClient } from '../testing/session-bench.ts';
import { PastError } from './history-source.ts';

const START_US = 1_600_000_000_000_000;
const DEPTH = 10;
/** As the ladder names it: as it happened. */
const AS_IT_WAS = 10;

/** `count` transactions, 10 ms apart, of a book whose prices walk. */
function written(count: number, random: Seeded, stepUs = 10_000): FakeArchive {
  const archive = new FakeArchive();
  let middle = 10_000;
  for (let i = 0; i < count; i += 1) {
    middle += random.integer(-2, 2);
    const side = random.integer(0, 1) as Side;
    const away = random.integer(1, 15);
    const price = side === Side.Bid ? middle - away : middle + away;
    const quantity = random.integer(0, 3) * 10;
    const trades = random.next() < 0.2 ? [[middle, random.integer(1, 9)] as const] : [];
    archive.write(START_US + i * stepUs, [[side, price, quantity, quantity / 10]], trades);
  }
  return archive;
}

interface Watching {
  readonly archive: FakeArchive;
  readonly bench: SessionBench;
  readonly client: TestClient;
}

function watching(archive: FakeArchive): Watching {
  const bench = new SessionBench({ history: { source: archive, crc32 } });
  bench.feed.list('ABC');
  return { archive, bench, client: bench.join() };
}

/** What a client of one book of the past has been told, gathered. */
class PastView extends ClientView {
  readonly states: Message<typeof MessageType.History>[] = [];
  readonly trades: number[] = [];
  position = 0;
  /** Of the newest trades: they come also where no level in the window has changed. */
  traded = 0;
  class = 0;

  override apply(event: GatewayEvent): void {
    super.apply(event);
    if (event[0] === MessageType.Subscribed) this.class = event[2];
    if (event[0] === MessageType.Snapshot) this.position = event[11] ?? 0;
    if (event[0] === MessageType.Diff) this.position = event[12] ?? 0;
    if (event[0] === MessageType.History) this.states.push(event);
    if (event[0] === MessageType.Trades) {
      this.traded = event[6] ?? 0;
      for (let i = 0; i < event[5].length; i += 5) this.trades.push(event[5][i] as number);
    }
  }

  get doing(): string {
    return this.states.at(-1)?.[3] ?? '';
  }
}

function taken(client: TestClient, view: PastView): GatewayEvent[] {
  const events = client.take();
  for (const event of events) view.apply(event);
  client.ack();
  return events;
}

async function opened({ client }: Watching, options: object): Promise<PastView> {
  const view = new PastView();
  const wish = { depth: DEPTH, interval: 100, ...options };
  client.send([MessageType.Subscribe, 2, 'history', 'ABC', wish]);
  await settled();
  taken(client, view);
  return view;
}

function expectMoment(view: PastView, archive: FakeArchive): void {
  const moment = archive.moments.find(({ position }) => position === view.position);
  if (moment === undefined) throw new Error(`no transaction ends at ${view.position}`);
  expect(view.side('bids')).toEqual(sideOf(moment, Side.Bid, DEPTH));
  expect(view.side('asks')).toEqual(sideOf(moment, Side.Ask, DEPTH));
  expect([view.sequence, view.transaction]).toEqual([moment.sequence, moment.transaction]);
}

/** Lets time pass as a lively client does: it takes and acknowledges what comes. */
async function pass({ bench, client }: Watching, view: PastView, ms: number, stepMs = 50) {
  for (let passed = 0; passed < ms; passed += stepMs) {
    bench.timer.pass(stepMs);
    await settled();
    taken(client, view);
  }
}

describe('a book of the past', () => {
  it('is the book of that position, or time, level by level, and says what the archive holds', () =>
    everySeed(12, async (random) => {
      const all = watching(written(120, random));
      const { archive, client } = all;
      const view = await opened(all, { position: archive.moments[60]?.position });
      for (let id = 10; id < 16; id += 1) {
        expectMoment(view, archive);
        const moment = archive.moments[random.integer(0, 119)];
        if (moment === undefined) throw new Error('none');
        const between = { timeUs: moment.timeUs + random.integer(0, 9_999) };
        const place = random.next() < 0.5 ? between : { position: moment.position };
        client.send([MessageType.Seek, id, view.class, place]);
        await settled();
        taken(client, view);
        expect(view.position).toBe(moment.position);
        expect(view.states.at(-1)?.slice(2, 5)).toEqual([id, 'shown', 0]);
      }
      const { position, timeUs } = archive.last;
      expect(view.states.at(-1)?.slice(7)).toEqual([1, position, START_US, timeUs]);
    }));

  it('is the newest where nothing else was asked for', async () => {
    const all = watching(written(50, fixed));
    const view = await opened(all, {});
    expect(view.position).toBe(all.archive.last.position);
    expectMoment(view, all.archive);
    expect(view.states.at(-1)?.[6]).toBe(all.archive.last.timeUs);
  });

  it('goes forward in step with the times of its transactions, each book and trade as it was', () =>
    everySeed(12, async (random) => {
      const all = watching(written(500, random));
      const { archive } = all;
      const speed = [2, 10, 50][random.integer(0, 2)] as number;
      const view = await opened(all, { timeUs: START_US + 100_000, speed });
      let before = view.position;
      for (let beats = 0; beats < 6; beats += 1) {
        await pass(all, view, 100);
        expectMoment(view, archive);
        expect(view.position).toBeGreaterThanOrEqual(before);
        before = view.position;
      }
      // Never ahead of its clock, and not far behind it: a beat, and what comes with the next one.
      const moment = archive.moments.find(({ position }) => position === view.position);
      const playedUs = (moment?.timeUs ?? 0) - START_US - 100_000;
      expect(playedUs).toBeLessThanOrEqual(600 * 100 * speed);
      expect(playedUs).toBeGreaterThanOrEqual(400 * 100 * speed - 10_000);
      const reached = Math.max(view.position, view.traded);
      const passed = archive.moments.filter(
        ({ position, timeUs }) => position <= reached && timeUs > START_US + 100_000,
      );
      expect(view.trades).toEqual(passed.flatMap(({ tradeIds }) => tradeIds));
      expect(view.states.at(-1)?.[4]).toBe(speed);
    }));

  it('ends with the newest book when all has been played, and goes on when there is more', async () => {
    const all = watching(written(300, fixed));
    const { archive, client } = all;
    const view = await opened(all, { timeUs: START_US, speed: 100 });
    await pass(all, view, 1000);
    expect([view.doing, view.position]).toEqual(['ended', archive.last.position]);
    expectMoment(view, archive);
    expect(view.trades).toEqual(archive.moments.slice(1).flatMap(({ tradeIds }) => tradeIds));
    const asked = archive.asked.length;
    await pass(all, view, 1000);
    expect(archive.asked.length).toBe(asked);
    archive.write(archive.last.timeUs + 5000, [[Side.Ask, 5000, 70, 7]]);
    client.send([MessageType.Play, 20, view.class, 100]);
    await pass(all, view, 500);
    expect([view.doing, view.position]).toEqual(['ended', archive.last.position]);
  });

  it('steps one transaction at a time, those of others aside', async () => {
    const archive = written(20, fixed);
    for (let i = 0; i < 10; i += 1) {
      const timeUs = archive.last.timeUs + 1000;
      archive.write(timeUs, [[Side.Ask, 5, 5, 5]], [], true);
    }
    archive.write(archive.last.timeUs + 1, [[Side.Bid, 9_990, 40, 4]], [[9_991, 3]]);
    const all = watching(archive);
    const view = await opened(all, { position: archive.moments[17]?.position });
    const at: number[] = [];
    for (let id = 20; id < 24; id += 1) {
      all.client.send([MessageType.Play, id, view.class, 0, 1]);
      await settled();
      taken(all.client, view);
      at.push(view.transaction);
      expectMoment(view, archive);
    }
    expect(at).toEqual([19, 20, 31, 31]);
    expect([view.doing, view.trades.at(-1)]).toEqual(['ended', archive.last.tradeIds[0]]);
  });

  it('plays on from where a seek leads, and forgets the place before', async () => {
    const all = watching(written(400, fixed));
    const { archive, client } = all;
    const view = await opened(all, { timeUs: START_US, speed: AS_IT_WAS });
    await pass(all, view, 500);
    archive.hold();
    client.send([MessageType.Seek, 30, view.class, { timeUs: START_US + 3_000_000 }]);
    await pass(all, view, 300);
    expect(view.doing).toBe('loading');
    const { position } = view;
    await archive.release();
    await pass(all, view, 300);
    expect(view.position).toBeGreaterThan(position);
    expect(view.states.at(-1)?.slice(2, 4)).toEqual([30, 'playing']);
    expect(view.states.at(-1)?.[6]).toBeGreaterThanOrEqual(START_US + 3_100_000);
    expectMoment(view, archive);
  });

  it('looks up only the last of many places, and no more a second than it may', async () => {
    const all = watching(written(100, fixed));
    const { archive, client } = all;
    const view = await opened(all, { timeUs: START_US });
    archive.hold();
    for (let i = 1; i <= 40; i += 1) {
      client.send([MessageType.Seek, 100 + i, view.class, { timeUs: START_US + i * 10_000 }]);
    }
    await archive.release();
    await pass(all, view, 300);
    const looked = archive.asked.filter((one) => one.startsWith('at'));
    expect(looked).toEqual(
      [START_US, START_US + 10_000, START_US + 400_000].map((us) => `at ${us} us`),
    );
    expect(view.states.at(-1)?.slice(2, 4)).toEqual([140, 'shown']);
    // One after the other, each as soon as the one before is there.
    for (let i = 1; i <= 60; i += 1) {
      client.send([MessageType.Seek, 200 + i, view.class, { timeUs: START_US + i * 10_000 }]);
      await settled();
      taken(client, view);
    }
    expect(archive.asked.length).toBeLessThan(HISTORY_SEEK_BURST + 10);
    await pass(all, view, 1000);
    expect(view.states.at(-1)?.slice(2, 4)).toEqual([260, 'shown']);
    expect(view.position).toBe(archive.moments[60]?.position);
  });

  it('changes depth, grouping and interval in place', async () => {
    const all = watching(written(100, fixed));
    const { archive, client } = all;
    const view = await opened(all, { timeUs: START_US + 500_000 });
    client.send([MessageType.Modify, 40, view.class, { depth: 1, interval: 0 }]);
    const [subscribed] = taken(client, view);
    expect(subscribed?.slice(1, 4)).toEqual([40, view.class, 'history']);
    expect(subscribed?.slice(8, 10)).toEqual([1, 16]);
    const moment = archive.moments[50];
    if (moment === undefined) throw new Error('none');
    expect(view.side('bids')).toEqual(sideOf(moment, Side.Bid, 1));
    client.send([MessageType.List, 41]);
    const [list] = taken(client, view);
    expect(list?.[2]).toEqual([[view.class, 'history', 'ABC', 1, 16, 1]]);
  });

  it('has nothing to refuse when it was closed while a place was looked up', async () => {
    const all = watching(written(30, fixed));
    const { archive, client, bench } = all;
    const view = await opened(all, { timeUs: START_US });
    archive.hold();
    client.send([MessageType.Seek, 50, view.class, { timeUs: START_US + 100_000 }]);
    client.send([MessageType.Unsubscribe, 51, view.class]);
    archive.failure = new PastError('NOT_HELD', '');
    await archive.release();
    await pass(all, view, 300);
    expect(view.states.at(-1)?.[3]).toBe('loading');
    expect([bench.gateway.classCount, client.link.closed]).toEqual([0, undefined]);
  });
});

describe('what cannot be had', () => {
  it.each([
    [{ timeUs: START_US - 1 }, [115, false, 0]],
    [{ position: 1_000_000 }, [115, false, 0]],
  ])('is refused in words, and what was shown stays: %o', async (place, [code, ...retry]) => {
    const all = watching(written(30, fixed));
    const view = await opened(all, { timeUs: START_US + 100_000 });
    const { position } = view;
    all.client.send([MessageType.Seek, 60, view.class, place]);
    await settled();
    taken(all.client, view);
    const [told] = view.states.slice(-1);
    expect(told?.slice(2, 5)).toEqual([60, 'refused', 0]);
    expect([told?.[11], told?.[13], told?.[14]]).toEqual([code, ...retry]);
    expect(told?.[12]).toMatch(/^NOT_HELD: /);
    expect(view.position).toBe(position);
    all.client.send([MessageType.Play, 61, view.class, AS_IT_WAS]);
    await pass(all, view, 300);
    expect(view.position).toBeGreaterThan(position);
  });

  it.each([
    ['NO_ARCHIVE', 116, false, 0],
    ['HISTORY_BUSY', 117, true, 2000],
  ] as const)('is %s when the relay says so', async (name, code, isRetryable, retryAfterMs) => {
    const archive = written(30, fixed);
    archive.failure = new PastError(name, 'of the relay');
    const view = await opened(watching(archive), {});
    const [told] = view.states.slice(-1);
    expect(told?.[3]).toBe('refused');
    expect([told?.[11], told?.[13], told?.[14]]).toEqual([code, isRetryable, retryAfterMs]);
    expect(told?.[12]).toContain('of the relay');
  });

  it('stops where the archive does not have its hash', async () => {
    const archive = written(53, fixed);
    archive.isForged = true;
    archive.write(archive.last.timeUs + 1000, [[Side.Bid, 9_000, 1, 1]]);
    archive.write(archive.last.timeUs + 1000, [[Side.Bid, 9_001, 1, 1]]);
    const all = watching(archive);
    const view = await opened(all, { timeUs: START_US, speed: 1000 });
    await pass(all, view, 500);
    expect(view.states.at(-1)?.slice(3, 5)).toEqual(['refused', 0]);
    expect(view.states.at(-1)?.[11]).toBe(118);
  });

  it('stops where the archive has made room meanwhile', async () => {
    const all = watching(written(HISTORY_WINDOW_RECORDS * 2, fixed, 1000));
    const view = await opened(all, { timeUs: START_US, speed: 1000 });
    all.archive.oldest = 20_000_000;
    await pass(all, view, 1000);
    expect([view.doing, view.states.at(-1)?.[11]]).toEqual(['refused', 115]);
  });

  it('is refused before anything is asked where words are wrong', async () => {
    const all = watching(written(30, fixed));
    const { client, archive } = all;
    const view = await opened(all, {});
    const asked = archive.asked.length;
    const places = [
      {},
      { timeUs: -1 },
      { position: 0 },
      { timeUs: 1, position: 1 },
      { timeUs: 'x' },
    ];
    for (const place of places) client.send([MessageType.Seek, 70, view.class, place]);
    client.send([MessageType.Play, 71, view.class, 10, 1]);
    client.send([MessageType.Play, 72, view.class, 0, 101]);
    client.send([MessageType.Modify, 73, view.class, { depth: 0 }]);
    client.send([MessageType.Subscribe, 74, 'history', 'ABC', { position: -3 }]);
    client.send([MessageType.Subscribe, 75, 'history', 'ABC', { speed: 'fast' }]);
    const codes = client.take().map((event) => event[2]);
    expect(codes).toEqual(Array.from({ length: 10 }, () => 107));
    client.send([MessageType.Seek, 76, 999, { timeUs: 1 }]);
    client.send([MessageType.Play, 77, 999, 0]);
    client.send([MessageType.Subscribe, 78, 'status', 'ABC']);
    client.send([MessageType.Play, 79, view.class + 1, 0]);
    expect(client.take().flatMap((event) => (event[0] === 26 ? [event[2]] : []))).toEqual([
      ...[108, 108, 107],
    ]);
    expect(archive.asked.length).toBe(asked);
  });

  it('is no channel of a gateway without a relay, and none of an instrument that is not there', () => {
    const bench = new SessionBench();
    bench.feed.list('ABC');
    const client = bench.join();
    client.send([MessageType.Subscribe, 2, 'history', 'ABC']);
    expect(client.take()[0]?.slice(0, 3)).toEqual([MessageType.Error, 2, 103]);
    const { client: other } = watching(written(1, fixed));
    other.send([MessageType.Subscribe, 2, 'history', 'NONE']);
    expect(other.take()[0]?.slice(0, 3)).toEqual([MessageType.Error, 2, 102]);
  });
});

it('takes or refuses whatever the words of a client are, and stays as it is', () => {
  forEachSeed(20, (random) => {
    const all = watching(written(5, random));
    const { client, archive } = all;
    archive.hold();
    const values = [0, 1, -1, 2.5, 1e300, Number.NaN, 2 ** 53, '', 'x', null, true, [], [1], {}];
    const value = () => values[random.integer(0, values.length - 1)];
    const names = [
      'timeUs',
      'position',
      'epochSeconds',
      'epochRandom',
      'speed',
      'depth',
      'interval',
    ];
    const words = () => {
      const some = names.filter(() => random.next() < 0.4).map((name) => [name, value()]);
      return Object.fromEntries(some);
    };
    for (let id = 2; id < 40; id += 1) {
      const classId = random.integer(0, 6);
      const requests = [
        [MessageType.Subscribe, id, 'history', 'ABC', words()],
        [MessageType.Seek, id, classId, words()],
        [MessageType.Modify, id, classId, words()],
        [MessageType.Play, id, classId, random.integer(0, 2000), random.integer(0, 200)],
        [MessageType.Unsubscribe, id, classId],
      ];
      client.send(requests[random.integer(0, 4)] as never);
      client.ack();
    }
    expect(client.link.closed).toBeUndefined();
  });
});

describe('the limits of the past', () => {
  it('are so many of a connection, and of a gateway, and are free again when clients go', async () => {
    const { bench } = watching(written(10, fixed));
    const clients = Array.from({ length: MAX_HISTORIES / MAX_HISTORIES_PER_CONNECTION + 1 }, () =>
      bench.join(),
    );
    const codes = (client: TestClient, times: number) => {
      for (let i = 0; i < times; i += 1) {
        client.send([MessageType.Subscribe, 2 + i, 'history', 'ABC', { depth: 5 }]);
      }
      return client.take().flatMap((event) => (event[0] === MessageType.Error ? [event[2]] : []));
    };
    expect(codes(clients[0] as TestClient, MAX_HISTORIES_PER_CONNECTION + 1)).toEqual([106]);
    for (const client of clients.slice(1, -1)) {
      expect(codes(client, MAX_HISTORIES_PER_CONNECTION)).toEqual([]);
    }
    const late = clients.at(-1) as TestClient;
    expect(codes(late, 1)).toEqual([117]);
    expect(bench.gateway.classCount).toBe(MAX_HISTORIES);
    for (const { session } of clients.slice(0, -1)) session.closed();
    expect(bench.gateway.classCount).toBe(0);
    expect(codes(late, 1)).toEqual([]);
    late.session.closed();
    await settled();
    // Nothing beats any more but the gateway's own tick.
    expect(bench.timer.pending).toBe(1);
  });

  it('are two windows read ahead of what is shown, however much there is', async () => {
    const all = watching(written(HISTORY_WINDOW_RECORDS * 4, fixed, 10));
    const { archive } = all;
    const view = await opened(all, { timeUs: START_US, speed: 1 });
    let most = 0;
    for (let i = 0; i < 12; i += 1) {
      await pass(all, view, 100);
      const ranges = archive.asked.filter((one) => one.includes(' to '));
      const read = Number(ranges.at(-1)?.split(' to ')[1]);
      most = Math.max(most, read - view.position);
    }
    expect(view.transaction).toBeGreaterThan(9000);
    expect(most).toBeGreaterThan(HISTORY_WINDOW_RECORDS);
    expect(most).toBeLessThan(HISTORY_WINDOW_RECORDS * 2);
  });

  it('let time stand still for a client that is held, and leave nothing out', async () => {
    const random = fixed;
    const archive = new FakeArchive();
    for (let i = 0; i < 3000; i += 1) {
      const levels = Array.from({ length: 40 }, (_, j) => {
        return [Side.Bid, 5000 - j, random.integer(1, 1e6), 1] as const;
      });
      archive.write(START_US + i * 10_000, levels, [[5000, i + 1]]);
    }
    const all = watching(archive);
    const { bench, client } = all;
    const view = await opened(all, { depth: 50, timeUs: START_US, speed: AS_IT_WAS, interval: 16 });
    for (let i = 0; i < 200; i += 1) {
      bench.timer.pass(32);
      await settled();
    }
    const unacked = client.link.frames.reduce((sum, frame) => sum + frame.length, 0);
    for (const event of client.take()) view.apply(event);
    expect(unacked).toBeLessThan(MAX_UNACKED_BYTES * 1.5);
    const heldAt = view.transaction;
    const { transaction } = archive.last;
    expect(heldAt).toBeLessThan(transaction / 2);
    client.ack();
    await pass(all, view, 320, 16);
    // It went on from there, with every trade, and its clock did not jump.
    expect(view.transaction).toBeGreaterThan(heldAt);
    expect(view.transaction).toBeLessThan(heldAt + 60);
    expect(view.trades).toEqual(Array.from({ length: view.transaction - 1 }, (_, i) => i + 2));
    const moment = archive.moments.find(({ position }) => position === view.position);
    expect(view.side('bids')).toEqual(moment && sideOf(moment, Side.Bid, 50));
  });

  it('do not keep two books of the past apart only by their words: each has its own clock', async () => {
    const all = watching(written(200, fixed));
    const one = await opened(all, { timeUs: START_US, speed: AS_IT_WAS });
    const other = all.bench.join();
    const view = await opened({ ...all, client: other }, { timeUs: START_US });
    for (let i = 0; i < 10; i += 1) {
      all.bench.timer.pass(50);
      await settled();
      taken(all.client, one);
      taken(other, view);
    }
    expect(one.transaction).toBeGreaterThan(30);
    expect(view.transaction).toBe(1);
  });
});

/** The same numbers each time, where a test needs no others. */
const fixed: Seeded = (() => {
  let found: Seeded | undefined;
  forEachSeed(1, (random) => {
    found = random;
  });
  if (found === undefined) throw new Error('no seed');
  return found;
})();

/** As `forEachSeed`, for what has to be waited for. */
async function everySeed(count: number, body: (random: Seeded) => Promise<void>): Promise<void> {
  const seeds: Seeded[] = [];
  forEachSeed(count, (random) => seeds.push(random));
  for (const random of seeds) {
    try {
      await body(random);
    } catch (error) {
      throw new Error(`with TOUCHLINE_SEED=${random.seed}: ${String(error)}`, { cause: error });
    }
  }
}
