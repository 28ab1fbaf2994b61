/** One soak: the real processes under a steady flow, clients that come and go, and a look at it all now and then. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFacts } from '../harness/run-facts.ts';
import { type Stack, startStack } from '../harness/stack.ts';
import { BrowserCrowd } from './browser-crowd.ts';
import { probeEnvironment, startProbe } from './memory-probe.ts';
import { sampleProcess } from './process-sample.ts';
import { type ProcessName, SOAK_KIND, type SoakFile, type SoakSample } from './soak-file.ts';
import { SoakService } from './soak-service.ts';
import { verdictOf } from './verdict.ts';

export interface SoakOptions {
  readonly minutes: number;
  readonly ordersPerSecond: number;
  readonly clients: number;
  readonly stayS: number;
  readonly seed: number;
  readonly onSample?: (sample: SoakSample) => void;
}

const TICK_MS = 100;
/** As many points as a plot shows. */
const SAMPLES = 240;
const LEAST_SAMPLE_MS = 250;
const ARCHIVE_BYTES = 256 * 2 ** 20;
/** Collections in each process: each costs some tens of milliseconds. */
const COLLECTIONS = 24;
const LEAST_COLLECTION_MS = 1000;

/** The journal and the archive are on disk meanwhile, the archive within a bound. */
export async function runSoak(options: SoakOptions): Promise<SoakFile> {
  const { minutes, ordersPerSecond, clients, stayS, seed } = options;
  const facts = runFacts(new Date());
  const folder = mkdtempSync(join(tmpdir(), 'touchline-soak-'));
  const archive = ['--archive', join(folder, 'archive'), '--archive-bytes', `${ARCHIVE_BYTES}`];
  const probes = join(folder, 'probes');
  mkdirSync(probes);
  const everyMs = Math.max(LEAST_COLLECTION_MS, (minutes * 60_000) / COLLECTIONS);
  const before = process.env;
  process.env = { ...before, ...probeEnvironment(probes, everyMs) };
  const starting = startStack({
    source: `sim:${seed}`,
    sourceOptions: ['--rate', String(ordersPerSecond)],
    engineOptions: ['--journal', join(folder, 'journal')],
    relayOptions: archive,
    logLevel: 'warn',
  });
  const stack = await starting.finally(() => {
    process.env = before;
  });
  const endProbe = startProbe(probes, everyMs);
  try {
    const samples = await soak(stack, probes, options);
    const verdict = verdictOf(samples);
    const about = { minutes, ordersPerSecond, clients, stayS };
    return { kind: SOAK_KIND, facts, ...about, samples, verdict };
  } finally {
    endProbe();
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function soak(stack: Stack, probes: string, options: SoakOptions): Promise<SoakSample[]> {
  const { publish, relay, gateway } = stack.endpoints;
  const service = new SoakService(publish, relay);
  try {
    while (!service.isLive) await pause(TICK_MS);
    const url = new URL('/feed', gateway);
    url.protocol = 'ws:';
    const { symbols } = service;
    const { clients: size, stayS } = options;
    const wishes = { url: url.href, symbols, size, stayMs: stayS * 1000 };
    const crowd = new BrowserCrowd(wishes, performance.now());
    try {
      return await watch({ stack, probes, service, crowd }, options);
    } finally {
      crowd.close();
    }
  } finally {
    await service.close();
  }
}

interface Watched {
  readonly stack: Stack;
  readonly probes: string;
  readonly service: SoakService;
  readonly crowd: BrowserCrowd;
}

async function watch(watched: Watched, { minutes, onSample }: SoakOptions): Promise<SoakSample[]> {
  const samples: SoakSample[] = [];
  const startMs = performance.now();
  const durationMs = minutes * 60_000;
  const everyMs = Math.max(LEAST_SAMPLE_MS, durationMs / SAMPLES);
  for (let nextMs = everyMs; nextMs <= durationMs; ) {
    await pause(TICK_MS);
    const nowMs = performance.now();
    watched.crowd.tick(nowMs);
    if (nowMs - startMs < nextMs) continue;
    const sample = takeSample((nowMs - startMs) / 1000, watched);
    samples.push(sample);
    onSample?.(sample);
    nextMs = Math.max(nextMs + everyMs, nowMs - startMs);
  }
  return samples;
}

function takeSample(atS: number, { stack, probes, service, crowd }: Watched): SoakSample {
  const pids: Record<ProcessName, number> = {
    engine: stack.engine.pid,
    relay: stack.relay.pid,
    gateway: stack.gateway.pid,
    source: stack.source.pid,
    clients: process.pid,
  };
  const entries = Object.entries(pids).map(
    ([name, pid]) => [name, sampleProcess(pid, probes)] as const,
  );
  const { records, gaps, hashChecks, hashMismatches } = service.stats;
  return {
    atS: Math.round(atS * 10) / 10,
    processes: Object.fromEntries(entries) as SoakSample['processes'],
    service: service.latency.take(),
    browsers: crowd.latency.take(),
    records,
    gaps,
    hashChecks,
    hashMismatches,
    viewHashChecks: crowd.hashChecks,
    viewHashMismatches: crowd.hashMismatches,
    clientsServed: crowd.served,
    notLive: service.notLive + crowd.notLive,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
