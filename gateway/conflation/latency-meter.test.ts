import { describe, expect, it } from 'vitest';
import { MessageType } from '../protocol/index.ts';
import { forEachSeed } from '../testing/seeded.ts';
import { SessionBench } from '../testing/session-bench.ts';
import { LatencyMeter } from './latency-meter.ts';

describe('a latency meter', () => {
  it('is at most a quarter above the percentiles of the sorted values, and never below', () => {
    forEachSeed(50, (random) => {
      const meter = new LatencyMeter();
      const values = Array.from({ length: random.integer(1, 400) }, () => {
        return random.integer(1, 10 ** random.integer(1, 6));
      }).sort((a, b) => a - b);
      for (const value of values) meter.add(value);
      const at = (share: number) => values[Math.ceil(share * values.length) - 1] as number;
      const { samples, p50Us, p99Us, mostUs } = meter.take();
      expect([samples, mostUs]).toEqual([values.length, values.at(-1)]);
      for (const [told, right] of [
        [p50Us, at(0.5)],
        [p99Us, at(0.99)],
      ] as const) {
        expect(told).toBeGreaterThanOrEqual(Math.floor(right));
        expect(told).toBeLessThanOrEqual(right * 1.25 + 1);
      }
    });
  });

  it('begins anew with each window, and says nothing took long when nothing happened', () => {
    const meter = new LatencyMeter();
    meter.add(500);
    meter.take();
    expect(meter.take()).toEqual({ samples: 0, p50Us: 0, p99Us: 0, mostUs: 0 });
  });

  it('takes what is beyond its last bucket', () => {
    const meter = new LatencyMeter();
    meter.add(10 ** 12);
    expect(meter.take().mostUs).toBe(10 ** 12);
  });
});

describe('the channel of latencies', () => {
  it('tells each hop of the window that has passed, and only while somebody listens', () => {
    const bench = new SessionBench();
    const instrument = bench.feed.list('ABC');
    // The first price of a book comes as a snapshot.
    bench.feed.transaction((steps) => steps.level(instrument, 0, 1000, 5));
    const client = bench.join();
    client.send([MessageType.Subscribe, 2, 'book', 'ABC', { interval: 0 }]);
    client.send([MessageType.Subscribe, 3, 'latency', '']);
    client.take();
    for (let i = 1; i <= 3; i += 1) {
      bench.feed.transaction((steps) => steps.level(instrument, 0, 1000 + i, 5));
      client.ack();
    }
    bench.timer.pass(1500);
    const told = client.take().filter((event) => event[0] === MessageType.Latency);
    expect(told).toHaveLength(1);
    const [, , , windowMs, rows] = told[0] as [number, number, number, number, unknown[][]];
    expect(windowMs).toBeGreaterThanOrEqual(1000);
    expect(rows.map(([name, samples]) => [name, samples])).toEqual([
      ['published', 3],
      ['applied', 3],
      ['diff', 3],
    ]);
  });
});
