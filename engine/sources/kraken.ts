/**
 * `kraken:FILE`: a capture of Kraken's WebSocket API, version 1 (docs.kraken.com/websockets): lines
 * `<receive time>: <json>`. A book message is an array of a channel number, one or two objects
 * (`as`/`bs` a snapshot, `a`/`b` changes), the channel's name and the pair. Quantities are
 * absolute, entries apply in the order in which they stand, and the book is cut to the subscribed
 * depth after each message, because the venue never removes what has fallen out of it.
 */

import { Side } from '../../feed/index.ts';
import { CommandType } from '../protocol/index.ts';
import {
  asArray,
  asObject,
  asString,
  isMalformed,
  isObject,
  type JsonObject,
  LevelList,
  LineError,
  parseJson,
  parseOrProblem,
  problem,
  readLevels,
  readTradeQuantity,
} from './line-problem.ts';
import type { LineParser, SourceCommand, SourceItem } from './source.ts';
import { decimalsOf, VenueInstrument } from './venue-instrument.ts';

const BOOK_CHANNEL = /^book-(10|25|100|500|1000)$/;
/** `wss://... <-> time` opened a connection, `wss://... <- time: json` was sent by the recorder. */
const RECORDER_LINE = /^wss?:\/\/\S+ (<->|<-) /;
const VENUE_LINE = /^(\d{1,10})(?:\.(\d{1,9}))?: (.*)$/s;

export class KrakenParser implements LineParser {
  readonly instruments = [];
  readonly #bySymbol = new Map<string, VenueInstrument>();
  /** Pairs whose snapshot has come since the connection was opened. */
  readonly #joined = new Set<string>();
  readonly #counts = {
    lines: 0,
    connections: 0,
    events: 0,
    snapshots: 0,
    deltas: 0,
    republishedLevels: 0,
    levelsOutOfRange: 0,
    trades: 0,
    tradesBeforeSnapshot: 0,
    otherChannels: 0,
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
    const recorder = RECORDER_LINE.exec(text);
    if (recorder !== null) {
      if (recorder[1] === '<->') this.#connectionOpened();
      return [];
    }
    const { timeNs, json } = splitLine(text);
    const message = parseJson(json);
    if (isObject(message)) return this.#event(message, line);
    const list = new LevelList();
    const commands = this.#channelMessage(asArray(message, 'a message'), list);
    this.#counts.levelsOutOfRange += list.outOfRange;
    if (commands.length === 0) return [];
    return [...list.problems(line), { type: 'step', timeNs, line, commands }];
  }

  /** Books of an earlier connection are history until each pair's snapshot comes again. */
  #connectionOpened(): void {
    this.#counts.connections++;
    this.#joined.clear();
  }

  #event(message: JsonObject, line: number): readonly SourceItem[] {
    asString(message['event'], '"event"');
    this.#counts.events++;
    if (message['status'] !== 'error') return [];
    const why = String(message['errorMessage'] ?? 'no reason given').slice(0, 120);
    return [problem(line, 'VENUE_ERROR', `The venue refused a request: ${why}.`)];
  }

  #channelMessage(message: readonly unknown[], list: LevelList): readonly SourceCommand[] {
    if (message.length < 4) {
      throw new LineError('WRONG_LENGTH', 'A channel message has at least four elements.');
    }
    const symbol = asString(message.at(-1), 'the pair');
    const channel = asString(message.at(-2), 'the channel name');
    const book = BOOK_CHANNEL.exec(channel);
    if (book !== null) {
      const parts = message.slice(1, -2).map((part) => asObject(part, 'a part of a book message'));
      return this.#bookMessage(symbol, Number(book[1]), parts, list);
    }
    if (channel === 'trade') return this.#trades(symbol, asArray(message[1], 'the trades'));
    this.#counts.otherChannels++;
    return [];
  }

  #bookMessage(
    symbol: string,
    depth: number,
    parts: readonly JsonObject[],
    list: LevelList,
  ): readonly SourceCommand[] {
    const isSnapshot = parts.some((part) => part['as'] !== undefined || part['bs'] !== undefined);
    if (isSnapshot) return this.#snapshot(symbol, depth, parts, list);
    const instrument = this.#bySymbol.get(symbol);
    if (instrument === undefined || !this.#joined.has(symbol)) {
      const message = `Changes of ${symbol.slice(0, 40)} came before its snapshot.`;
      throw new LineError('DELTA_BEFORE_SNAPSHOT', message);
    }
    const republished = readParts(parts, instrument, 'a', 'b', list);
    if (republished === undefined) {
      throw new LineError('NO_LEVELS', 'A book message has neither "a" nor "b".');
    }
    const { levels } = list;
    this.#counts.deltas++;
    this.#counts.republishedLevels += republished;
    return [{ type: CommandType.BookUpdate, symbol, clear: false, depth, levels }];
  }

  #snapshot(
    symbol: string,
    depth: number,
    parts: readonly JsonObject[],
    list: LevelList,
  ): readonly SourceCommand[] {
    const known = this.#bySymbol.get(symbol);
    const instrument = known ?? instrumentOfSnapshot(symbol, parts);
    readParts(parts, instrument, 'as', 'bs', list);
    this.#counts.snapshots++;
    this.#joined.add(symbol);
    const update: SourceCommand = {
      type: CommandType.BookUpdate,
      symbol,
      clear: true,
      depth,
      levels: list.levels,
    };
    if (known !== undefined) return [update];
    this.#bySymbol.set(symbol, instrument);
    return [instrument.listCommand(), update];
  }

  /** `[price, volume, time, side, order type, misc]`: side `b` says that a buyer was the aggressor. */
  #trades(symbol: string, entries: readonly unknown[]): readonly SourceCommand[] {
    const instrument = this.#bySymbol.get(symbol);
    if (instrument === undefined) {
      this.#counts.tradesBeforeSnapshot += entries.length;
      return [];
    }
    const commands = entries.map((value): SourceCommand => {
      const entry = asArray(value, 'a trade');
      const side = entry[3];
      if (side !== 'b' && side !== 's') {
        throw new LineError('BAD_AGGRESSOR', 'A trade\'s side must be "b" or "s".');
      }
      return {
        type: CommandType.VenueTrade,
        symbol,
        price: instrument.price.parse(asString(entry[0], 'a trade price')),
        quantity: readTradeQuantity(instrument.quantity, asString(entry[1], 'a trade quantity')),
        aggressor: side === 'b' ? Side.Bid : Side.Ask,
      };
    });
    this.#counts.trades += commands.length;
    return commands;
  }
}

function splitLine(text: string): { timeNs: bigint; json: string } {
  const match = VENUE_LINE.exec(text);
  if (match === null) {
    throw new LineError('BAD_LINE', 'A line is a receive time in seconds, ": " and JSON.');
  }
  const [, seconds = '0', fraction = '', json = ''] = match;
  const timeNs = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  return { timeNs, json };
}

/**
 * Reads the levels in the order in which they stand; returns how many were republished (a fourth
 * element "r": back within the depth, sent again, otherwise as any other), `undefined` for no sides.
 */
function readParts(
  parts: readonly JsonObject[],
  { price, quantity }: VenueInstrument,
  askKey: string,
  bidKey: string,
  out: LevelList,
): number | undefined {
  let republished: number | undefined;
  for (const part of parts) {
    for (const [key, value] of Object.entries(part)) {
      if (key !== askKey && key !== bidKey) continue;
      const side = key === askKey ? Side.Ask : Side.Bid;
      const entries = readLevels(value, side, price, quantity, `"${key}"`, out);
      republished = (republished ?? 0) + entries.filter((entry) => entry[3] === 'r').length;
    }
  }
  return republished;
}

/** A pair's decimals are constant; an empty snapshot cannot say what they are. */
function instrumentOfSnapshot(symbol: string, parts: readonly JsonObject[]): VenueInstrument {
  let price = -1;
  let quantity = -1;
  for (const part of parts) {
    for (const key of ['as', 'bs']) {
      if (part[key] === undefined) continue;
      for (const value of asArray(part[key], `"${key}"`)) {
        const entry = asArray(value, `a level of "${key}"`);
        price = Math.max(price, decimalsOf(asString(entry[0], `a price of "${key}"`)));
        quantity = Math.max(quantity, decimalsOf(asString(entry[1], `a quantity of "${key}"`)));
      }
    }
  }
  if (price >= 0) return VenueInstrument.ofDecimals(symbol, price, quantity);
  const message = `The first snapshot of ${symbol.slice(0, 40)} is empty: its decimals are unknown.`;
  throw new LineError('EMPTY_SNAPSHOT', message);
}
