/** What a relay keeps on disk: every packet, books to begin with, and what survives damage. */

import {
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FeedConsumer } from '../../sync/feed-consumer.ts';
import { Random } from '../../testing/random.ts';
import {
  bindAgain,
  cleanUp,
  cleanUps,
  expectEqual,
  Heard,
  isWhole,
  Market,
  PORTS,
  subscribe,
  until,
} from '../../testing/socket-market.ts';
import { wordsOf } from '../../testing/toy-engine.ts';
import { StreamLevel } from '../../wire/topic.ts';
import { Relay } from '../relay.ts';
import { RepairServer } from '../repair-server.ts';
import { newestHistory, packetsOf, readHistories, segmentAt } from './archive-reader.ts';
import type { ArchiveLimits } from './archive-writer.ts';
import { readSegment, segmentInfo } from './segment-reader.ts';

const SILENT = { info: () => {}, error: () => {} };
const SMALL: ArchiveLimits = {
  segmentRecords: 1000,
  segmentBytes: 1 << 20,
  maxBytes: Infinity,
  maxAgeMs: Infinity,
};
const SEED = Number(process.env['TOUCHLINE_SEED'] ?? 1);

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'touchline-archive-'));
});

afterEach(async () => {
  await cleanUp();
  rmSync(directory, { recursive: true, force: true });
});

async function startRelay(
  market: Market,
  { limits = SMALL, ringBytes = 1 << 20 } = {},
): Promise<[Relay, string]> {
  const archive = { directory, limits, log: SILENT };
  const { feed, repair } = market;
  const relay = new Relay({ feed: [feed], spine: [repair], archive, ringBytes, ...PORTS });
  const endpoint = await bindAgain(() => relay.start('tcp://127.0.0.1:*'));
  cleanUps.push(() => relay.close());
  return [relay, endpoint];
}

async function run(market: Market, relay: Relay, random: Random, times: number): Promise<void> {
  for (let i = 0; i < times; i += 100) {
    market.act(random, 100);
    await new Promise(setImmediate);
  }
  await until('the relay has it', () => isWhole(relay.subscriber, market.engine));
}

/** The books that a keyframe and packets make, in words, by symbol. */
function rebuild(
  keyframe: readonly Uint8Array[],
  epoch: Market['engine']['epoch'],
  firstSequence: number,
  packets: Iterable<Uint8Array>,
): Record<string, readonly string[]> {
  const consumer = new FeedConsumer({
    listener: {},
    ...PORTS,
    random: () => 0,
    repairEndpoints: 0,
    sendRepair: () => false,
  });
  consumer.restore({ epoch, firstSequence, keyframe, packets });
  const books = [...consumer.instruments.values()].map((one) => [one.symbol, wordsOf(one)]);
  return Object.fromEntries(books);
}

function wordsNow(market: Market): Record<string, readonly string[]> {
  return Object.fromEntries(market.engine.instruments.map(({ symbol, words }) => [symbol, words]));
}

function history() {
  const found = newestHistory(directory, StreamLevel.L2, crc32);
  if (found === undefined) throw new Error('nothing was archived');
  return found;
}

describe('an archive', () => {
  test('holds every packet as it was, and in each segment the books that came before', async () => {
    const random = new Random(SEED);
    const market = new Market(1);
    await market.start();
    const sent = new Map<number, Uint8Array>();
    const [relay] = await startRelay(market);
    await run(market, relay, random, 3000);
    const { ring } = market.engine;
    for (const { packet, firstSequence } of ring.packetsFrom(ring.firstSequence)) {
      sent.set(firstSequence, packet);
    }
    await relay.close();

    const { epoch, segments, holes } = history();
    expect(segments.length).toBeGreaterThan(3);
    expect(holes).toEqual([]);
    expect(segments.every(({ isComplete }) => isComplete)).toBe(true);
    expect(segments.at(-1)?.nextSequence).toBe(market.engine.nextSequence);
    let compared = 0;
    for (const { packet, firstSequence } of packetsOf(history(), 1, Infinity, crc32)) {
      const original = sent.get(firstSequence);
      if (original !== undefined) expect(Buffer.compare(packet, original)).toBe(0);
      compared += original === undefined ? 0 : 1;
    }
    expect(compared).toBe(sent.size);

    const contents = segments.map(({ path }) => readSegment(path, crc32));
    const firstPackets = contents[0]?.packets.map(({ packet }) => packet) ?? [];
    let books = rebuild([], epoch, 1, firstPackets);
    for (const [i, { keyframe, packets }] of contents.entries()) {
      if (i === 0) continue;
      const first = segments[i]?.firstSequence ?? 0;
      // The keyframe is where the segment before has led to.
      expect(rebuild(keyframe, epoch, first, [])).toEqual(books);
      books = rebuild(
        keyframe,
        epoch,
        first,
        packets.map(({ packet }) => packet),
      );
    }
    expect(books).toEqual(wordsNow(market));
  });

  test('gives what has left the ring of the relay', async () => {
    const random = new Random(SEED + 1);
    const market = new Market(1);
    await market.start();
    const [relay, repair] = await startRelay(market, { ringBytes: 4096 });
    const heard = new Heard();
    const { feed } = market;
    const subscriber = await subscribe({ feed, repair }, heard);
    await run(market, relay, random, 200);
    await until('the consumer has joined', () => isWhole(subscriber, market.engine));
    // Lost by both; the relay repairs from the engine, and then has it in its archive alone.
    market.isLossy = true;
    market.act(random, 3000);
    market.isLossy = false;
    market.act(random, 10);
    await until('the gap is repaired', () => isWhole(subscriber, market.engine));
    expectEqual(subscriber, market.engine);
    expect(heard.count('repaired')).toBe(1);
    expect(heard.count('trades-missed')).toBe(0);
    expect(relay.oldestSequence).toBeGreaterThan(1000);
  });

  test('lets a relay go on where it was, and tells nobody before it has caught up', async () => {
    const random = new Random(SEED + 2);
    const market = new Market(1);
    await market.start();
    const [first] = await startRelay(market);
    await run(market, first, random, 2500);
    await first.close();
    const before = history().segments.at(-1)?.nextSequence ?? 0;
    market.act(random, 500);
    const spine = market.repair;
    await market.repairs.close();
    const [relay] = await startRelay(market);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(relay.subscriber.position.sequence).toBe(before);
    expect(relay.isReady).toBe(false);
    // The engine's spine is back: what happened meanwhile comes from its ring.
    const { engine } = market;
    const stream = { level: StreamLevel.L2, ring: engine.ring, snapshots: engine };
    const server = new RepairServer({ streams: [stream], ...PORTS });
    await bindAgain(() => server.bind(spine));
    cleanUps.push(() => server.close());
    await until('it has caught up', () => isWhole(relay.subscriber, engine));
    expectEqual(relay.subscriber, engine);
    expect(relay.subscriber.stats.snapshots).toBe(1);
    await run(market, relay, random, 300);
    await relay.close();
    expect(history().holes).toEqual([]);
    expect(history().segments.at(-1)?.nextSequence).toBe(engine.nextSequence);
  });

  test('has a hole, and says so, where the engine had gone too far ahead', async () => {
    const random = new Random(SEED + 3);
    const market = new Market(1, 5000);
    await market.start();
    const [first] = await startRelay(market);
    await run(market, first, random, 300);
    await first.close();
    const from = history().segments.at(-1)?.nextSequence ?? 0;
    market.act(random, 2000);
    const [relay] = await startRelay(market);
    await until('it has joined', () => isWhole(relay.subscriber, market.engine));
    await run(market, relay, random, 300);
    await relay.close();
    const { holes, epoch, segments } = history();
    expect(holes).toHaveLength(1);
    expect(holes[0]?.from).toBe(from);
    const last = segments.findLast(({ firstSequence }) => firstSequence === holes[0]?.to);
    expect(last).toBeDefined();
    const at = segments.at(-1);
    const { keyframe, packets } = readSegment(at?.path ?? '', crc32);
    const behind = packets.map(({ packet }) => packet);
    expect(rebuild(keyframe, epoch, at?.firstSequence ?? 0, behind)).toEqual(wordsNow(market));
  });

  test('is read up to the first byte that is wrong, wherever that is', async () => {
    const random = new Random(SEED + 4);
    const market = new Market(1);
    await market.start();
    const [relay] = await startRelay(market, { limits: { ...SMALL, segmentRecords: 1e9 } });
    await run(market, relay, random, 400);
    await relay.close();
    const path = history().segments[0]?.path ?? '';
    const whole = readFileSync(path);
    const all = readSegment(path, crc32).packets;
    for (let i = 0; i < 60; i++) {
      const at = random.below(whole.length);
      const isCut = random.chance(0.5);
      const bytes = isCut ? whole.subarray(0, at) : Buffer.from(whole);
      if (!isCut) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      writeFileSync(path, bytes);
      const { packets } = readSegment(path, crc32);
      expect(packets.length, `seed ${SEED}, byte ${at}`).toBeLessThanOrEqual(all.length);
      for (const [n, { packet }] of packets.entries()) {
        expect(Buffer.compare(packet, all[n]?.packet ?? new Uint8Array())).toBe(0);
      }
      const info = segmentInfo(path, crc32);
      if (isCut) expect(info?.isComplete ?? false).toBe(false);
    }
  });

  test('that was cut off in the middle of a write is gone on with', async () => {
    const random = new Random(SEED + 5);
    const market = new Market(1);
    await market.start();
    const [first] = await startRelay(market, { limits: { ...SMALL, segmentRecords: 1e9 } });
    await run(market, first, random, 400);
    await first.close();
    const { path = '', bytes = 0 } = history().segments[0] ?? {};
    truncateSync(path, bytes - 101);
    market.act(random, 50);
    const [relay] = await startRelay(market);
    await until('it has caught up', () => isWhole(relay.subscriber, market.engine));
    expectEqual(relay.subscriber, market.engine);
    await relay.close();
    expect(history().holes).toEqual([]);
  });

  test('that cannot be written costs a hole and nothing else, and is written again', async () => {
    const random = new Random(SEED + 6);
    const market = new Market(1);
    await market.start();
    const [relay, repair] = await startRelay(market);
    await run(market, relay, random, 1500);
    const aside = `${directory}-aside`;
    renameSync(directory, aside);
    writeFileSync(directory, 'in the way');
    await run(market, relay, random, 2500);
    expect(relay.levels.writer?.problem).toBeDefined();
    const subscriber = await subscribe({ feed: market.feed, repair }, new Heard());
    await until('consumers join as ever', () => isWhole(subscriber, market.engine));
    rmSync(directory);
    renameSync(aside, directory);
    await until('it is written again', () => relay.levels.writer?.problem === undefined);
    await run(market, relay, random, 300);
    await relay.close();
    expect(history().holes.length).toBeGreaterThan(0);
    expect(history().segments.at(-1)?.nextSequence).toBe(market.engine.nextSequence);
  });

  test('makes room by its oldest segments, and keeps the newest', async () => {
    const random = new Random(SEED + 7);
    const market = new Market(1);
    await market.start();
    const [relay] = await startRelay(market, { limits: { ...SMALL, maxBytes: 200_000 } });
    await run(market, relay, random, 6000);
    await relay.close();
    const { segments } = history();
    const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
    expect(segments[0]?.firstSequence).toBeGreaterThan(1);
    expect(segments.at(-1)?.nextSequence).toBe(market.engine.nextSequence);
    // The one that is being written comes on top.
    expect(bytes - (segments.at(-1)?.bytes ?? 0)).toBeLessThanOrEqual(200_000);
  });

  test('names each history by itself, and finds a segment by position', async () => {
    const random = new Random(SEED + 8);
    const market = new Market(1);
    await market.start();
    const [relay] = await startRelay(market);
    await run(market, relay, random, 1500);
    const { feed, repair } = market;
    await market.stop();
    const next = new Market(2);
    next.act(random, 1500);
    await next.start(feed, repair);
    await until('the relay follows', () => isWhole(relay.subscriber, next.engine));
    await relay.close();
    const histories = readHistories(directory, crc32);
    expect(histories.map(({ epoch }) => epoch.seconds)).toEqual([1, 2]);
    for (const one of histories) {
      expect(one.holes).toEqual([]);
      for (const segment of one.segments) {
        expect(segmentAt(one, segment.firstSequence)?.path).toBe(segment.path);
        expect(segmentAt(one, segment.nextSequence - 1)?.path).toBe(segment.path);
      }
      expect(segmentAt(one, 0)).toBeUndefined();
    }
  });
});
