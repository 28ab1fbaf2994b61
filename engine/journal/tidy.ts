/** What a restart does to the files of the run before; each step may be the last before a kill. */

import type { Crc32 } from '../../feed/index.ts';
import { encodeMark, markOffset } from './format.ts';
import type { History, HistorySegment } from './history.ts';
import type { JournalFile, JournalFiles } from './journal-files.ts';
import type { JournalPosition } from './journal-writer.ts';
import { writeWhole } from './segment-file.ts';

/**
 * A segment without transactions is written anew, for the next one has the same name; what clients
 * it names goes into it again.
 */
export function isWrittenAnew({ header, transaction }: HistorySegment): boolean {
  return transaction < header.firstTransaction;
}

export function positionAfter({ segments }: History): JournalPosition {
  const last = segments.at(-1);
  if (last === undefined) return { chain: 0, nextTransaction: 1 };
  const chain = isWrittenAnew(last) ? last.header.previousChain : last.chain;
  return { chain, nextTransaction: last.transaction + 1 };
}

/** Cuts off the record that a kill has left without its end. */
export function trimTail(files: JournalFiles, { segments, tornBytes }: History): void {
  const last = segments.at(-1);
  if (last === undefined || tornBytes === 0) return;
  using(files.open(last.name), (file) => file.truncate(last.end));
}

/** What a run without fsync has left must be on the disk before a run with it goes on from there. */
export function syncAll(files: JournalFiles, { segments }: History): void {
  for (const { name } of segments) using(files.open(name), (file) => file.sync());
}

/**
 * Says in each segment that another one follows, so that one missing will be missed, and so that
 * followers go on. A kill between the making of a segment and this leaves one open that is not the
 * last any more.
 */
export function closeFormer(
  files: JournalFiles,
  { segments }: History,
  crc32: Crc32,
  fsync: boolean,
): void {
  for (const segment of segments) {
    const { name, end, transaction, chain, mark } = segment;
    // Only the last one can be without transactions.
    if (isWrittenAnew(segment) || mark?.isClosed === true) continue;
    const bytes = encodeMark({ end, transaction, chain, isClosed: true }, crc32);
    using(files.open(name), (file) => {
      writeWhole(file, bytes, markOffset(1 - (mark?.place ?? 1)));
      if (fsync) file.sync();
    });
  }
}

/**
 * Keeps damaged files under another name, and what is good of the first of them under its own. The
 * last file goes first and the good part replaces its file at once: a kill in between leaves the
 * damage to be found again.
 */
export function setAsideDamage(
  files: JournalFiles,
  history: History,
  crc32: Crc32,
  suffix: string,
): void {
  const { names, segments, damage } = history;
  if (damage === undefined) return;
  const good = segments.at(-1);
  const place = names.indexOf(damage.segment);
  const aside = (name: string): string => `${name}.damaged-${suffix}`;
  for (const name of names.slice(place + 1).reverse()) files.rename(name, aside(name));
  if (good?.name !== damage.segment) {
    files.rename(damage.segment, aside(damage.segment));
    return;
  }
  const bytes = files.read(good.name);
  writeFile(files, aside(good.name), bytes);
  const { end, transaction, chain } = good;
  const mark = encodeMark({ end, transaction, chain, isClosed: false }, crc32);
  const part = bytes.slice(0, end);
  part.set(mark, markOffset(0));
  part.set(mark, markOffset(1));
  writeFile(files, `${good.name}.good`, part);
  files.rename(`${good.name}.good`, good.name);
}

function writeFile(files: JournalFiles, name: string, bytes: Uint8Array): void {
  using(files.create(name), (file) => {
    writeWhole(file, bytes, 0);
    file.sync();
  });
}

function using(file: JournalFile, work: (file: JournalFile) => void): void {
  try {
    work(file);
  } finally {
    file.close();
  }
}
