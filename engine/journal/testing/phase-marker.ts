/**
 * Loaded in front of an engine (`node --import`): keeps the phase it is in as one byte of a file,
 * which outlives a kill, and makes the short phases longer so that kills hit them too.
 */

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { MARK_BYTES } from '../format.ts';

export const PHASES = ['restarting', 'idle', 'writing', 'publishing'] as const;
export type Phase = (typeof PHASES)[number];

const file = process.env['TOUCHLINE_PHASE_FILE'];
const WRITING_MS = 4;
const PUBLISHING_MS = 0.2;

if (file !== undefined) watchPhases(file);

function watchPhases(path: string): void {
  const descriptor = fs.openSync(path, 'w');
  const writeSync = fs.writeSync as (...values: unknown[]) => number;
  let isReady = false;
  const enter = (phase: Phase): void => {
    writeSync(descriptor, Uint8Array.of(PHASES.indexOf(phase)), 0, 1, 0);
  };
  enter('restarting');
  const send = process.send?.bind(process);
  if (send !== undefined) {
    process.send = ((message: { type?: string }, ...rest: []) => {
      if (message.type === 'ready') {
        isReady = true;
        enter('idle');
      }
      return send(message, ...rest);
    }) as NonNullable<typeof process.send>;
  }
  const slowWrite = (fd: number, bytes: Uint8Array, from: number, length: number, at: number) => {
    if (!isReady) return writeSync(fd, bytes, from, length, at);
    enter('writing');
    if (length > MARK_BYTES) {
      // Half of a batch: what a kill leaves then is a torn record.
      const half = writeSync(fd, bytes, from, Math.ceil(length / 2) - 3, at);
      spin(WRITING_MS);
      return half + writeSync(fd, bytes, from + half, length - half, at + half);
    }
    const written = writeSync(fd, bytes, from, length, at);
    enter('publishing');
    spin(PUBLISHING_MS);
    setImmediate(() => setImmediate(() => enter('idle')));
    return written;
  };
  fs.writeSync = slowWrite as unknown as typeof fs.writeSync;
  syncBuiltinESMExports();
}

function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}
