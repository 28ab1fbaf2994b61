/** Which capture is to be checked, and the reader that knows its format. */

import { accessSync, constants } from 'node:fs';
import { UserError } from '../../../feed/process/index.ts';
import { BinanceCapture } from './captures/binance-capture.ts';
import { KrakenCapture } from './captures/kraken-capture.ts';
import { LobsterCapture } from './captures/lobster-capture.ts';
import { NeutralCapture } from './captures/neutral-capture.ts';
import type { CaptureReader } from './expectation.ts';

const SOURCE = /^([a-z]+):(.+)$/s;

/** "kraken:FILE" in its parts. Throws `UserError`. */
export function parseSource(source: string): { kind: string; path: string } {
  const match = SOURCE.exec(source);
  if (match === null) {
    const message = `"${source}" is no source that can be verified: kraken:FILE, binance:FILE, capture:FILE or lobster:FILE.`;
    throw new UserError('BAD_SOURCE', message);
  }
  const [, kind = '', path = ''] = match;
  return { kind, path };
}

/** Throws `UserError` for a kind that carries no checks. */
export function openCapture(
  kind: string,
  path: string,
  orderBook: string | undefined,
): CaptureReader {
  switch (kind) {
    case 'kraken':
      return new KrakenCapture(path);
    case 'binance':
      return new BinanceCapture(path);
    case 'capture':
      return new NeutralCapture(path);
    case 'lobster':
      if (orderBook !== undefined) return new LobsterCapture(path, orderBook);
      throw new UserError(
        'NO_ORDERBOOK',
        'A LOBSTER file is checked against its order-book file: give it with --orderbook FILE.',
      );
    default:
      throw new UserError(
        'BAD_SOURCE',
        `"${kind}" cannot be verified: only kraken, binance, capture and lobster carry checks.`,
      );
  }
}

/** Throws `UserError`. */
export function mustBeReadable(path: string | undefined): void {
  if (path === undefined) return;
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError('UNREADABLE_CAPTURE', `${path} cannot be read: ${why}`);
  }
}
