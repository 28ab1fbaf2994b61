/** The whole of an engine as bytes: what decides what later commands do, and its clients' accounts. */

import type { Engine } from '../engine.ts';
import type { ClientDirectory } from '../entry/client-directory.ts';
import { digestOf, StateReader, StateWriter } from '../state.ts';

export interface WholeEngine {
  readonly engine: Pick<Engine, 'saveState' | 'loadState'>;
  readonly clients: Pick<ClientDirectory, 'saveState' | 'loadState'>;
}

/** Valid until the writer is used again. */
export function saveWhole({ engine, clients }: WholeEngine, writer: StateWriter): Uint8Array {
  writer.clear();
  engine.saveState(writer);
  clients.saveState(writer);
  return writer.written;
}

/** Into a new engine. Throws `StateError`; the engine is then of no use. */
export function loadWhole(
  { engine, clients }: WholeEngine,
  state: Uint8Array,
  stateVersion: number,
  nowMs: number,
): void {
  const reader = new StateReader(state, stateVersion);
  engine.loadState(reader);
  clients.loadState(reader, nowMs);
  reader.end();
}

/** The engine digest: equal for engines that will do the same from now on, hidden parts included. */
export function engineDigest(whole: WholeEngine): string {
  return digestOf(saveWhole(whole, new StateWriter()));
}
