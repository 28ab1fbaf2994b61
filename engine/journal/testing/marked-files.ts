/** A journal's directory that says in a file which phase its process is in, and makes short ones longer, or stands still in one. */

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
/** Nobody is left who would. */
const UNKILLED_AFTER_MS = 120_000;

/** Where a process stands still until it is killed: behind so many points of a phase. */
export interface Hold {
  readonly phase: KillPhase;
  readonly points: number;
}

/** One byte that outlives a kill; and the points of a phase where it may come. */
export class PhaseFile {
  readonly #descriptor: number;
  readonly #hold: Hold | undefined;
  readonly #held: () => void;
  #points = 0;
  phase: KillPhase = 'restarting';

  /** `held` is told at the end of `hold`; the process does nothing else from then on. */
  constructor(path: string, hold: Hold | undefined, held: () => void) {
    this.#descriptor = openSync(path, 'w');
    this.#hold = hold;
    this.#held = held;
    this.enter('restarting');
  }

  enter(phase: KillPhase): void {
    // The only phase that does not come again.
    const isLast = this.phase === 'restarting' && phase !== 'restarting';
    if (isLast && this.#hold?.phase === 'restarting') this.#standStill();
    this.phase = phase;
    writeSync(this.#descriptor, Uint8Array.of(KILL_PHASES.indexOf(phase)), 0, 1, 0);
  }

  /** A point of the present phase, made longer so that kills hit it. */
  linger(milliseconds: number): void {
    if (this.#hold?.phase === this.phase) {
      if (this.#points === this.#hold.points) this.#standStill();
      this.#points += 1;
    }
    spin(milliseconds);
  }

  #standStill(): never {
    this.#held();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, UNKILLED_AFTER_MS);
    throw new Error('Nobody has killed it.');
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
    this.#phase.linger(SPIN_MS / 2);
    this.#files.rename(from, to);
    this.#phase.linger(SPIN_MS / 2);
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
    this.#phase.linger(SPIN_MS);
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
function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}
