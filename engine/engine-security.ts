/** The engine's keys: who may connect to which of its endpoints, and under which name. */

import type { SecureEndpoint } from '../feed/node.ts';
import {
  type Logger,
  monotonicMs,
  type ServerSecurityCommandLine,
  serverSecurity,
} from '../feed/process/index.ts';
import { type EntryKeys, entryKeys } from './entry/entry-keys.ts';

export interface EndpointsCommandLine extends ServerSecurityCommandLine {
  readonly publish: string;
  readonly entry: string;
  readonly spine: string;
}

/** Options of each socket that binds; all undefined where nothing is secured. */
export interface EngineSecurity {
  readonly publish: SecureEndpoint | undefined;
  readonly entry: SecureEndpoint | undefined;
  readonly spine: SecureEndpoint | undefined;
  readonly keys: EntryKeys | undefined;
  close(): void;
}

/** Throws `UserError` for keys that cannot be used, and for an endpoint open to others without any. */
export async function engineSecurity(
  options: EndpointsCommandLine,
  log: Logger,
): Promise<EngineSecurity> {
  const { publish, entry, spine } = options;
  const bound = { '--publish': publish, '--entry': entry, '--spine': spine };
  const security = serverSecurity(options, bound, log, monotonicMs);
  return {
    publish: await security?.endpoint('feed'),
    entry: await security?.endpoint('entry'),
    spine: await security?.endpoint('spine'),
    keys: security === undefined ? undefined : entryKeys(security),
    close: () => security?.close(),
  };
}
