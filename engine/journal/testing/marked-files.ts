/** A journal's directory that says in a file which phase its process is in, and makes short ones longer. */

import { openSync, writeSync } from 'node:fs';
import {
  type FileFacts,
  type JournalFile,
  type JournalFiles,
  NodeJournalFiles,
} from '../journal-files.ts';

export const KILL_PHASES = [
  'restarting',
  'idle',
  'writing',
  'publishing',
  'checkpointing',
] as const;
export type KillPhase = (typeof KILL_PHASES)[number];

const SPIN_MS = 0.7;

/** One byte that outlives a kill. */
export class PhaseFile {
  readonly #descriptor: number;
  phase: KillPhase = 'restarting';

  constructor(path: string) {
    this.#descriptor = openSync(path, 'w');
    this.enter('restarting');
  }

  enter(phase: KillPhase): void {
    this.phase = phase;
    writeSync(this.#descriptor, Uint8Array.of(KILL_PHASES.indexOf(phase)), 0, 1, 0);
  }
}

/** `NodeJournalFiles`, whose writes come in two halves with time for a kill between them. */
export class MarkedFiles implements JournalFiles {
  readonly directory: string;
  readonly #files: NodeJournalFiles;
  readonly #phase: PhaseFile;

  constructor(directory: string, phase: PhaseFile) {
    this.directory = directory;
    this.#files = new NodeJournalFiles(directory);
    this.#phase = phase;
  }

  list(): readonly string[] {
    return this.#files.list();
  }

  read(name: string): Uint8Array {
    return this.#files.read(name);
  }

  readPart(name: string, from: number, length: number): Uint8Array {
    return this.#files.readPart(name, from, length);
  }

  create(name: string): JournalFile {
    return new MarkedFile(this.#files.create(name), this.#phase);
  }

  open(name: string): JournalFile {
    return new MarkedFile(this.#files.open(name), this.#phase);
  }

  rename(from: string, to: string): void {
    spin(SPIN_MS / 2);
    this.#files.rename(from, to);
    spin(SPIN_MS / 2);
  }

  remove(name: string): void {
    this.#files.remove(name);
  }

  syncDirectory(): void {
    this.#files.syncDirectory();
  }

  inodeOf(name: string): bigint | undefined {
    return this.#files.inodeOf(name);
  }

  bornOf(name: string): bigint | undefined {
    return this.#files.bornOf(name);
  }

  factsOf(name: string): FileFacts {
    return this.#files.factsOf(name);
  }
}

class MarkedFile implements JournalFile {
  readonly inode: bigint;
  readonly #file: JournalFile;
  readonly #phase: PhaseFile;
  /** Where the rest of a write is to come. */
  #restAt = -1;

  constructor(file: JournalFile, phase: PhaseFile) {
    this.#file = file;
    this.#phase = phase;
    this.inode = file.inode;
  }

  write(bytes: Uint8Array, at: number): number {
    const before = this.#phase.phase;
    if (before === 'idle') this.#phase.enter('writing');
    // A file system may answer that it has written a part: the caller goes on behind it.
    const isRest = this.#restAt === at;
    const part = isRest ? bytes.length : Math.ceil(bytes.length / 2);
    const written = this.#file.write(bytes.subarray(0, part), at);
    this.#restAt = isRest ? -1 : at + written;
    spin(SPIN_MS);
    if (before === 'idle') this.#phase.enter('idle');
    return written;
  }

  truncate(length: number): void {
    this.#file.truncate(length);
  }

  sync(): void {
    this.#file.sync();
  }

  close(): void {
    this.#file.close();
  }
}

/** Nothing else happens meanwhile, as in a system call that takes its time. */
export function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}
