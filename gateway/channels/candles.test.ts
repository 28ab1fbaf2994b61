import { describe, expect, it } from 'vitest';
import { type CandleRow, CandleSeries } from '../conflation/candle-series.ts';
import { type GatewayEvent, MessageType } from '../protocol/index.ts';
import { forEachSeed } from '../testing/seeded.ts';
import { SessionBench } from '../testing/session-bench.ts';
import type { AskCandles } from './candles.ts';

/** A relay's candles, by hand: what is asked for is answered from here. */
class FakeRelay {
  readonly rows = new Map<number, CandleRow>();
  readonly asked: (readonly [string, number, number])[] = [];
  isAway = false;

  set(start: number, close: number, volume: number, flags = 0): void {
    this.rows.set(start, [start, 100, close + 5, 95, close, volume, 1, flags]);
  }

  readonly ask: AskCandles = async (symbol, interval, from) => {
    this.asked.push([symbol, interval, from]);
    if (this.isAway) throw new Error('no relay answers');
    return [...this.rows.values()].filter(([start]) => start >= from).sort((a, b) => a[0] - b[0]);
  };
}

/** 1,700,000,000 and a second, as the bench's clock begins; a multiple of 20 s, not of a minute. */
const NOW = 1_700_000_001;
const MINUTE = NOW - (NOW % 60);

function start() {
  const relay = new FakeRelay();
  const bench = new SessionBench({ candles: relay.ask });
  bench.feed.list('ABC');
  const client = bench.join();
  return { relay, bench, client };
}

async function settled(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await Promise.resolve();
}

function only(events: readonly GatewayEvent[], type: number): GatewayEvent[] {
  return events.filter((event) => event[0] === type);
}

describe('the channel of candles', () => {
  it('tells those there are, and from then on those that change', async () => {
    const { relay, bench, client } = start();
    for (let i = 4; i > 0; i -= 1) relay.set(MINUTE - i * 60, 100 + i, 7, 1);
    client.send([MessageType.Subscribe, 2, 'candles', 'ABC', { depth: 2, interval: 60_000 }]);
    await settled();
    const [subscribed, all] = client.take();
    expect(subscribed?.slice(3, 11)).toEqual(['candles', 'ABC', 1, '0.01', '1', 5, 60_000, 0]);
    expect(all?.slice(2)).toEqual([true, [...relay.rows.values()]]);
    // The ladder serves five: it is asked for no more.
    expect(relay.asked).toEqual([['ABC', 60, NOW - 300]]);
    relay.set(MINUTE, 111, 9);
    bench.timer.pass(1250);
    await settled();
    expect(only(client.take(), MessageType.Candles)[0]?.slice(2)).toEqual([
      false,
      [relay.rows.get(MINUTE)],
    ]);
    expect(relay.asked[1]?.[2]).toBe(MINUTE - 120);
  });

  it('says nothing while nothing changes, and goes on when the relay is back', async () => {
    const { relay, bench, client } = start();
    client.send([MessageType.Subscribe, 2, 'candles', 'ABC']);
    await settled();
    expect(only(client.take(), MessageType.Candles)[0]?.slice(2)).toEqual([true, []]);
    relay.isAway = true;
    for (let i = 0; i < 3; i += 1) {
      bench.timer.pass(1250);
      await settled();
      client.ack();
    }
    expect(only(client.take(), MessageType.Candles)).toEqual([]);
    relay.isAway = false;
    relay.set(MINUTE, 111, 9);
    bench.timer.pass(1250);
    await settled();
    expect(only(client.take(), MessageType.Candles)).toHaveLength(1);
  });

  it('asks once for all who want the same, and no more when they have gone', async () => {
    const { relay, bench, client } = start();
    const other = bench.join();
    relay.set(MINUTE, 101, 7);
    for (const one of [client, other]) {
      one.send([MessageType.Subscribe, 2, 'candles', 'ABC', { depth: 10 }]);
      await settled();
    }
    expect(relay.asked).toHaveLength(1);
    // Who comes later is told at once.
    expect(only(other.take(), MessageType.Candles)).toHaveLength(1);
    for (const { session } of [client, other]) session.closed();
    bench.timer.pass(5000);
    await settled();
    expect(relay.asked).toHaveLength(1);
  });

  it('is no channel of a gateway without a relay', () => {
    const bench = new SessionBench();
    bench.feed.list('ABC');
    const client = bench.join();
    client.send([MessageType.Subscribe, 2, 'candles', 'ABC']);
    expect(client.take()[0]?.slice(0, 3)).toEqual([MessageType.Error, 2, 103]);
  });
});

describe('the channel of statistics', () => {
  it('tells the last 24 hours as one, and again when that is another', async () => {
    const { relay, bench, client } = start();
    relay.set(MINUTE - 86_400, 50, 1000);
    relay.set(MINUTE - 86_340, 120, 3, 2);
    relay.set(MINUTE, 110, 4);
    client.send([MessageType.Subscribe, 2, 'statistics', 'ABC']);
    await settled();
    // What was a minute longer ago does not count.
    const sum = [MINUTE - 86_340, 100, 125, 95, 110, 7, 2, 2];
    expect(only(client.take(), MessageType.Statistics)[0]?.[2]).toEqual([sum]);
    client.ack();
    bench.timer.pass(1250);
    await settled();
    expect(only(client.take(), MessageType.Statistics)).toEqual([]);
    relay.set(MINUTE, 130, 6);
    bench.timer.pass(1250);
    await settled();
    expect(only(client.take(), MessageType.Statistics)[0]?.[2]).toEqual([
      [MINUTE - 86_340, 100, 135, 95, 130, 9, 2, 2],
    ]);
  });
});

describe('a series of candles', () => {
  it('is what a relay has, however it was asked in parts', () => {
    forEachSeed(50, (random) => {
      const relay = new FakeRelay();
      const most = random.integer(1, 8);
      const series = new CandleSeries(most);
      let now = 0;
      for (let step = 0; step < 60; step += 1) {
        // Only the newest two may change: what is older has closed.
        now += random.integer(0, 1);
        const isOlder = relay.rows.has(now - 1) && random.next() < 0.5;
        relay.set(isOlder ? now - 1 : now, random.integer(1, 99), step);
        const from = series.askFrom ?? 0;
        series.merge(
          [...relay.rows.values()].filter(([start]) => start >= from).sort((a, b) => a[0] - b[0]),
        );
        const all = [...relay.rows.values()].sort((a, b) => a[0] - b[0]);
        expect(series.rows).toEqual(all.slice(-most));
      }
    });
  });
});
