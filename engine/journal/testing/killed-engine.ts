/** Starts the small engine, kills it as nothing else does, and hears what it said before. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { z } from 'zod';
import type { Epoch } from '../../../feed/index.ts';
import { KILL_PHASES, type KillPhase } from './marked-files.ts';

const TARGET = join(import.meta.dirname, 'kill-target.ts');
const BUNDLE = 'kill-target.js';
/** Far beyond what a start or an end ever takes, so that a test ends by saying what is stuck. */
const STUCK_AFTER_MS = 60_000;

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
  #unread: Buffer = Buffer.alloc(0);
  #heard: () => void = () => {};

  /** `folder`: where `bundleTarget` has put it; its journal is in there too. */
  constructor(folder: string) {
    this.#folder = folder;
    // A process that is killed before its first line is restarting.
    rmSync(join(folder, 'phase'), { force: true });
    this.#child = spawn(process.execPath, [join(folder, BUNDLE), join(folder, 'journal'), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  /** Once it has come back and serves. Rejects when it takes longer than any machine makes it. */
  async ready(): Promise<Ready> {
    const deadline = performance.now() + STUCK_AFTER_MS;
    for (;;) {
      if (performance.now() > deadline) {
        throw new Error(`It does not come back; it said ${JSON.stringify(this.said)}`);
      }
      for (const said of this.said) {
        if (said.what === 'ready') return said;
        if (said.what === 'failed') throw new Error(`${said.code}: ${said.message}`);
      }
      await this.#next();
    }
  }

  /** After everything it has written to its pipe was read; answers with the phase it was in. */
  async kill(): Promise<KillPhase> {
    const closed = once(this.#child, 'close', { signal: AbortSignal.timeout(STUCK_AFTER_MS) });
    this.#child.kill('SIGKILL');
    await closed;
    const failed = this.said.find(({ what }) => what === 'failed');
    if (failed?.what === 'failed') throw new Error(`${failed.code}: ${failed.message}`);
    try {
      return KILL_PHASES[readFileSync(join(this.#folder, 'phase'))[0] ?? 0] ?? 'restarting';
    } catch {
      return 'restarting';
    }
  }

  /** The last transaction that it said was done. */
  get done(): number {
    return this.said.reduce((last, said) => (said.what === 'done' ? said.transaction : last), 0);
  }

  #next(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, STUCK_AFTER_MS);
      this.#heard = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#child.once('close', () => reject(new Error(`It ended: ${JSON.stringify(this.said)}`)));
    });
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
