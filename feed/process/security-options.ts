/** Security on the command line: the same options for every process that binds or connects. */

import type { Command } from 'commander';
import {
  AllowList,
  type ClientCurve,
  clientCurve,
  isKey,
  type KeyPair,
  readKeysFile,
  refuseOpenEndpoint,
  SecurityError,
  type SecurityLog,
  ServerSecurity,
} from '../zmq/security/index.ts';
import { UserError } from './user-error.ts';

export interface ServerSecurityCommandLine {
  readonly keys?: string | undefined;
  readonly allow?: string | undefined;
  readonly insecure?: boolean | undefined;
}

export interface ClientSecurityCommandLine {
  readonly keys?: string | undefined;
  readonly serverKey?: string | undefined;
  readonly relayKey?: string | undefined;
}

const KEYS = ['--keys <file>', "this process's own keys: see touchline keys"] as const;

/** Of a process that others connect to. */
export function addServerSecurityOptions(command: Command): Command {
  return command
    .option(...KEYS)
    .option('--allow <file>', 'who may connect: names and public keys; needs --keys')
    .option('--insecure', 'be open to other machines without keys');
}

const SERVER_KEY = ['--server-key <key>', "the engine's public key; needs --keys"] as const;

/** Of a process that connects to the engine only. */
export function addEngineKeyOptions(command: Command): Command {
  return command.option(...KEYS).option(...SERVER_KEY);
}

/** Of one that connects to relays, too; `--keys` is not added when the process has it already. */
export function addClientSecurityOptions(command: Command, hasKeys = false): Command {
  if (!hasKeys) command.option(...KEYS);
  return command
    .option(...SERVER_KEY)
    .option('--relay-key <key>', "the relays' public key, when it is not the same");
}

/** Undefined without `--allow`: then `bound`, by option, must be within this machine. */
export function serverSecurity(
  { keys, allow, insecure }: ServerSecurityCommandLine,
  bound: Readonly<Record<string, string>>,
  log: SecurityLog,
  nowMs: () => number,
): ServerSecurity | undefined {
  if (allow === undefined) {
    if (insecure === true) return undefined;
    told(() => {
      for (const [option, endpoint] of Object.entries(bound)) refuseOpenEndpoint(option, endpoint);
    });
    return undefined;
  }
  if (keys === undefined) throw new UserError('KEYS_MISSING', '--allow needs --keys.');
  return told(() => {
    const list = new AllowList(allow, (error) => {
      log.warn({ err: error }, 'security: the allow-list stays what it was');
    });
    return new ServerSecurity(readKeysFile(keys), list, log, nowMs);
  });
}

export interface ClientSecurity {
  /** For sockets that connect to the engine. */
  readonly engine: ClientCurve;
  /** For sockets that connect to relays. */
  readonly relay: ClientCurve;
}

/** A process's own keys, and the public key of the one that it connects to. */
export interface ClientKeys extends KeyPair {
  readonly serverKey: string;
}

/** Undefined without `--server-key`: the engine is spoken to in the clear. */
export function engineKeys(options: ClientSecurityCommandLine): ClientKeys | undefined {
  const { keys, serverKey } = options;
  if (serverKey === undefined) return undefined;
  if (keys === undefined) throw new UserError('KEYS_MISSING', '--server-key needs --keys.');
  return { ...told(() => readKeysFile(keys)), serverKey: checkedKey(serverKey) };
}

/** Undefined without `--server-key`: engine and relays are spoken to in the clear. */
export function clientSecurity(options: ClientSecurityCommandLine): ClientSecurity | undefined {
  const own = engineKeys({ ...options, serverKey: options.serverKey ?? options.relayKey });
  if (own === undefined) return undefined;
  const relayKey = checkedKey(options.relayKey ?? own.serverKey);
  return { engine: clientCurve(own, own.serverKey), relay: clientCurve(own, relayKey) };
}

function checkedKey(key: string): string {
  if (isKey(key)) return key;
  throw new UserError('BAD_KEY', `"${key}" is not a public key: 40 characters of Z85.`);
}

/** What is wrong with a file or an endpoint is for whoever started the process to put right. */
function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SecurityError)) throw error;
    throw new UserError(error.code, error.message.slice(error.code.length + 2));
  }
}
