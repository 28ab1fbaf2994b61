import { describe, expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import {
  CLOSE_CODES,
  MAX_UNACKED_BYTES,
  MessageType,
  SLOW_CONSUMER_AFTER_MS,
} from '../protocol/index.ts';
import { bestLevels, ClientView } from '../testing/client-view.ts';
import type { FakeInstrument } from '../testing/fake-feed.ts';
import { SessionBench, type TestClient } from '../testing/session-bench.ts';
import { idsOf, shake } from '../testing/shake.ts';

describe('a slow client', () => {
  it('is sent at most 64 KiB that it has not acknowledged, and nothing after', () => {
    const { bench, client } = slow();
    const bytes = client.link.frames.reduce((sum, frame) => sum + frame.length, 0);
    expect(bytes - acked(client)).toBeLessThanOrEqual(MAX_UNACKED_BYTES);
    const before = client.link.frames.length;
    for (let i = 0; i < 50; i += 1) shake(bench, listed(bench), 100);
    expect(client.link.frames.length).toBe(before);
  });

  it('gets one net message when it recovers, and then has the book', () => {
    const { bench, client, view } = slow();
    const instrument = listed(bench);
    for (const event of client.take()) view.apply(event);
    for (let i = 0; i < 20; i += 1) shake(bench, instrument, 3);
    client.ack();
    const events = client.take();
    const books = events.filter(([t]) => t === MessageType.Diff || t === MessageType.Snapshot);
    expect(books).toHaveLength(1);
    for (const event of events) view.apply(event);
    expect(view.side('bids')).toEqual(bestLevels(instrument.book, Side.Bid, 500));
    expect(view.sequence).toBe(instrument.sequence);
    shake(bench, instrument, 2);
    for (const event of client.take()) view.apply(event);
    expect(view.side('bids')).toEqual(bestLevels(instrument.book, Side.Bid, 500));
  });

  it('gets its answers when it recovers, before anything else', () => {
    const { client } = slow();
    client.take();
    client.send([MessageType.Ping, 42]);
    expect(client.take()).toEqual([]);
    client.ack();
    expect(client.take()[0]?.slice(0, 2)).toEqual([MessageType.Pong, 42]);
  });

  it('is closed with 4008 when it does not recover', () => {
    const { bench, client } = slow();
    bench.timer.pass(SLOW_CONSUMER_AFTER_MS - 1000);
    expect(client.link.closed).toBeUndefined();
    bench.timer.pass(2000);
    expect(client.link.closed?.code).toBe(CLOSE_CODES.SLOW_CONSUMER[0]);
  });

  it('is closed when it keeps asking and never reads the answers', () => {
    const { client } = slow();
    for (let i = 0; i < 100; i += 1) client.send([MessageType.Ping, i]);
    expect(client.link.closed?.code).toBe(CLOSE_CODES.SLOW_CONSUMER[0]);
  });

  it('is held too when a frame is old, however few bytes that is', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    const client = bench.join();
    client.book('ABC', 5, 0);
    client.ack();
    shake(bench, instrument);
    bench.timer.pass(3500);
    const before = client.link.frames.length;
    shake(bench, instrument);
    expect(client.link.frames.length).toBe(before);
    client.ack();
    expect(client.link.frames.length).toBeGreaterThan(before);
  });

  it('gets missed trades named when they are no longer kept', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    const client = bench.join();
    client.send([MessageType.Subscribe, 2, 'trades', 'ABC', { interval: 0 }]);
    client.ack();
    client.take();
    const ids: number[] = [];
    let missed: unknown[] = [];
    const read = () => {
      for (const event of client.take()) {
        if (event[0] === MessageType.Trades) {
          ids.push(...idsOf(event));
        } else if (event[0] === MessageType.TradesMissed) {
          missed = event.slice(2);
        }
      }
    };
    for (let i = 0; i < 5000; i += 1) {
      bench.feed.transaction((steps) => steps.trade(instrument, 100, 1));
    }
    read();
    const first = ids.length;
    client.ack();
    read();
    // The list's records take the first sequences, so trade n is record n + 1.
    expect(missed).toEqual([first + 2, 5001 - 1024]);
    expect(ids.slice(first)).toEqual(Array.from({ length: 1024 }, (_, i) => 5000 - 1023 + i));
  });

  it('is measured by the transport when it never acknowledges by itself', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    const client = bench.join();
    shake(bench, instrument);
    client.book('ABC', 5, 0);
    for (let i = 0; i < 5000; i += 1) {
      shake(bench, instrument);
      const probe = client.link.probes.at(-1);
      if (probe !== undefined) client.session.delivered(probe);
    }
    bench.timer.pass(250);
    const diffs = client.take().filter(([type]) => type === MessageType.Diff);
    expect(diffs.reduce((sum, diff) => sum + (diff[7] as number), 0)).toBe(5000);
  });

  it('disturbs no other client of its class', () => {
    const { bench, client } = slow();
    const other = bench.join();
    other.book('ABC', 500, 0);
    other.ack();
    other.take();
    const before = client.link.frames.length;
    const number = shake(bench, listed(bench), 2);
    expect(other.take().at(-1)?.[4]).toBe(number);
    expect(client.link.frames.length).toBe(before);
  });
});

const instruments = new WeakMap<SessionBench, FakeInstrument>();

function listed(bench: SessionBench): FakeInstrument {
  return instruments.get(bench) as FakeInstrument;
}

function acked(client: TestClient): number {
  // Everything up to the `subscribed` answer was acknowledged by `slow`.
  return client.link.frames.slice(0, ackedFrames.get(client)).reduce((sum, f) => sum + f.length, 0);
}

const ackedFrames = new WeakMap<TestClient, number>();

/** A client that acknowledged once and then no more, at interval 0, until it is held. */
function slow() {
  const bench = new SessionBench();
  const instrument = bench.feed.list('ABC');
  instruments.set(bench, instrument);
  const client = bench.join();
  client.book('ABC', 500, 0);
  client.ack();
  ackedFrames.set(client, client.link.frames.length);
  const view = new ClientView();
  for (let i = 0; i < 200; i += 1) shake(bench, instrument, 100);
  return { bench, client, view };
}
