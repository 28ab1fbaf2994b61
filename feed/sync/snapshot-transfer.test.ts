/** A snapshot that is made while the books change: each book is that of one position. */

import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { MAX_PACKET_BYTES } from '../limits.ts';
import { testSeeds, withSeed } from '../testing/random.ts';
import { ToyEngine, wordsOf } from '../testing/toy-engine.ts';
import { RecordReader } from '../wire/record-reader.ts';
import { StreamLevel, shardTopic } from '../wire/topic.ts';
import { SnapshotTransfer } from './repair-transfer.ts';
import { SnapshotEncoder, type SnapshotInstrument } from './snapshot-encoder.ts';
import { SnapshotLoader } from './snapshot-loader.ts';

const wallClock = (): void => {};
const MOST_AT_ONCE = 500;
const CASES = Object.values(StreamLevel).flatMap((level) =>
  testSeeds(1).map((seed) => [level, seed] as const),
);

/** Five instruments, of which the second and the fourth are large. */
function largeMarket(level: StreamLevel): ToyEngine {
  const epoch = { seconds: 3, random: 4 };
  const engine = new ToyEngine({ level, epoch, instruments: 5, wallClock, sink: () => {} });
  for (const id of [2, 4]) {
    const toy = engine.instrument(id);
    if (toy === undefined) throw new Error('no instrument');
    engine.begin();
    for (let i = 0; i < 1700; i++) {
      if (level === StreamLevel.L3)
        engine.addOrder(toy, 0, id === 4 ? 1000 : 1000 + (i % 90), 1 + i);
      else engine.setLevel(toy, 0, 1000 + i, 1 + i, 1);
    }
    engine.writer.records.endTransaction();
  }
  return engine;
}

test.each(CASES)(
  'books of L%i stay those of one position while they change (seed %i)',
  (level, seed) => {
    withSeed(seed, (random) => {
      const engine = largeMarket(level);
      const encoder = new SnapshotEncoder({ topic: shardTopic(level), crc32, wallClock });
      // Another client is answered by the same encoder, in between.
      const other = new SnapshotTransfer(encoder, engine, engine.instrumentIds(), MOST_AT_ONCE);
      const transfer = new SnapshotTransfer(encoder, engine, engine.instrumentIds(), MOST_AT_ONCE);
      const words = new Map<string, readonly string[]>();
      const positions = new Set<string>();
      const note = (): void => {
        for (const one of engine.instruments) {
          const moment = `${one.id}/${one.sequence}`;
          if (!words.has(moment)) words.set(moment, one.words);
          positions.add(`${moment}/${engine.nextSequence}`);
        }
      };
      const loader = new SnapshotLoader(crc32, level);
      let chunks = 0;
      for (let isLast = false; !isLast; ) {
        note();
        const chunk = transfer.nextChunk();
        for (const packet of chunk.packets) loader.add(packet);
        isLast = chunk.isLast;
        chunks += 1;
        for (let i = random.below(5); i > 0; i--) engine.act(random);
        if (chunks < 5) other.nextChunk();
      }
      expect(loader.isComplete).toBe(true);
      expect(loader.loaded.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
      for (const { id, book, definition, sequence, streamSequence } of loader.loaded) {
        const loaded = { ...definition, id, book } as unknown as SnapshotInstrument;
        expect(wordsOf(loaded)).toEqual(words.get(`${id}/${sequence}`));
        expect(positions).toContain(`${id}/${sequence}/${streamSequence}`);
      }
      // The books were large, and went on meanwhile.
      expect(chunks).toBeGreaterThan(4);
      const reached = loader.loaded.map(({ streamSequence }) => streamSequence);
      expect(reached).toEqual([...reached].sort((a, b) => a - b));
      expect(reached.at(-1)).toBeGreaterThan(reached[0] ?? 0);
    });
  },
  30_000,
);

test('a large book is walked through once, and each packet is made when it is asked for', () => {
  const engine = largeMarket(StreamLevel.L3);
  let visits = 0;
  const provider = {
    isReady: true,
    epoch: engine.epoch,
    nextSequence: engine.nextSequence,
    instrumentIds: () => [2],
    findId: () => undefined,
    instrument(id: number) {
      const one = engine.instrument(id);
      if (one === undefined) return undefined;
      const { book, symbol, tickSize, lotSize, bookKind, status, sequence, transaction } = one;
      const { lowestPrice, highestPrice } = one;
      const forEachOrder: typeof book.forEachOrder = (side, price, visit) => {
        visits += 1;
        book.forEachOrder?.(side, price, visit);
      };
      const definition = { symbol, tickSize, lotSize, bookKind, lowestPrice, highestPrice };
      return {
        ...definition,
        id: one.id,
        status,
        sequence,
        transaction,
        book: { ...book, forEachOrder },
      };
    },
  };
  const topic = shardTopic(StreamLevel.L3);
  let sealed = 0;
  const counted = (out: { high: number; low: number }): void => {
    out.high = 0;
    out.low = 0;
    sealed += 1;
  };
  const encoder = new SnapshotEncoder({ topic, crc32, wallClock: counted });
  const transfer = new SnapshotTransfer(encoder, provider, [2], MOST_AT_ONCE);
  const reader = new RecordReader(crc32);
  let chunks = 0;
  for (let isLast = false; !isLast; ) {
    const { packets, isLast: last } = transfer.nextChunk();
    isLast = last;
    chunks += 1;
    expect([packets.length, sealed]).toEqual([1, chunks]);
    for (const packet of packets) {
      expect(packet.byteLength).toBeLessThanOrEqual(MAX_PACKET_BYTES);
      reader.open(packet);
    }
    expect(visits).toBe(90);
  }
  expect(chunks).toBeGreaterThan(2);
});
