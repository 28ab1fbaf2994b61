/** Made-up results of every benchmark: for tests of what draws them. */

import type { RunFacts } from '../harness/run-facts.ts';
import { MICRO_KIND, type MicroFile } from '../micro/micro-file.ts';
import { PROCESSES, SOAK_KIND, type SoakFile, type SoakSample } from '../soak/soak-file.ts';
import { verdictOf } from '../soak/verdict.ts';
import type { AllResults } from './results.ts';

export const SAMPLE_FACTS: RunFacts = {
  processor: 'Sample <processor>',
  cores: 2,
  memoryGiB: 8,
  system: 'linux 6',
  runtime: 'Node v26',
  commit: '0123456789ab',
  date: '2026-01-02T03:04:05.000Z',
  load: 0.4,
  calibrationMs: 20.1,
};

const STREAMS = ['static', 'normal', 'swing-25', 'swing-40', 'flash-crash'];

function byStream(rate: number): Record<string, { messagesPerSecond: number }> {
  return Object.fromEntries(
    STREAMS.map((name, i) => [name, { messagesPerSecond: rate * (1 + i / 5) }]),
  );
}

const worst = (rate: number) => ({ scenario: 'static', messagesPerSecond: rate });

function micro(): MicroFile {
  const result = (nsPerOperation: number, bytesPerOperation?: number, peer?: string) => ({
    unit: 'message',
    peer,
    nsPerOperation,
    operationsPerSecond: 1e9 / nsPerOperation,
    spread: 0.01,
    p99NsPerOperation: 2 * nsPerOperation,
    rounds: 100,
    samplesNs: [nsPerOperation],
    allocatedBytesPerOperation: 40,
    allocationResolution: 1,
    bytesPerOperation,
  });
  const about = { measures: 'It is measured.', leavesOut: 'All else.', wouldLie: 'On a bad day.' };
  return {
    kind: MICRO_KIND,
    facts: SAMPLE_FACTS,
    suites: [
      { name: 'delta', ...about, results: { 'whole consumer, 4 a transaction': result(101.4) } },
      {
        name: 'gateway codec',
        ...about,
        results: {
          'encode a diff, ours': result(500, 55),
          'decode a diff, ours': result(400, 55),
          'encode a diff, JSON, names and decimals': result(1000, 442, 'JSON'),
          'decode a diff, JSON, names and decimals': result(2300, 442, 'JSON'),
        },
      },
    ],
  };
}

function soak(): SoakFile {
  const samples = Array.from({ length: 120 }, (_, i): SoakSample => {
    const latency = { p50Us: 200 + 20 * Math.sin(i), p99Us: 900, maxUs: 5000, count: 1000 };
    const processes = PROCESSES.map((name, at) => {
      const residentMiB = 90 + 12 * at + Math.min(i, 10) + 4 * Math.sin(i / 3 + at);
      return [name, { residentMiB, heldMiB: 40 + at, handles: 30 + at, threads: 11 }];
    });
    return {
      atS: 15 * (i + 1),
      processes: Object.fromEntries(processes) as SoakSample['processes'],
      service: latency,
      browsers: { ...latency, p50Us: 60_000, p99Us: 250_000 },
      records: 60_000 * i,
      gaps: 0,
      hashChecks: 90 * i,
      hashMismatches: 0,
      viewHashChecks: 55 * i,
      viewHashMismatches: 0,
      clientsServed: 20 + i,
      notLive: 0,
    };
  });
  const about = { minutes: 30, ordersPerSecond: 2000, clients: 40, stayS: 20 };
  return { kind: SOAK_KIND, facts: SAMPLE_FACTS, ...about, samples, verdict: verdictOf(samples) };
}

export function sampleResults(): AllResults {
  const sizes = [1000, 10_000, 100_000, 1_000_000];
  return {
    facts: SAMPLE_FACTS,
    league: {
      full: { ...byStream(3e6), worst: worst(3e6) },
      bare: { ...byStream(9e6), worst: worst(9e6) },
      peers: { 'nodejs-order-book': byStream(28_000), 'hft-limit-order-book': byStream(29_000) },
    },
    openLoop: {
      rate: 1_000_000,
      scenario: 'normal',
      percentilesUs: { 0: 1, 0.5: 3, 0.9: 5, 0.99: 9, 0.999: 40, 0.9999: 800, 0.99999: 2000 },
    },
    growth: {
      'resting orders': sizes.map((size) => ({
        size,
        place: 110,
        reduce: 60,
        best: 4,
        cancel: 52,
      })),
    },
    journal: { commandsPerSecond: { none: 1e6, write: 0.9e6 }, costPercent: { median: 10 } },
    feed: {
      throughput: {
        tcp: {
          deltasPerSecond: 18e6,
          limit: 30e6,
          subscribers2: 9e6,
          subscribers3: 5e6,
          oneAMessage: 2e5,
          batches: { 64: 7e6, 256: 14e6, 1024: 18e6 },
        },
      },
      latency: { '10k': { p50Us: 180, plainP50Us: 160, spinP50Us: 90 } },
      lateJoinMs: 120,
    },
    gateway: {
      ofPlainWs: 4.2,
      ofSocketIo: 9.1,
      ofSocketIoMsgpack: 8.1,
      ofRawTcp: 1.6,
      growth: [100, 1000, 5000].map((connections) => ({
        connections,
        usPerFrame: 9,
        rssMb: 90 + connections / 50,
      })),
      bytes: {
        perLevel: { ours: 12, oursAsJson: 20, binance: 60, coinbase: 90 },
        ofSixLevels: { ours: 59, oursAsJson: 101, binance: 250, coinbase: 551 },
      },
    },
    dashboard: { framesPerSecond: 60, scriptMsP99: 3.4 },
    micro: micro(),
    soak: soak(),
  };
}
