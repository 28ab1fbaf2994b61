/**
 * Kraken's book channel, version 1 (docs.kraken.com, websockets v1 "book"), read for checking: lines
 * `<receive time>: <json>`. Every update carries in `c` the CRC-32 of the top ten levels after it.
 */

import { captureLines } from '../capture-lines.ts';
import { CapturedBook, type LevelText } from '../captured-book.ts';
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
  type JsonRecord,
  parseRecordOrArray,
  stepOf,
  UnreadableLine,
} from './capture-json.ts';
import { checkedTrade } from './checked-trade.ts';
import { skipUnreadable } from './skip-unreadable.ts';

const LINE = /^\d+(?:\.\d+)?: (.*)$/s;
/** The recorder opened a connection: books of an earlier one are over. */
const CONNECTION_OPENED = /^wss?:\/\/\S+ <->/;
const BOOK_CHANNEL = /^book-(\d+)$/;

export class KrakenCapture implements CaptureReader {
  readonly isLockstep = true;
  readonly tellsTrades = true;
  unreadable = 0;
  readonly #path: string;
  readonly #books = new Map<string, CapturedBook>();
  /** Pairs whose snapshot has come on the present connection. */
  readonly #joined = new Set<string>();

  constructor(path: string) {
    this.#path = path;
  }

  async *expectations(): AsyncGenerator<Expectation> {
    for await (const { number, text } of captureLines(this.#path)) {
      const expectation = skipUnreadable(
        () => this.#read(number, text),
        () => this.unreadable++,
      );
      if (expectation !== undefined) yield expectation;
    }
  }

  #read(line: number, text: string): Expectation | undefined {
    if (CONNECTION_OPENED.test(text)) this.#joined.clear();
    // Lines of the recorder itself have no receive time in front.
    const json = LINE.exec(text)?.[1];
    if (json === undefined) return undefined;
    const message = parseRecordOrArray(json);
    if (!Array.isArray(message)) return undefined;
    const symbol = asText(message.at(-1));
    const channel = asText(message.at(-2));
    if (channel === 'trade') return this.#trades(line, symbol, message[1]);
    const depth = BOOK_CHANNEL.exec(channel)?.[1];
    if (depth === undefined) return undefined;
    const parts = message.slice(1, -2).map(asRecord);
    return this.#book(line, symbol, Number(depth), parts);
  }

  /** Before the first book nobody knows the pair's decimals, and without a trade nothing is played. */
  #trades(line: number, symbol: string, entries: unknown): Expectation | undefined {
    if (!Array.isArray(entries)) throw new UnreadableLine('no list of trades');
    const book = this.#books.get(symbol);
    if (book === undefined || entries.length === 0) return undefined;
    const trades = entries.map((entry: unknown): CapturedTrade => {
      const fields: readonly unknown[] = Array.isArray(entry) ? entry : [];
      const side = asText(fields[3]);
      if (side !== 'b' && side !== 's') throw new UnreadableLine('a trade of no side');
      const aggressor = side === 'b' ? 'bid' : 'ask';
      return checkedTrade(book.units, asText(fields[0]), asText(fields[1]), aggressor);
    });
    return expectLine(line, symbol, book, [], trades);
  }

  #book(line: number, symbol: string, depth: number, parts: readonly JsonRecord[]): Expectation {
    if (!parts.some(hasLevels)) throw new UnreadableLine('neither side');
    const bids = parts.flatMap((part) => asLevels(part['b'] ?? part['bs']));
    const asks = parts.flatMap((part) => asLevels(part['a'] ?? part['as']));
    const isSnapshot = parts.some((part) => 'as' in part || 'bs' in part);
    if (isSnapshot) {
      const book = this.#books.get(symbol) ?? createBook(symbol, depth, [...asks, ...bids]);
      book.replace(bids, asks);
      this.#books.set(symbol, book);
      this.#joined.add(symbol);
      return expectLine(line, symbol, book);
    }
    const book = this.#books.get(symbol);
    if (book === undefined || !this.#joined.has(symbol)) {
      throw new UnreadableLine('an update before the snapshot');
    }
    book.apply(bids, asks);
    const checks = parts.flatMap((part): Check[] =>
      part['c'] === undefined ? [] : [{ kind: 'kraken-crc32', value: Number(asText(part['c'])) }],
    );
    return expectLine(line, symbol, book, checks);
  }
}

/** Decimals are constant for a pair, so that any level tells its steps. */
function createBook(symbol: string, depth: number, levels: readonly LevelText[]): CapturedBook {
  const [first] = levels;
  if (first === undefined) throw new UnreadableLine('a snapshot without levels');
  return new CapturedBook(symbol, stepOf(first[0]), stepOf(first[1]), depth);
}

function hasLevels(part: JsonRecord): boolean {
  return ['a', 'b', 'as', 'bs'].some((key) => key in part);
}
