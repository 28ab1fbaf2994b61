/** Segments that are looked at while they are being written. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { nanos } from '../../nanos.ts';
import { ToyEngine } from '../../testing/toy-engine.ts';
import { StreamLevel } from '../../wire/topic.ts';
import { segmentName, streamFolder } from '../archive/format.ts';
import { SegmentWriter } from '../archive/segment-writer.ts';
import { SegmentCatalogue } from './segment-catalogue.ts';

test('a segment that was asked for before it had a transaction has its time afterwards', () => {
  const directory = mkdtempSync(join(tmpdir(), 'touchline-catalogue-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const epoch = { seconds: 1, random: 1 };
  const folder = join(directory, streamFolder(StreamLevel.L2, epoch));
  mkdirSync(folder, { recursive: true });
  const header = { level: StreamLevel.L2, shard: 0, epoch, firstSequence: 1, begunAt: nanos() };
  const writer = new SegmentWriter(join(folder, segmentName(1)), header, crc32);
  writer.flush();
  const catalogue = new SegmentCatalogue(directory, crc32);
  const firstTime = () => {
    const [segment] = catalogue.histories(StreamLevel.L2)[0]?.segments ?? [];
    return segment && catalogue.firstTime(segment);
  };
  expect(firstTime()).toBeUndefined();
  const sink = (packet: Uint8Array, first: number, count: number): void => {
    writer.packet(packet, first, count, nanos());
  };
  new ToyEngine({ epoch, instruments: 1, wallClock: () => {}, sink });
  writer.finish(nanos());
  // Its first transaction, the listing, has the number 1 and the time 1.
  expect(firstTime()).toEqual({ high: 0, low: 1 });
  expect(firstTime()).toEqual({ high: 0, low: 1 });
});
