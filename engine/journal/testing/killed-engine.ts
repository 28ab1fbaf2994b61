/** Starts the small engine, kills it as nothing else does, and hears what it said before. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { z } from 'zod';
import type { Epoch } from '../../../feed/index.ts';
import { type Hold, KILL_PHASES, type KillPhase } from './marked-files.ts';

const TARGET = join(import.meta.dirname, 'kill-target.ts');
const BUNDLE = 'kill-target.js';
/** Far beyond what a start or an end ever takes, so that a test ends by saying what is stuck. */
const STUCK_AFTER_MS = 60_000;
/** Of what it said, told when it fails. */
const STORY_LINES = 5;

/** Makes one file of the small engine: it starts in a sixth of the time, and so is killed more often. */
export async function bundleTarget(folder: string): Promise<void> {
  await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: { ssr: TARGET, outDir: folder, emptyOutDir: false, minify: false, target: 'node22' },
  });
}

const SAID = z.discriminatedUnion('what', [
  z.object({
    what: z.literal('ready'),
    transaction: z.number(),
    epoch: z.object({ seconds: z.number(), random: z.number() }),
    next: z.number(),
    digest: z.string(),
    reason: z.string().optional(),
    from: z.number(),
  }),
  z.object({ what: z.literal('done'), transaction: z.number() }),
  z.object({ what: z.literal('held') }),
  z.object({ what: z.literal('failed'), code: z.string(), message: z.string() }),
  z.object({ what: z.literal('log'), message: z.string() }),
]);
export type Said = z.infer<typeof SAID>;

export interface Ready {
  readonly transaction: number;
  readonly epoch: Epoch;
  readonly next: number;
  readonly digest: string;
  /** Why its epoch is a new one; absent when it is kept. */
  readonly reason?: string | undefined;
  /** The checkpoint that it began with; 0: none. */
  readonly from: number;
}

export class KilledEngine {
  /** Packets of this run, and everything that it said. */
  readonly packets: Uint8Array[] = [];
  readonly said: Said[] = [];
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #unread: Buffer = Buffer.alloc(0);
  #errors = '';
  #isClosed = false;
  #heard: () => void = () => {};

  /**
   * `folder`: where `bundleTarget` has put it; its journal is in there too. `hold`: where it is to
   * stand still until it is killed.
   */
  constructor(folder: string, hold?: Hold) {
    this.#folder = folder;
    // A process that is killed before its first line is restarting.
    rmSync(join(folder, 'phase'), { force: true });
    const held = hold === undefined ? [] : [hold.phase, String(hold.points)];
    this.#child = spawn(
      process.execPath,
      [join(folder, BUNDLE), join(folder, 'journal'), folder, ...held],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
      },
    );
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#errors += chunk;
    });
    // Listened for from the start: an end that comes early is not waited for in vain.
    this.#closed = once(this.#child, 'close').then(() => {
      this.#isClosed = true;
      this.#heard();
    });
  }

  /** Once it has come back and serves. Rejects when it takes longer than any machine makes it. */
  async ready(): Promise<Ready> {
    const said = await this.#until('ready');
    if (said.what !== 'ready') throw new Error(this.#story('It is not ready'));
    return said;
  }

  /** Once it stands still where it was told to. */
  async held(): Promise<void> {
    await this.#until('held');
  }

  /** After everything it has written to its pipe was read; answers with the phase it was in. */
  async kill(): Promise<KillPhase> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) {
      await this.#closed;
      throw new Error(this.#story('It has ended by itself'));
    }
    this.#child.kill('SIGKILL');
    const isStuck = await Promise.race([this.#closed, afterMs(STUCK_AFTER_MS)]);
    if (isStuck === true) throw new Error(this.#story('It does not end'));
    if (this.said.some(({ what }) => what === 'failed') || this.#errors !== '') {
      throw new Error(this.#story('It was failing when it was killed'));
    }
    try {
      return KILL_PHASES[readFileSync(join(this.#folder, 'phase'))[0] ?? 0] ?? 'restarting';
    } catch {
      return 'restarting';
    }
  }

  /** Whatever has become of it: it is no more. */
  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  /** What its journal complained of. */
  get logged(): readonly Said[] {
    return this.said.filter(({ what }) => what === 'log');
  }

  /** The last transaction that it said was done. */
  get done(): number {
    return this.said.reduce((last, said) => (said.what === 'done' ? said.transaction : last), 0);
  }

  async #until(what: Said['what']): Promise<Said> {
    const stuck = afterMs(STUCK_AFTER_MS);
    for (;;) {
      const said = this.said.find((one) => one.what === what);
      if (said !== undefined) return said;
      if (this.#isClosed || this.said.some((one) => one.what === 'failed')) {
        throw new Error(this.#story(`It failed before it was ${what}`));
      }
      const heard = new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
      if ((await Promise.race([heard, stuck])) === true) {
        throw new Error(this.#story(`It does not come to be ${what}`));
      }
    }
  }

  /** Everything that helps to find out why. */
  #story(what: string): string {
    const { exitCode, signalCode } = this.#child;
    const end = `exit code ${exitCode}, signal ${signalCode}`;
    const last = JSON.stringify(this.said.slice(-STORY_LINES));
    return `${what} (${end}): it said ${last} at last. ${this.#errors}`;
  }

  #read(chunk: Buffer): void {
    let bytes = Buffer.concat([this.#unread, chunk]);
    while (bytes.length >= 5 && bytes.length >= 5 + bytes.readUInt32LE(0)) {
      const end = 5 + bytes.readUInt32LE(0);
      const payload = bytes.subarray(5, end);
      if (bytes[4] === 1) this.packets.push(Uint8Array.from(payload));
      else this.said.push(SAID.parse(JSON.parse(payload.toString())));
      bytes = bytes.subarray(end);
    }
    this.#unread = bytes;
    this.#heard();
  }
}

/** True in the end; keeps no process alive for it. */
function afterMs(milliseconds: number): Promise<true> {
  return new Promise((resolve) => setTimeout(() => resolve(true), milliseconds).unref());
}
