/** A directory in memory that can run out of room, break, and be killed in the middle of a write. */

import type { FileFacts, JournalFile, JournalFiles } from '../journal-files.ts';

interface Content {
  bytes: Uint8Array;
  readonly inode: bigint;
}

/** The process is no more: what has been written stays, and nothing else happens. */
export class Killed extends Error {}

export class MemoryFiles implements JournalFiles {
  readonly directory = 'memory';
  readonly contents = new Map<string, Content>();
  /** Bytes that may still be written; then writes are short, and fail. */
  room = Number.POSITIVE_INFINITY;
  /** Bytes written until the process is killed. */
  untilKilled = Number.POSITIVE_INFINITY;
  failTruncate = false;
  failSync = false;
  failCreate = false;
  isDead = false;
  #inodes = 0n;

  list(): readonly string[] {
    return [...this.contents.keys()];
  }

  read(name: string): Uint8Array {
    return this.#find(name).bytes.slice();
  }

  readPart(name: string, from: number, length: number): Uint8Array {
    return this.read(name).subarray(from, from + length);
  }

  create(name: string): JournalFile {
    if (this.failCreate) throw systemError('EACCES');
    this.#inodes += 1n;
    const content = { bytes: new Uint8Array(0), inode: this.#inodes };
    this.contents.set(name, content);
    return new MemoryFile(this, content);
  }

  open(name: string): JournalFile {
    return new MemoryFile(this, this.#find(name));
  }

  rename(from: string, to: string): void {
    if (this.isDead) throw new Killed();
    const content = this.#find(from);
    this.contents.delete(from);
    this.contents.set(to, content);
  }

  remove(name: string): void {
    this.contents.delete(name);
  }

  syncDirectory(): void {}

  inodeOf(name: string): bigint | undefined {
    return this.contents.get(name)?.inode;
  }

  /** As its inode: nothing here lives twice. */
  bornOf(name: string): bigint | undefined {
    return this.inodeOf(name);
  }

  factsOf(name: string): FileFacts {
    return { length: this.contents.get(name)?.bytes.length ?? 0, changedMs: 0 };
  }

  /** As a backup would: other files with the same bytes. */
  copy(): MemoryFiles {
    const copy = new MemoryFiles();
    copy.#inodes = 1000n;
    for (const [name, { bytes }] of this.contents) copy.create(name).write(bytes, 0);
    return copy;
  }

  /** The very same files, for another run. */
  again(): MemoryFiles {
    const again = new MemoryFiles();
    for (const [name, { bytes, inode }] of this.contents) {
      again.contents.set(name, { bytes: bytes.slice(), inode });
    }
    again.#inodes = this.#inodes;
    return again;
  }

  #find(name: string): Content {
    const content = this.contents.get(name);
    if (content === undefined) throw systemError('ENOENT');
    return content;
  }
}

class MemoryFile implements JournalFile {
  readonly inode: bigint;
  readonly #disk: MemoryFiles;
  readonly #content: Content;

  constructor(disk: MemoryFiles, content: Content) {
    this.#disk = disk;
    this.#content = content;
    this.inode = content.inode;
  }

  write(bytes: Uint8Array, at: number): number {
    this.#live();
    const content = this.#content;
    const growth = Math.max(0, at + bytes.length - content.bytes.length);
    const isShort = growth > this.#disk.room;
    if (isShort && this.#disk.room === 0) throw systemError('ENOSPC');
    const fits = isShort ? bytes.length - growth + this.#disk.room : bytes.length;
    const count = Math.min(fits, this.#disk.untilKilled);
    this.#disk.room -= Math.max(0, at + count - content.bytes.length);
    if (at + count > content.bytes.length) {
      const longer = new Uint8Array(at + count);
      longer.set(content.bytes);
      content.bytes = longer;
    }
    content.bytes.set(bytes.subarray(0, count), at);
    this.#disk.untilKilled -= count;
    if (this.#disk.untilKilled === 0) this.#disk.isDead = true;
    this.#live();
    return count;
  }

  truncate(length: number): void {
    this.#live();
    if (this.#disk.failTruncate) throw systemError('EIO');
    this.#disk.room += this.#content.bytes.length - length;
    this.#content.bytes = this.#content.bytes.slice(0, length);
  }

  sync(): void {
    if (this.#disk.failSync) throw systemError('EIO');
  }

  close(): void {}

  #live(): void {
    if (this.#disk.isDead) throw new Killed();
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code });
}
