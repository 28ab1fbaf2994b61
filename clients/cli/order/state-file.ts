/** The file that `--state` names: what a client keeps from run to run to be the same client. */

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { UserError } from '../../../feed/process/index.ts';
import type { SessionMemory } from '../../orders/index.ts';

const STATE = z.object({
  name: z.string(),
  token: z.string().regex(/^[0-9a-f]{32}$/),
  lastReport: z.number().int().min(0).optional(),
});

/** The token is as good as the name's orders: nobody else may read it. */
const OWNER_ONLY = 0o600;

/** `undefined` when there is no such file yet. Throws `UserError`. */
export function readState(path: string, name: string): SessionMemory | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new UserError('STATE_UNREADABLE', `--state ${path}: ${String(error)}`);
  }
  return parseState(path, text, name);
}

/** `path` is for messages. Throws `UserError`. */
export function parseState(path: string, text: string, name: string): SessionMemory {
  const state = STATE.safeParse(parsed(text));
  if (!state.success) {
    const what = `--state ${path} is no state file of this command.`;
    throw new UserError('STATE_UNREADABLE', `${what} Name another, or remove it.`);
  }
  if (state.data.name !== name) {
    const what = `--state ${path} belongs to the client "${state.data.name}", not "${name}".`;
    throw new UserError('STATE_OF_ANOTHER', `${what} Give --name ${state.data.name}.`);
  }
  return state.data;
}

/** Whole or not at all: what stood there is replaced when the new text is complete. */
export function writeState(path: string, name: string, memory: SessionMemory): void {
  const draft = `${path}.new`;
  try {
    writeFileSync(draft, `${JSON.stringify({ name, ...memory })}\n`, { mode: OWNER_ONLY });
    renameSync(draft, path);
  } catch (error) {
    throw new UserError('STATE_UNWRITABLE', `--state ${path}: ${String(error)}`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
