/** What the journal needs of a file system, and Node's as one of them. */

import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** One directory. All of it throws what the file system says, with its `code`. */
export interface JournalFiles {
  /** For messages. */
  readonly directory: string;
  list(): readonly string[];
  read(name: string): Uint8Array;
  /** As much as there is of it. */
  readPart(name: string, from: number, length: number): Uint8Array;
  /** A new, empty file; one of that name is emptied. */
  create(name: string): JournalFile;
  /** A file that is there, for writing. */
  open(name: string): JournalFile;
  /** Replaces a file of the new name. */
  rename(from: string, to: string): void;
  remove(name: string): void;
  /** Makes names that were created, renamed or removed survive a loss of power. */
  syncDirectory(): void;
  /** The file of this name; undefined when there is none. */
  inodeOf(name: string): bigint | undefined;
  /**
   * When it was made: nanoseconds since 1970. A file system that does not know may give anything,
   * also something else each time.
   */
  bornOf(name: string): bigint | undefined;
  /** Zeros when there is none. */
  factsOf(name: string): FileFacts;
}

export interface FileFacts {
  readonly length: number;
  /** When it was written last: milliseconds since 1970. */
  readonly changedMs: number;
}

export interface JournalFile {
  readonly inode: bigint;
  /** Bytes written: fewer than given when there is no room for all. */
  write(bytes: Uint8Array, at: number): number;
  truncate(length: number): void;
  sync(): void;
  close(): void;
}

export class NodeJournalFiles implements JournalFiles {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  list(): readonly string[] {
    return readdirSync(this.directory);
  }

  read(name: string): Uint8Array {
    return readFileSync(join(this.directory, name));
  }

  readPart(name: string, from: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    const descriptor = openSync(join(this.directory, name), 'r');
    try {
      let count = 0;
      for (let got = 1; got > 0 && count < length; count += got) {
        got = readSync(descriptor, bytes, count, length - count, from + count);
      }
      return bytes.subarray(0, count);
    } finally {
      closeSync(descriptor);
    }
  }

  create(name: string): JournalFile {
    return new NodeJournalFile(openSync(join(this.directory, name), 'w'));
  }

  open(name: string): JournalFile {
    return new NodeJournalFile(openSync(join(this.directory, name), 'r+'));
  }

  rename(from: string, to: string): void {
    renameSync(join(this.directory, from), join(this.directory, to));
  }

  remove(name: string): void {
    rmSync(join(this.directory, name), { force: true });
  }

  syncDirectory(): void {
    const directory = openSync(this.directory, 'r');
    try {
      fsyncSync(directory);
    } finally {
      closeSync(directory);
    }
  }

  inodeOf(name: string): bigint | undefined {
    return statSync(join(this.directory, name), { bigint: true, throwIfNoEntry: false })?.ino;
  }

  bornOf(name: string): bigint | undefined {
    const path = join(this.directory, name);
    return statSync(path, { bigint: true, throwIfNoEntry: false })?.birthtimeNs;
  }

  factsOf(name: string): FileFacts {
    const facts = statSync(join(this.directory, name), { throwIfNoEntry: false });
    return { length: facts?.size ?? 0, changedMs: facts?.mtimeMs ?? 0 };
  }
}

class NodeJournalFile implements JournalFile {
  readonly inode: bigint;
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    this.inode = fstatSync(descriptor, { bigint: true }).ino;
  }

  write(bytes: Uint8Array, at: number): number {
    return writeSync(this.#descriptor, bytes, 0, bytes.length, at);
  }

  truncate(length: number): void {
    ftruncateSync(this.#descriptor, length);
  }

  sync(): void {
    fsyncSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
