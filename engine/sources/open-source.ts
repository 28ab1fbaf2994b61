/** From what a user writes after `--source` to the source itself. */

import { UserError } from '../../feed/process/index.ts';
import { type MarketFile, readMarketFile } from '../market-file.ts';
import { BinanceParser } from './binance.ts';
import { CaptureParser } from './capture.ts';
import { FileSource } from './file-source.ts';
import { KrakenParser } from './kraken.ts';
import { LineError } from './line-problem.ts';
import { LineReader } from './line-reader.ts';
import { LobsterParser } from './lobster.ts';
import { type LobsterRow, lobsterFileName, parseLobsterRow } from './lobster-format.ts';
import { DEFAULT_SEED, SimulatedSource } from './simulated.ts';
import type { Source } from './source.ts';

/** Every kind of source, with what follows its colon. */
export const SOURCE_KINDS = {
  sim: 'sim[:seed]      a simulated market, endless, the same for the same seed',
  lobster: 'lobster:FILE    a LOBSTER message file, as order flow (see --orderbook)',
  kraken: 'kraken:FILE     a capture of Kraken’s WebSocket API (version 1)',
  binance: 'binance:FILE    a capture of Binance’s spot streams',
  capture: 'capture:FILE    a neutral recording, one JSON object a line',
} as const;
export type SourceKind = keyof typeof SOURCE_KINDS;

export interface SourceSpec {
  readonly kind: SourceKind;
  /** A path or a seed; empty for neither. */
  readonly argument: string;
}

export interface OpenSourceOptions {
  /** Of `sim`: a path; the demo's by default. */
  readonly market?: string;
  /** Of `sim`: commands per second. */
  readonly rate?: number;
  /** Of `sim`: ids below this are taken, by an earlier run under the same name. */
  readonly firstClientOrderId?: number;
  /** Of `lobster`: the order-book file beside the message file. */
  readonly orderBook?: string;
}

/** Throws `UserError` with the code BAD_SOURCE. */
export function parseSourceSpec(text: string): SourceSpec {
  const colon = text.indexOf(':');
  const kind = colon < 0 ? text : text.slice(0, colon);
  const argument = colon < 0 ? '' : text.slice(colon + 1);
  if (!isSourceKind(kind)) {
    const kinds = Object.values(SOURCE_KINDS).join('\n  ');
    throw new UserError('BAD_SOURCE', `There is no source "${text}". There are:\n  ${kinds}`);
  }
  if (kind !== 'sim' && argument === '') {
    const message = `The source "${kind}" needs a file: ${kind}:FILE.`;
    throw new UserError('BAD_SOURCE', message);
  }
  return { kind, argument };
}

/** Throws `UserError` for a file that is not there, and for options that the source has no use for. */
export async function openSource(spec: SourceSpec, options: OpenSourceOptions): Promise<Source> {
  const { kind, argument } = spec;
  refuseUseless(kind, options);
  const name = argument === '' ? kind : `${kind}:${argument}`;
  switch (kind) {
    case 'sim':
      return openSimulation(argument, options);
    case 'lobster': {
      const { orderBook } = options;
      const firstRow = orderBook === undefined ? undefined : await readFirstRow(orderBook);
      const parser = new LobsterParser({
        ...lobsterFileName(argument),
        ...(firstRow === undefined ? {} : { firstRow }),
      });
      return new FileSource(name, argument, parser);
    }
    case 'kraken':
      return new FileSource(name, argument, new KrakenParser());
    case 'binance':
      return new FileSource(name, argument, new BinanceParser());
    case 'capture':
      return new FileSource(name, argument, new CaptureParser());
  }
}

function isSourceKind(kind: string): kind is SourceKind {
  return Object.hasOwn(SOURCE_KINDS, kind);
}

function openSimulation(seed: string, options: OpenSourceOptions): Source {
  const market: MarketFile = readMarketFile(options.market);
  if (market.instruments.every(({ simulation }) => simulation === undefined)) {
    const message = `No instrument in ${market.path} has a "simulation"; there is nothing to trade.`;
    throw new UserError('NOTHING_TO_SIMULATE', message);
  }
  return new SimulatedSource({
    market,
    seed: seed === '' ? DEFAULT_SEED : seed,
    ...(options.rate === undefined ? {} : { rate: options.rate }),
    ...(options.firstClientOrderId === undefined
      ? {}
      : { firstClientOrderId: options.firstClientOrderId }),
  });
}

function refuseUseless(kind: SourceKind, { rate, orderBook, market }: OpenSourceOptions): void {
  const useless = [
    rate !== undefined && kind !== 'sim' ? '--rate is for sim; use --speed for a file' : undefined,
    market !== undefined && kind !== 'sim'
      ? '--market is for sim; a file brings its own'
      : undefined,
    orderBook !== undefined && kind !== 'lobster' ? '--orderbook is for lobster' : undefined,
  ].find((text) => text !== undefined);
  if (useless !== undefined) throw new UserError('USELESS_OPTION', `${useless}.`);
}

/** Row 1 of LOBSTER's order-book file. */
export async function readFirstRow(path: string): Promise<LobsterRow> {
  for await (const batch of new LineReader(path).batches()) {
    const [first] = batch;
    if (first === undefined) continue;
    if (!('text' in first)) throw new UserError(first.code, `${path}, line 1: ${first.message}`);
    try {
      return parseLobsterRow(first.text);
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      throw new UserError(error.code, `${path}, line 1: ${error.message}`);
    }
  }
  throw new UserError('EMPTY_FILE', `${path} is empty; it should have the book after message 1.`);
}
