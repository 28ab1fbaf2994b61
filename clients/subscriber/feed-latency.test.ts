import { expect, test } from 'vitest';
import { FeedLatency, Hop } from './feed-latency.ts';

test('percentiles are those of the sorted times, to two figures', () => {
  const hop = new Hop();
  const times = Array.from({ length: 10_000 }, (_, i) => 1000 * (i + 1));
  for (const ns of times) hop.record(ns);
  const { count, minUs, p50Us, p99Us, p999Us, maxUs, meanUs } = hop.read();
  expect(count).toBe(10_000);
  const figures = [minUs, p50Us, p99Us, p999Us, maxUs, meanUs];
  const right = [1, 5_000, 9_900, 9_990, 10_000, 5_000.5];
  for (const [i, value] of figures.entries()) {
    expect(Math.abs(value / (right[i] ?? 0) - 1)).toBeLessThan(0.02);
  }
});

test('nothing heard is 0, not a number out of nowhere', () => {
  expect(new Set(Object.values(new Hop().read()))).toEqual(new Set([0]));
  expect(new Hop().percentileUs(99)).toBe(0);
});

test('a clock that differs, and a minute that is exceeded, are taken at the bounds', () => {
  const hop = new Hop();
  hop.record(-5_000_000);
  hop.record(3_600_000_000_000);
  const { count, minUs, maxUs } = hop.read();
  expect(count).toBe(2);
  expect(minUs).toBe(0.001);
  expect(Math.abs(maxUs / 60_000_000 - 1)).toBeLessThan(0.02);
});

test('each hop is counted by itself, and all together', () => {
  const latency = new FeedLatency();
  latency.observe(10_000, 50_000, 40_000);
  const { engineToPublish, publishToReceive, receiveToApply, total } = latency;
  const middles = [engineToPublish, publishToReceive, receiveToApply, total].map(
    (hop) => hop.read().maxUs,
  );
  for (const [i, us] of [10, 50, 40, 100].entries()) {
    expect(Math.abs((middles[i] ?? 0) / us - 1)).toBeLessThan(0.02);
  }
  latency.reset();
  expect(total.read().count).toBe(0);
});
