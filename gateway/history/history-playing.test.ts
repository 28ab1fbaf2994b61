import { describe, expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import {
  HISTORY_WINDOW_BURST,
  HISTORY_WINDOW_RECORDS,
  HISTORY_WINDOWS_PER_SECOND,
  MAX_HISTORIES,
  MAX_HISTORIES_PER_CONNECTION,
  MAX_UNACKED_BYTES,
  MessageType,
} from '../protocol/index.ts';
import { FakeArchive, settled, sideOf } from '../testing/fake-archive.ts';
import {
  AS_IT_WAS,
  everySeed,
  expectMoment,
  fixed,
  opened,
  type PastView,
  pass,
  START_US,
  taken,
  watching,
  written,
} from '../testing/past-bench.ts';
import type { TestClient } from '../testing/session-bench.ts';

describe('a book of the past that plays', () => {
  it('goes forward in step with the times of its transactions, each book and trade as it was', () =>
    everySeed(12, async (random) => {
      const all = watching(written(500, random));
      const { archive } = all;
      const speed = [2, 10, 50][random.integer(0, 2)] as number;
      const view = await opened(all, { timeUs: START_US + 100_000, speed, interval: 16 });
      const startedMs = all.bench.timer.nowMs();
      let before = view.position;
      for (let beats = 0; beats < 40; beats += 1) {
        await pass(all, view, 16, 16);
        expectMoment(view, archive);
        expect(view.position).toBeGreaterThanOrEqual(before);
        before = view.position;
        // Never ahead of its clock, and behind it by a beat and a transaction at the most.
        const moment = archive.moments.find(({ position }) => position === view.position);
        const playedUs = (moment?.timeUs ?? 0) - START_US - 100_000;
        const clockUs = (all.bench.timer.nowMs() - startedMs) * 100 * speed;
        expect(playedUs).toBeLessThanOrEqual(clockUs);
        expect(playedUs).toBeGreaterThanOrEqual(clockUs - 16 * 100 * speed - 200_000);
      }
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
      archive.write(timeUs, [[Side.Ask, 5, 5, 5]], [], { isOther: true });
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

  it('are so many windows a second for all who play, each in its turn, and a place waits for none', async () => {
    const all = watching(written(HISTORY_WINDOW_RECORDS * 2, fixed, 10));
    const { archive, bench } = all;
    const players: { readonly client: TestClient; readonly view: PastView }[] = [];
    for (let i = 0; i < 12; i += 1) {
      const client = bench.join();
      const fast = { timeUs: START_US, speed: 1000 };
      players.push({ client, view: await opened({ ...all, client }, fast) });
    }
    const windows = () => archive.asked.filter((one) => one.includes(' to ')).length;
    // The first of all asks for the archive's first records, too.
    const before = windows();
    expect(before).toBeLessThanOrEqual(HISTORY_WINDOW_BURST + 1);
    const seconds = 1;
    for (let i = 0; i < seconds * 10; i += 1) {
      bench.timer.pass(100);
      await settled();
      for (const { client, view } of players) taken(client, view);
    }
    const most = HISTORY_WINDOWS_PER_SECOND * seconds;
    expect(windows() - before).toBeGreaterThan(most / 2);
    expect(windows() - before).toBeLessThanOrEqual(most + 1);
    const positions = players.map(({ view }) => view.position);
    expect(Math.min(...positions)).toBeGreaterThan(HISTORY_WINDOW_RECORDS);
    expect(Math.max(...positions)).toBeLessThanOrEqual(HISTORY_WINDOW_RECORDS * 4);
    // Its share of windows is used up, and it stands in line for the next one.
    const { client, view } = players.at(-1) as (typeof players)[number];
    const seeking = { timeUs: START_US + 10 };
    client.send([MessageType.Seek, 30, view.class, seeking]);
    await settled();
    expect(archive.asked.at(-1)).toBe(`at ${seeking.timeUs} us`);
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
