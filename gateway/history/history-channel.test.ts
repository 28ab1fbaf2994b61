import { describe, expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import { HISTORY_SEEK_BURST, HISTORY_WINDOW_RECORDS, MessageType } from '../protocol/index.ts';
import { settled, sideOf } from '../testing/fake-archive.ts';
import {
  AS_IT_WAS,
  everySeed,
  expectMoment,
  fixed,
  opened,
  pass,
  START_US,
  taken,
  watching,
  written,
} from '../testing/past-bench.ts';
import { forEachSeed } from '../testing/seeded.ts';
import { SessionBench } from '../testing/session-bench.ts';
import { PastError } from './history-source.ts';

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

  it('says nothing of a place that could not be had when another one is wanted by then', async () => {
    const all = watching(written(30, fixed));
    const { archive, client } = all;
    const view = await opened(all, { timeUs: START_US });
    archive.hold();
    client.send([MessageType.Seek, 50, view.class, { timeUs: START_US + 100_000 }]);
    client.send([MessageType.Seek, 51, view.class, { timeUs: START_US + 200_000 }]);
    archive.failure = new PastError('NOT_HELD', '');
    await archive.releaseOne();
    archive.failure = undefined;
    await archive.release();
    await pass(all, view, 300);
    expect(view.states.map((told) => told[3])).not.toContain('refused');
    expect(view.states.at(-1)?.slice(2, 4)).toEqual([51, 'shown']);
    expect(view.position).toBe(archive.moments[20]?.position);
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
