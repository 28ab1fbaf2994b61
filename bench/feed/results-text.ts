/** The results of the feed benchmark as tables for a terminal. */

import { amount, digits, textTable } from '../harness/text-table.ts';
import { BATCHES, type BenchmarkResults } from './benchmark.ts';

export function resultsText(results: BenchmarkResults): string {
  const parts = [throughputText, latencyText, otherText].map((text) => text(results));
  return parts.filter((text) => text !== '').join('\n\n');
}

function throughputText({ throughput }: BenchmarkResults): string {
  if (throughput === undefined) return '';
  const rows = Object.entries(throughput).map(([transport, one]) => [
    transport,
    amount(one.deltasPerSecond),
    amount(one.limit),
    `${digits(one.ofLimit)} [${one.ofLimitInterval.map(digits).join(', ')}]`,
    ...BATCHES.map((size) => amount(one.batches[size] ?? Number.NaN)),
    amount(one.oneAMessage),
    amount(one.subscribers2),
    amount(one.subscribers3),
    `${digits(one.publishNs)} / ${digits(one.applyNs)} / ${digits(one.subscriberNs)}`,
  ]);
  const batches = BATCHES.map((size) => `${size} a packet`);
  const header = ['deltas/s', 'adaptive', 'limit', 'of limit', ...batches, '1 a message'];
  const more = ['2 subscribers', '3 subscribers', 'ns publish / apply / subscriber'];
  return textTable([...header, ...more], rows);
}

function latencyText({ latency }: BenchmarkResults): string {
  if (latency === undefined) return '';
  const rows = Object.entries(latency).map(([rate, one]) => [
    `${rate} deltas/s`,
    digits(one.p50Us),
    digits(one.p99Us),
    digits(one.plainP50Us),
    digits(one.plainP99Us),
    digits(one.ofPlain),
    digits(one.spinP50Us),
    String(one.lostRuns),
  ]);
  const plain = ['plain p50', 'plain p99', 'p50 of plain'];
  return textTable(['one way, us', 'p50', 'p99', ...plain, 'spinning p50', 'runs lost'], rows);
}

function otherText(results: BenchmarkResults): string {
  const { lateJoin, lateJoinMs, engineP99Ratio, path, replay } = results;
  const rows: string[][] = [];
  if (lateJoin !== undefined) {
    rows.push(['late join: 1,000 books LIVE after, ms', digits(lateJoinMs ?? Number.NaN)]);
    rows.push(['  meanwhile, deltas/s', amount(lateJoin.engine.deltasPerSecond)]);
    rows.push(['  engine p99 while joining, of quiet', digits(engineP99Ratio ?? Number.NaN)]);
  }
  if (replay !== undefined) {
    rows.push(['replay from the archive, deltas/s', amount(replay.deltasPerSecond)]);
    rows.push(['  a past book, ms', digits(replay.pastBookMs)]);
    rows.push(['  for which were read, records', amount(replay.recordsRead)]);
  }
  if (path !== undefined) {
    rows.push(['whole path, orders/s', amount(path.ordersPerSecond)]);
    rows.push(['  engine thread, ns an order', digits(path.engineNs)]);
  }
  return rows.length === 0 ? '' : textTable(['', ''], rows);
}
