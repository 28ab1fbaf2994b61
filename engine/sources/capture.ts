/**
 * `capture:FILE`: the neutral recording, one JSON object a line; README.md has the format. One line
 * is one transaction. A line that is wrong in any part is refused whole.
 */

import type { DecimalScale } from '../../feed/decimal.ts';
import { Side } from '../../feed/index.ts';
import { CommandType } from '../protocol/index.ts';
import {
  asArray,
  asInteger,
  asObject,
  asString,
  isMalformed,
  type JsonObject,
  LevelList,
  LineError,
  parseJson,
  parseOrProblem,
  readLevels,
  readTradeQuantity,
} from './line-problem.ts';
import type { LineParser, SourceCommand, SourceItem } from './source.ts';
import { VenueInstrument } from './venue-instrument.ts';

const MAX_DEPTH = 1_000_000;
const MAX_TIME_NS = 2n ** 64n - 1n;

interface CapturedInstrument {
  readonly instrument: VenueInstrument;
  /** Levels a side that the venue keeps; 0 for all. */
  readonly depth: number;
}

export class CaptureParser implements LineParser {
  readonly instruments = [];
  readonly #bySymbol = new Map<string, CapturedInstrument>();
  readonly #counts = {
    lines: 0,
    instruments: 0,
    snapshots: 0,
    deltas: 0,
    trades: 0,
    clears: 0,
    checks: 0,
    levelsOutOfRange: 0,
    blank: 0,
    malformed: 0,
  };

  line(text: string, number: number): readonly SourceItem[] {
    this.#counts.lines++;
    if (text.trim() === '') {
      this.#counts.blank++;
      return [];
    }
    const items = parseOrProblem(number, () => this.#parse(text, number));
    if (items.some(isMalformed)) this.#counts.malformed++;
    return items;
  }

  end(): readonly SourceItem[] {
    return [];
  }

  summary(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  #parse(text: string, line: number): readonly SourceItem[] {
    const entry = asObject(parseJson(text), 'a line');
    const timeNs = readTime(entry['ts']);
    const type = asString(entry['type'], '"type"');
    const hasCheck = entry['check'] !== undefined;
    if (type === 'instrument') {
      return [{ type: 'step', timeNs, line, commands: [this.#listInstrument(entry)] }];
    }
    const captured = this.#find(entry);
    if (hasCheck) validateCheck(entry['check'], captured.instrument);
    const list = new LevelList();
    const command = this.#command(type, entry, captured, list);
    if (hasCheck) this.#counts.checks++;
    this.#counts.levelsOutOfRange += list.outOfRange;
    return [...list.problems(line), { type: 'step', timeNs, line, commands: [command] }];
  }

  #listInstrument(entry: JsonObject): SourceCommand {
    const symbol = asString(entry['symbol'], '"symbol"');
    const instrument = new VenueInstrument(
      symbol,
      asString(entry['tickSize'], '"tickSize"'),
      asString(entry['lotSize'], '"lotSize"'),
    );
    const depth = entry['depth'] === undefined ? 0 : asInteger(entry['depth'], '"depth"');
    if (entry['depth'] !== undefined && (depth < 1 || depth > MAX_DEPTH)) {
      throw new LineError('BAD_DEPTH', `"depth" must be 1 to ${MAX_DEPTH}, not ${depth}.`);
    }
    const known = this.#bySymbol.get(symbol)?.instrument;
    if (
      known !== undefined &&
      (known.price.step !== instrument.price.step ||
        known.quantity.step !== instrument.quantity.step)
    ) {
      const message = `"${symbol}" was described with another tick or lot size before.`;
      throw new LineError('INSTRUMENT_DIFFERS', message);
    }
    this.#bySymbol.set(symbol, { instrument, depth });
    this.#counts.instruments++;
    return instrument.listCommand();
  }

  #find(entry: JsonObject): CapturedInstrument {
    const symbol = asString(entry['symbol'], '"symbol"');
    const captured = this.#bySymbol.get(symbol);
    if (captured !== undefined) return captured;
    const message = `No line of type "instrument" has described "${symbol.slice(0, 64)}" yet.`;
    throw new LineError('UNKNOWN_SYMBOL', message);
  }

  #command(
    type: string,
    entry: JsonObject,
    captured: CapturedInstrument,
    list: LevelList,
  ): SourceCommand {
    switch (type) {
      case 'snapshot':
      case 'delta': {
        const command = bookUpdate(entry, captured, type === 'snapshot', list);
        if (type === 'snapshot') this.#counts.snapshots++;
        else this.#counts.deltas++;
        return command;
      }
      case 'clear':
        this.#counts.clears++;
        return bookUpdate({ bids: [], asks: [] }, captured, true, list);
      case 'trade': {
        const command = venueTrade(entry, captured.instrument);
        this.#counts.trades++;
        return command;
      }
      default: {
        const known = 'instrument, snapshot, delta, trade or clear';
        throw new LineError('UNKNOWN_TYPE', `"type" must be ${known}, not "${type.slice(0, 40)}".`);
      }
    }
  }
}

function bookUpdate(
  entry: JsonObject,
  { instrument, depth }: CapturedInstrument,
  clear: boolean,
  list: LevelList,
): SourceCommand {
  const { price, quantity, symbol } = instrument;
  readLevels(entry['bids'], Side.Bid, price, quantity, '"bids"', list);
  readLevels(entry['asks'], Side.Ask, price, quantity, '"asks"', list);
  return { type: CommandType.BookUpdate, symbol, clear, depth, levels: list.levels };
}

function venueTrade(entry: JsonObject, instrument: VenueInstrument): SourceCommand {
  const aggressor = asString(entry['aggressor'], '"aggressor"');
  if (aggressor !== 'bid' && aggressor !== 'ask') {
    throw new LineError('BAD_AGGRESSOR', `"aggressor" must be "bid" or "ask", not "${aggressor}".`);
  }
  return {
    type: CommandType.VenueTrade,
    symbol: instrument.symbol,
    price: instrument.price.parse(asString(entry['price'], '"price"')),
    quantity: readTradeQuantity(instrument.quantity, asString(entry['qty'], '"qty"')),
    aggressor: aggressor === 'bid' ? Side.Bid : Side.Ask,
  };
}

/** What the book must be is not the source's to judge; only that it is said properly. */
function validateCheck(value: unknown, { price, quantity }: VenueInstrument): void {
  const check = asObject(value, '"check"');
  const kind = asString(check['kind'], '"check.kind"');
  switch (kind) {
    case 'kraken-crc32':
    case 'okx-crc32':
      validateChecksum(check['value']);
      break;
    case 'top':
      validateTop(check['bids'], price, quantity, '"check.bids"');
      validateTop(check['asks'], price, quantity, '"check.asks"');
      break;
    default:
      throw new LineError('UNKNOWN_CHECK', `There is no check of kind "${kind.slice(0, 40)}".`);
  }
}

/** 32 bits, as a number or a string of digits; OKX writes them signed. */
function validateChecksum(value: unknown): void {
  const isText = typeof value === 'string' && /^-?\d{1,10}$/.test(value);
  const number = isText || typeof value === 'number' ? Number(value) : Number.NaN;
  if (Number.isInteger(number) && number >= -(2 ** 31) && number < 2 ** 32) return;
  throw new LineError('BAD_CHECK', '"check.value" must be a whole number of 32 bits.');
}

function validateTop(
  value: unknown,
  price: DecimalScale,
  quantity: DecimalScale,
  what: string,
): void {
  readLevels(asArray(value, what), Side.Bid, price, quantity, what, new LevelList());
}

function readTime(value: unknown): bigint {
  const text = asString(value, '"ts"');
  const timeNs = /^\d{1,20}$/.test(text) ? BigInt(text) : -1n;
  if (timeNs >= 0n && timeNs <= MAX_TIME_NS) return timeNs;
  throw new LineError('BAD_TIME', '"ts" must be nanoseconds since 1970 as a string of digits.');
}
