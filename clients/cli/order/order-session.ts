/** What the order commands share: their options, the log-on, their errors, and what was missed. */

import { hostname, userInfo } from 'node:os';
import type { Command } from 'commander';
import { DEFAULT_ENDPOINTS } from '../../../feed/index.ts';
import {
  addEngineKeyOptions,
  type ClientSecurityCommandLine,
  engineKeys,
  LOG_LEVEL_OPTION,
  type ProcessContext,
  runProcess,
  UserError,
} from '../../../feed/process/index.ts';
import {
  type ConnectOptions,
  connectOrders,
  type MissedEvent,
  type OrderClient,
  OrderEntryError,
  OrderRejected,
  UnknownSymbol,
} from '../../orders/index.ts';
import { seconds } from '../arguments.ts';
import { endWithReader } from '../output.ts';
import { readState, writeState } from './state-file.ts';

export interface SessionOptions extends ClientSecurityCommandLine {
  readonly entry: string;
  readonly name: string;
  readonly state?: string;
  readonly json?: boolean;
  readonly timeout: number;
}

/** One result of a command: the same facts as a line for people and as an object. */
export interface Said {
  readonly text: string;
  readonly json: object;
}

export function addSessionOptions(command: Command): Command {
  return addEngineKeyOptions(command)
    .option('--entry <endpoint>', "the engine's order entry", DEFAULT_ENDPOINTS.entry)
    .option('--name <name>', 'whose orders they are', defaultName())
    .option('--state <file>', 'keep the name for whoever has this file, and tell what was missed')
    .option('--json', 'one JSON object a line')
    .option('--timeout <seconds>', 'how long to wait for the engine', seconds, 5)
    .option(...LOG_LEVEL_OPTION);
}

/** Logs on, does `work`, prints what it says, logs off. */
export function runOrderCommand(
  options: SessionOptions,
  work: (client: OrderClient, say: (said: Said) => void) => Promise<void>,
): void {
  runProcess('orders', async (context) => {
    endWithReader(context);
    const { state, name, json = false } = options;
    const say = (said: Said): void => {
      process.stdout.write(`${json ? JSON.stringify(said.json) : said.text}\n`);
    };
    const client = await logOn(options);
    context.onShutdown(() => client.close(), 'the session');
    limitTo(context, options);
    try {
      await work(client, say);
      for (const event of await client.takeMissed()) say(missed(event));
    } catch (error) {
      throw asUserError(error);
    } finally {
      if (state !== undefined) writeState(state, name, client.memory);
    }
    context.shutdown('done');
  });
}

/** Whoever waits longer is told so. */
export function limitTo(context: ProcessContext, options: SessionOptions): void {
  const limit = setTimeout(() => {
    const what = `No answer from ${options.entry} within ${options.timeout} s.`;
    context.fail(new UserError('NO_ANSWER', `${what} It may or may not be done: touchline status`));
  }, options.timeout * 1000);
  context.onShutdown(() => clearTimeout(limit));
}

async function logOn(options: SessionOptions): Promise<OrderClient> {
  try {
    return await connectOrders(connectOptions(options));
  } catch (error) {
    throw asUserError(error);
  }
}

export function connectOptions(options: SessionOptions): ConnectOptions {
  const { entry, name, state, timeout } = options;
  const resume = state === undefined ? undefined : readState(state, name);
  return {
    name,
    endpoint: entry,
    logonTimeoutMs: timeout * 1000,
    keys: engineKeys(options),
    // Without a file nobody could prove to be the one who placed an order.
    isOpen: state === undefined,
    ...(resume === undefined ? {} : { resume }),
    ...(state === undefined
      ? {}
      : { onToken: (token: string) => writeState(state, name, { ...resume, token }) }),
  };
}

function missed(event: MissedEvent): Said {
  const { symbol, clientOrderId, type, price, quantity, open, reason } = event;
  const what = {
    fill: `filled ${quantity} at ${price}, ${open} open`,
    cancelled: `cancelled ${quantity}: ${reason}`,
    replaced: `changed to ${quantity} at ${price}`,
    accepted: 'accepted',
    triggered: 'triggered',
  }[type];
  return {
    text: `meanwhile: ${clientOrderId} ${symbol} ${what}`,
    json: { ...event, type: `missed-${type}` },
  };
}

export function asUserError(error: unknown): unknown {
  if (error instanceof OrderRejected || error instanceof UnknownSymbol) return plain(error);
  if (error instanceof OrderEntryError) {
    const hints: Partial<Record<OrderEntryError['code'], string>> = {
      LOGON_TIMED_OUT:
        'Everything starts with: touchline up. An engine with keys hears nobody without: --keys, --server-key.',
      LOGON_REFUSED: 'Give the --state file of this name, or another --name.',
      CONNECTION_LOST: 'See what is open with: touchline status',
    };
    return new UserError(error.code, `${textOf(error)} ${hints[error.code] ?? ''}`.trimEnd());
  }
  const isDecimal = error instanceof Error && error.name === 'DecimalError' && 'code' in error;
  return isDecimal ? plain(error as Error & { code: string }) : error;
}

function plain(error: Error & { readonly code: string }): UserError {
  return new UserError(error.code, textOf(error));
}

/** The message without the code in front, which is printed anyway. */
function textOf(error: Error & { readonly code: string }): string {
  return error.message.replace(`${error.code}: `, '');
}

/** `user@host`, as far as a name may hold it. */
function defaultName(): string {
  const name = `${userInfo().username}@${hostname()}`.replaceAll(/[^!-~]/g, '-');
  return name.slice(0, 32);
}
