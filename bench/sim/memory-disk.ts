/** A directory that outlives the process that wrote it: what the journal has for a file system. */

import type { FileFacts, JournalFile, JournalFiles } from '../../engine/journal/index.ts';

interface Content {
  bytes: Uint8Array;
  length: number;
  readonly inode: bigint;
}

export class MemoryDisk implements JournalFiles {
  readonly directory = 'memory';
  readonly #contents = new Map<string, Content>();
  #inodes = 0n;

  /** As if it had been emptied while nobody looked. */
  wipe(): void {
    this.#contents.clear();
  }

  list(): readonly string[] {
    return [...this.#contents.keys()];
  }

  read(name: string): Uint8Array {
    const { bytes, length } = this.#find(name);
    return bytes.slice(0, length);
  }

  readPart(name: string, from: number, length: number): Uint8Array {
    return this.read(name).subarray(from, from + length);
  }

  create(name: string): JournalFile {
    this.#inodes += 1n;
    const content = { bytes: new Uint8Array(1024), length: 0, inode: this.#inodes };
    this.#contents.set(name, content);
    return fileOf(content);
  }

  open(name: string): JournalFile {
    return fileOf(this.#find(name));
  }

  rename(from: string, to: string): void {
    const content = this.#find(from);
    this.#contents.delete(from);
    this.#contents.set(to, content);
  }

  remove(name: string): void {
    this.#contents.delete(name);
  }

  syncDirectory(): void {}

  inodeOf(name: string): bigint | undefined {
    return this.#contents.get(name)?.inode;
  }

  /** As its inode: nothing here lives twice. */
  bornOf(name: string): bigint | undefined {
    return this.inodeOf(name);
  }

  factsOf(name: string): FileFacts {
    return { length: this.#contents.get(name)?.length ?? 0, changedMs: 0 };
  }

  #find(name: string): Content {
    const content = this.#contents.get(name);
    if (content === undefined) throw Object.assign(new Error(name), { code: 'ENOENT' });
    return content;
  }
}

function fileOf(content: Content): JournalFile {
  return {
    inode: content.inode,
    write(bytes, at) {
      const end = at + bytes.length;
      if (end > content.bytes.length) {
        const longer = new Uint8Array(2 * end);
        longer.set(content.bytes);
        content.bytes = longer;
      }
      content.bytes.set(bytes, at);
      content.length = Math.max(content.length, end);
      return bytes.length;
    },
    truncate(length) {
      content.length = length;
    },
    sync() {},
    close() {},
  };
}
