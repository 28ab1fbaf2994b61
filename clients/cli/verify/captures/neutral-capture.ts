/** The neutral recording: one JSON object a line, each of which may carry a `check`. */

import { captureLines } from '../capture-lines.ts';
import { CapturedBook } from '../captured-book.ts';
import { type CaptureReader, type Check, type Expectation, expectLine } from '../expectation.ts';
import {
  asLevels,
  asRecord,
  asText,
  asWhole,
  type JsonRecord,
  parseRecordOrArray,
  UnreadableLine,
} from './capture-json.ts';
import { skipUnreadable } from './skip-unreadable.ts';

export class NeutralCapture implements CaptureReader {
  readonly isLockstep = true;
  unreadable = 0;
  readonly #path: string;
  readonly #books = new Map<string, CapturedBook>();

  constructor(path: string) {
    this.#path = path;
  }

  async *expectations(): AsyncGenerator<Expectation> {
    for await (const { number, text } of captureLines(this.#path)) {
      if (text.trim() === '') continue;
      const expectation = skipUnreadable(
        () => this.#read(number, asRecord(parseRecordOrArray(text))),
        () => this.unreadable++,
      );
      if (expectation !== undefined) yield expectation;
    }
  }

  #read(line: number, message: JsonRecord): Expectation {
    const symbol = asText(message['symbol']);
    const type = asText(message['type']);
    const checks = readChecks(message['check']);
    if (type === 'instrument') this.#list(symbol, message);
    const book = this.#books.get(symbol);
    if (book === undefined) throw new UnreadableLine('a symbol that is not listed');
    switch (type) {
      case 'instrument':
      case 'trade':
        break;
      case 'clear':
        book.clear();
        break;
      case 'snapshot':
        book.clear();
        book.apply(asLevels(message['bids']), asLevels(message['asks']));
        break;
      case 'delta':
        book.apply(asLevels(message['bids']), asLevels(message['asks']));
        break;
      default:
        throw new UnreadableLine(`the unknown type ${type}`);
    }
    return expectLine(line, symbol, book, checks);
  }

  #list(symbol: string, message: JsonRecord): void {
    const depth = message['depth'] === undefined ? 0 : asWhole(message['depth']);
    const known = this.#books.get(symbol);
    if (known !== undefined) {
      known.depth = depth;
      return;
    }
    const tickSize = asText(message['tickSize']);
    const lotSize = asText(message['lotSize']);
    this.#books.set(symbol, new CapturedBook(symbol, tickSize, lotSize, depth));
  }
}

/** One check, or a list of them. A check that cannot be read does not hold: its line is played. */
function readChecks(value: unknown): readonly Check[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap(readChecks);
  try {
    return [readCheck(asRecord(value))];
  } catch (error) {
    if (!(error instanceof UnreadableLine)) throw error;
    return [{ kind: 'unreadable', why: error.message }];
  }
}

function readCheck(check: JsonRecord): Check {
  const kind = asText(check['kind']);
  switch (kind) {
    case 'kraken-crc32':
    case 'okx-crc32':
      return { kind, value: asChecksum(check['value']) };
    case 'top':
      return { kind, bids: asLevels(check['bids']), asks: asLevels(check['asks']) };
    default:
      throw new UnreadableLine(`the unknown kind ${kind}`);
  }
}

/** A number, or one in quotes as Kraken writes it. */
function asChecksum(value: unknown): number {
  return asWhole(typeof value === 'string' && value !== '' ? Number(value) : value);
}
