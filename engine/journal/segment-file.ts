/** One segment being written: appends whole batches or nothing, and says how far it counts. */

import type { Crc32 } from '../../feed/index.ts';
import {
  type CommitMark,
  encodeHeader,
  encodeMark,
  FIRST_RECORD,
  headerChain,
  markOffset,
  type SegmentHeader,
  segmentName,
} from './format.ts';
import type { JournalFile, JournalFiles } from './journal-files.ts';
import { type SealedBatch, sealRecords } from './record-batch.ts';

/** Nothing can be known any more about what the file holds: the engine must end. */
export class JournalLost extends Error {
  constructor(what: string, cause: unknown) {
    super(what, { cause });
    this.name = 'JournalLost';
  }
}

export interface SegmentFileOptions {
  readonly files: JournalFiles;
  readonly crc32: Crc32;
  /** True: a batch counts when it is on the disk. */
  readonly fsync: boolean;
}

export class SegmentFile {
  readonly name: string;
  readonly #file: JournalFile;
  readonly #options: SegmentFileOptions;
  #end: number;
  #chain: number;
  #transaction: number;
  /** Of the mark that is written next, so that the other one stays whole. */
  #markPlace = 1;

  private constructor(
    name: string,
    file: JournalFile,
    options: SegmentFileOptions,
    at: { readonly end: number; readonly chain: number; readonly transaction: number },
  ) {
    this.name = name;
    this.#file = file;
    this.#options = options;
    this.#end = at.end;
    this.#chain = at.chain;
    this.#transaction = at.transaction;
  }

  /**
   * It gets its name when its header is whole, so no kill leaves half a header. An empty segment
   * of the same name makes room, and `named` are its records of clients, which go over.
   */
  static create(
    header: Omit<SegmentHeader, 'inode' | 'born'>,
    options: SegmentFileOptions,
    named: Uint8Array = new Uint8Array(0),
  ): SegmentFile {
    const { files, crc32, fsync } = options;
    const name = segmentName(header.firstTransaction);
    const unborn = `${name}.new`;
    const file = files.create(unborn);
    try {
      const born = bornAsWritten(files, file, unborn);
      const bytes = encodeHeader({ ...header, inode: file.inode, born }, crc32);
      const records = sealRecords(named.slice(), headerChain(bytes), crc32);
      const { chain } = records;
      const end = FIRST_RECORD + records.bytes.length;
      const transaction = header.firstTransaction - 1;
      bytes.set(encodeMark({ end, transaction, chain, isClosed: false }, crc32), markOffset(0));
      writeWhole(file, bytes, 0);
      writeWhole(file, records.bytes, FIRST_RECORD);
      if (fsync) file.sync();
      files.rename(unborn, name);
      if (fsync) files.syncDirectory();
      return new SegmentFile(name, file, options, { end, chain, transaction });
    } catch (error) {
      file.close();
      throw error;
    }
  }

  get inode(): bigint {
    return this.#file.inode;
  }

  get chain(): number {
    return this.#chain;
  }

  /** The last one in it, or before it. */
  get transaction(): number {
    return this.#transaction;
  }

  get length(): number {
    return this.#end;
  }

  /**
   * Appends a batch with one write, and then says in the header that it counts. Throws what the
   * file system says when there is no room or no file: the segment is then as it was. Throws
   * `JournalLost` when it is not.
   */
  append(batch: SealedBatch, transaction: number): void {
    const { bytes, chain } = batch;
    const before = this.#end;
    try {
      writeWhole(this.#file, bytes, before);
    } catch (error) {
      this.#takeBack(before, error);
      throw error;
    }
    if (this.#options.fsync) {
      try {
        this.#file.sync();
      } catch (error) {
        // After a failed fsync the kernel may have dropped the pages and say all is well next time.
        throw new JournalLost('fsync failed', error);
      }
    }
    try {
      this.#mark({ end: before + bytes.length, transaction, chain, isClosed: false });
    } catch (error) {
      this.#takeBack(before, error);
      throw error;
    }
    this.#end = before + bytes.length;
    this.#chain = chain;
    this.#transaction = transaction;
  }

  /** Another segment follows: one that is missing will be missed. */
  close(): void {
    const end = this.#end;
    const transaction = this.#transaction;
    this.#mark({ end, transaction, chain: this.#chain, isClosed: true });
    if (this.#options.fsync) this.#file.sync();
    this.#file.close();
  }

  /** Lets go of the file; it stays the last segment. */
  release(): void {
    this.#file.close();
  }

  #mark(mark: CommitMark): void {
    const bytes = encodeMark(mark, this.#options.crc32);
    writeWhole(this.#file, bytes, markOffset(this.#markPlace));
    this.#markPlace = 1 - this.#markPlace;
  }

  #takeBack(length: number, cause: unknown): void {
    try {
      this.#file.truncate(length);
    } catch (error) {
      throw new JournalLost(`a write failed (${String(cause)}) and could not be undone`, error);
    }
  }
}

/** When the file was made; 0 where the file system gives something else once it has been written. */
function bornAsWritten(files: JournalFiles, file: JournalFile, name: string): bigint {
  const before = files.bornOf(name);
  writeWhole(file, new Uint8Array(FIRST_RECORD), 0);
  const after = files.bornOf(name);
  return before === after ? (after ?? 0n) : 0n;
}

/** All of it, or what the file system says. */
export function writeWhole(file: JournalFile, bytes: Uint8Array, at: number): void {
  let written = 0;
  while (written < bytes.length) {
    const rest = written === 0 ? bytes : bytes.subarray(written);
    const count = file.write(rest, at + written);
    if (count === 0) throw new Error('nothing was written');
    written += count;
  }
}
