/**
 * Binance's spot streams, read for checking ("How to manage a local order book correctly"): after
 * each diff with the final id `u`, the best bid and ask are those of the last bookTicker whose id
 * is not above `u`.
 */

import { DecimalScale } from '../../../../feed/decimal.ts';
import { captureLines } from '../capture-lines.ts';
import { CapturedBook, type LevelText } from '../captured-book.ts';
import {
  type CapturedTrade,
  type CaptureReader,
  type CaptureUnits,
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
  stepOf,
  UnreadableLine,
} from './capture-json.ts';
import { checkedTrade } from './checked-trade.ts';
import { skipUnreadable } from './skip-unreadable.ts';

const LINE = /^\d+ (.*)$/s;

interface Diff {
  readonly line: number;
  readonly firstId: number;
  readonly finalId: number;
  readonly bids: readonly LevelText[];
  readonly asks: readonly LevelText[];
}

interface Ticker {
  readonly id: number;
  readonly bid: LevelText;
  readonly ask: LevelText;
}

/** Changes the book when called: each waits until the step before it has been checked. */
type Step = () => Expectation;

interface Pair {
  readonly symbol: string;
  book: CapturedBook | undefined;
  /** Final id of what the book holds; `undefined` while it waits for a snapshot. */
  joinedAt: number | undefined;
  waiting: Diff[];
}

export class BinanceCapture implements CaptureReader {
  readonly isLockstep = true;
  readonly tellsTrades = true;
  unreadable = 0;
  readonly #path: string;
  readonly #pairs = new Map<string, Pair>();
  /** By symbol, sorted by id, because the capture's bookTickers lag behind or lead its diffs. */
  readonly #tickers = new Map<string, Ticker[]>();

  constructor(path: string) {
    this.#path = path;
  }

  async *expectations(): AsyncGenerator<Expectation> {
    await this.#readTickers();
    const count = () => this.unreadable++;
    for await (const { number, text } of captureLines(this.#path)) {
      const steps = skipUnreadable(() => this.#read(number, text), count) ?? [];
      for (const step of steps) {
        const expectation = skipUnreadable(step, count);
        if (expectation !== undefined) yield expectation;
      }
    }
  }

  async #readTickers(): Promise<void> {
    for await (const { text } of captureLines(this.#path)) {
      if (!text.includes('@bookTicker')) continue;
      skipUnreadable(
        () => this.#ticker(asRecord(messageOf(text)['data'])),
        () => undefined,
      );
    }
    for (const tickers of this.#tickers.values()) tickers.sort((a, b) => a.id - b.id);
  }

  #ticker(data: JsonRecord): void {
    const symbol = asText(data['s']);
    const tickers = this.#tickers.get(symbol) ?? [];
    this.#tickers.set(symbol, tickers);
    tickers.push({
      id: asWhole(data['u']),
      bid: [asText(data['b']), asText(data['B'])],
      ask: [asText(data['a']), asText(data['A'])],
    });
  }

  #read(line: number, text: string): readonly Step[] {
    if (text.trim() === '') return [];
    const message = messageOf(text);
    if (message['lastUpdateId'] !== undefined) return this.#snapshot(line, message);
    const data = message['data'] === undefined ? message : asRecord(message['data']);
    if (data['e'] === 'trade') {
      const symbol = asText(data['s']);
      const trade = readTrade(data, this.#pairs.get(symbol)?.book);
      return [() => expectLine(line, symbol, this.#pairOf(symbol).book, [], [trade])];
    }
    if (data['e'] !== 'depthUpdate') return [];
    const pair = this.#pairOf(asText(data['s']));
    return this.#diff(pair, {
      line,
      firstId: asWhole(data['U']),
      finalId: asWhole(data['u']),
      bids: asLevels(data['b']),
      asks: asLevels(data['a']),
    });
  }

  #diff(pair: Pair, diff: Diff): readonly Step[] {
    const { joinedAt, book, symbol } = pair;
    if (joinedAt === undefined || book === undefined) {
      pair.waiting.push(diff);
      return [];
    }
    if (diff.firstId > joinedAt + 1) {
      // A hole: nothing is known until the next snapshot.
      book.clear();
      pair.joinedAt = undefined;
      pair.waiting.push(diff);
      return [() => expectLine(diff.line, symbol, book)];
    }
    return diff.finalId > joinedAt ? [() => this.#apply(pair, book, diff)] : [];
  }

  #snapshot(line: number, message: JsonRecord): readonly Step[] {
    const id = asWhole(message['lastUpdateId']);
    const pair = this.#pairOfSnapshot(message);
    if (pair.joinedAt !== undefined && id <= pair.joinedAt) return [];
    const bids = asLevels(message['bids']);
    const asks = asLevels(message['asks']);
    pair.waiting = pair.waiting.filter((diff) => diff.finalId > id);
    if (!reachesBack(id, pair.waiting)) return [];
    const { symbol } = pair;
    const book = pair.book ?? createBook(symbol, [...bids, ...asks]);
    pair.book = book;
    pair.joinedAt = id;
    const first: Step = () => {
      book.replace(bids, asks);
      return expectLine(line, symbol, book);
    };
    const waited = pair.waiting.splice(0);
    return [
      first,
      ...waited.map(
        (diff): Step =>
          () =>
            this.#apply(pair, book, diff),
      ),
    ];
  }

  #apply(pair: Pair, book: CapturedBook, diff: Diff): Expectation {
    book.apply(diff.bids, diff.asks);
    pair.joinedAt = diff.finalId;
    const ticker = lastUpTo(this.#tickers.get(pair.symbol) ?? [], diff.finalId);
    const checks: Check[] =
      ticker === undefined ? [] : [{ kind: 'book-ticker', bid: ticker.bid, ask: ticker.ask }];
    return expectLine(diff.line, pair.symbol, book, checks);
  }

  #pairOf(symbol: string): Pair {
    let pair = this.#pairs.get(symbol);
    if (pair === undefined) {
      pair = { symbol, book: undefined, joinedAt: undefined, waiting: [] };
      this.#pairs.set(symbol, pair);
    }
    return pair;
  }

  /** A REST snapshot need not name its pair: then there must be only one. */
  #pairOfSnapshot(message: JsonRecord): Pair {
    const named = message['symbol'] ?? message['s'];
    if (typeof named === 'string') return this.#pairOf(named);
    const [only, ...others] = this.#pairs.values();
    if (only === undefined || others.length > 0)
      throw new UnreadableLine('a snapshot of which pair?');
    return only;
  }
}

function messageOf(text: string): JsonRecord {
  const json = LINE.exec(text)?.[1];
  if (json === undefined) throw new UnreadableLine('no receive time');
  return asRecord(parseRecordOrArray(json));
}

/** Throws `DecimalError` or `UnreadableLine`. */
function readTrade(data: JsonRecord, book: CapturedBook | undefined): CapturedTrade {
  const [price, quantity] = [asText(data['p']), asText(data['q'])];
  if (typeof data['m'] !== 'boolean') throw new UnreadableLine('no trade');
  // `m` says that the buyer's order rested, so the seller was the aggressor.
  const aggressor = data['m'] ? 'ask' : 'bid';
  return checkedTrade(book?.units ?? unitsOf(price, quantity), price, quantity, aggressor);
}

function unitsOf(price: string, quantity: string): CaptureUnits {
  return { price: new DecimalScale(stepOf(price)), quantity: new DecimalScale(stepOf(quantity)) };
}

/** Whether the diffs continue the snapshot without a hole. */
function reachesBack(id: number, diffs: readonly Diff[]): boolean {
  let last = id;
  for (const diff of diffs) {
    if (diff.firstId > last + 1) return false;
    last = diff.finalId;
  }
  return true;
}

function createBook(symbol: string, levels: readonly LevelText[]): CapturedBook {
  const [first] = levels;
  if (first === undefined) throw new UnreadableLine('a snapshot without levels');
  return new CapturedBook(symbol, stepOf(first[0]), stepOf(first[1]), 0);
}

function lastUpTo(tickers: readonly Ticker[], id: number): Ticker | undefined {
  let low = 0;
  let high = tickers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((tickers[middle]?.id ?? 0) <= id) low = middle + 1;
    else high = middle;
  }
  return tickers[low - 1];
}
