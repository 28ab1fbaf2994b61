/** FORMAT.md says what the code does: every offset, and its example byte by byte. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { STATE_VERSION } from '../state.ts';
import {
  CHECKPOINT_HEADER_BYTES,
  CHECKPOINT_VERSION,
  CheckpointOffset,
} from './checkpoint-file.ts';
import {
  ENTRY_HEAD_BYTES,
  EntryOffset,
  FIRST_RECORD,
  FORMAT_VERSION,
  HeaderOffset,
  MarkOffset,
  RECORD_HEAD_BYTES,
  RecordOffset,
} from './format.ts';
import { goldenSegment } from './testing/golden-segment.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, 'FORMAT.md'), 'utf8');

/** Offsets in the first column of the table under a heading. */
function offsetsUnder(heading: string): number[] {
  const section = DOCUMENT.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| (\d+) \|/gm)].map((match) => Number(match[1]));
}

it('names the offset of every field', () => {
  // Pairs stand in one row.
  const { EpochRandom, PreviousEpochRandom, ...header } = HeaderOffset;
  expect([EpochRandom, PreviousEpochRandom]).toEqual([84, 92]);
  expect(offsetsUnder('Header')).toEqual(Object.values(header));
  expect(offsetsUnder('Commit marks')).toEqual(Object.values(MarkOffset));
  expect(offsetsUnder('Records')).toEqual([0, ...Object.values(RecordOffset), RECORD_HEAD_BYTES]);
  expect(offsetsUnder('Entries')).toEqual([
    0,
    EntryOffset.Owner,
    4,
    EntryOffset.TimeLow,
    EntryOffset.TimeHigh,
    ENTRY_HEAD_BYTES,
  ]);
  // Pairs again.
  const { EpochRandom: _, PreviousEpochRandom: __, ...checkpoint } = CheckpointOffset;
  expect(offsetsUnder('Checkpoints')).toEqual(Object.values(checkpoint));
  expect(DOCUMENT).toContain(`checkpoint version: ${CHECKPOINT_VERSION}`);
  expect(DOCUMENT).toContain(`state version: ${STATE_VERSION}`);
  expect(DOCUMENT).toContain(`where the state begins: ${CHECKPOINT_HEADER_BYTES}`);
  expect(DOCUMENT).toContain(`# The journal's format, version ${FORMAT_VERSION}`);
  expect(DOCUMENT).toContain(`where the records begin: ${FIRST_RECORD}`);
});

it('shows a segment as it is written', () => {
  const example = DOCUMENT.split('## Example')[1]?.split('```')[1] ?? '';
  const shown = example.replaceAll(/^\d{4} {2}/gm, '').replaceAll(/\s/g, '');
  expect(shown).toBe(Buffer.from(goldenSegment().bytes).toString('hex'));
});
