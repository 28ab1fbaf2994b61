/** The programs of the house by path, and how their command lines are written. */

import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Role = 'engine' | 'relay' | 'gateway' | 'source';

/** What can be started by path: also what is no part of a running house. */
export type Program = Role | 'journal' | 'archive';

// The same ending as this file: .ts in a clone, .js where the house is installed as a package.
const EXTENSION = extname(import.meta.url);

const MAINS: Readonly<Record<Program, string>> = {
  engine: 'engine/main',
  relay: 'feed/relay/main',
  gateway: 'gateway/main',
  source: 'engine/sources/main',
  journal: 'engine/journal/tool-main',
  archive: 'feed/relay/archive/tool-main',
};

export function programPath(program: Program): string {
  return fileURLToPath(new URL(`../../../${MAINS[program]}${EXTENSION}`, import.meta.url));
}

export interface EngineEndpoints {
  readonly publish: string;
  readonly entry: string;
  readonly spine: string;
}

export function engineArguments(at: EngineEndpoints): string[] {
  return ['--publish', at.publish, '--entry', at.entry, '--spine', at.spine];
}

export function relayArguments(
  engine: EngineEndpoints,
  serve: string,
  instruments: string,
): string[] {
  const from = ['--feed', engine.publish, '--spine', engine.spine];
  return [...from, '--serve', serve, '--publish', instruments];
}

export function gatewayArguments(
  engine: EngineEndpoints,
  relay: string,
  host: string,
  port: number,
): string[] {
  const feed = ['--feed', engine.publish, '--repair', relay];
  // All end together: there is no other gateway to go to, so nobody need be waited for.
  return [...feed, '--host', host, '--port', String(port), '--drain', '0'];
}

export function sourceArguments(engine: EngineEndpoints, source: string): string[] {
  return ['--source', source, '--entry', engine.entry];
}
