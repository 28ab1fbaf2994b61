/** The neutral recording: one JSON object a line, each of which may carry a `check`. */

import { captureLines } from '../capture-lines.ts';
import { CapturedBook } from '../captured-book.ts';
import {
  type CapturedTrade,
  type CaptureReader,
  type Check,
  type Expectation,
  expectLine,
} from '../expectation.ts';
import {
  asLevels,
  asRecord,
  asText,
  asWhole,
  type JsonRecord,
  parseRecordOrArray,
  UnreadableLine,
} from './capture-json.ts';
import { checkedTrade } from './checked-trade.ts';
import { skipUnreadable } from './skip-unreadable.ts';

type TopCheck = Extract<Check, { kind: 'top' }>;

const TIME = /^\d{1,20}$/;
const DIGITS = /^-?\d{1,10}$/;

export class NeutralCapture implements CaptureReader {
  readonly isLockstep = true;
  readonly tellsTrades = true;
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

  /** Everything is read before anything changes: a line that is no good at one place is no line. */
  #read(line: number, message: JsonRecord): Expectation {
    if (!TIME.test(asText(message['ts']))) throw new UnreadableLine('no time');
    const symbol = asText(message['symbol']);
    const type = asText(message['type']);
    if (type === 'instrument') return expectLine(line, symbol, this.#list(symbol, message));
    const book = this.#books.get(symbol);
    if (book === undefined) throw new UnreadableLine('a symbol that is not listed');
    const checks = message['check'] === undefined ? [] : [readCheck(asRecord(message['check']))];
    for (const check of checks) if (check.kind === 'top') mustFit(book, check);
    switch (type) {
      case 'trade':
        return expectLine(line, symbol, book, checks, [readTrade(book, message)]);
      case 'clear':
        book.clear();
        break;
      case 'snapshot':
        book.replace(asLevelList(message['bids']), asLevelList(message['asks']));
        break;
      case 'delta':
        book.apply(asLevelList(message['bids']), asLevelList(message['asks']));
        break;
      default:
        throw new UnreadableLine(`the unknown type ${type}`);
    }
    return expectLine(line, symbol, book, checks);
  }

  /** The same definition may come again, with another depth. */
  #list(symbol: string, message: JsonRecord): CapturedBook {
    const depth = message['depth'] === undefined ? 0 : asWhole(message['depth']);
    if (depth < 0 || (depth === 0 && message['depth'] !== undefined)) {
      throw new UnreadableLine('a depth below 1');
    }
    const [tickSize, lotSize] = [asText(message['tickSize']), asText(message['lotSize'])];
    const listed = new CapturedBook(symbol, tickSize, lotSize, depth);
    const known = this.#books.get(symbol);
    if (known === undefined) {
      this.#books.set(symbol, listed);
      return listed;
    }
    const { price, quantity } = known.units;
    if (price.step !== listed.units.price.step || quantity.step !== listed.units.quantity.step) {
      throw new UnreadableLine('another tick or lot size than before');
    }
    known.depth = depth;
    return known;
  }
}

function readCheck(check: JsonRecord): Check {
  const kind = asText(check['kind']);
  switch (kind) {
    case 'kraken-crc32':
    case 'okx-crc32':
      return { kind, value: asChecksum(check['value']) };
    case 'top':
      return { kind, bids: asLevelList(check['bids']), asks: asLevelList(check['asks']) };
    default:
      throw new UnreadableLine(`the unknown kind ${kind}`);
  }
}

/** 32 bits, signed or not, as a number or in quotes as Kraken writes it. */
function asChecksum(value: unknown): number {
  const number = typeof value === 'string' && DIGITS.test(value) ? Number(value) : value;
  const whole = asWhole(number);
  if (whole < -(2 ** 31) || whole >= 2 ** 32) throw new UnreadableLine('not 32 bits');
  return whole;
}

/** Throws `DecimalError` for levels that are no whole ticks and lots. */
function mustFit({ units }: CapturedBook, { bids, asks }: TopCheck): void {
  for (const [price, quantity] of [...bids, ...asks]) {
    units.price.parse(price);
    if (units.quantity.parse(quantity) < 0) throw new UnreadableLine('a quantity below zero');
  }
}

function readTrade({ units }: CapturedBook, message: JsonRecord): CapturedTrade {
  const aggressor = asText(message['aggressor']);
  if (aggressor !== 'bid' && aggressor !== 'ask') throw new UnreadableLine('no trade');
  return checkedTrade(units, asText(message['price']), asText(message['qty']), aggressor);
}

function asLevelList(value: unknown): ReturnType<typeof asLevels> {
  if (value === undefined) throw new UnreadableLine('a side is missing');
  return asLevels(value);
}
