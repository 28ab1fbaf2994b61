/**
 * `binance:FILE`: a capture of Binance's spot streams: lines `<receive time ns> <json>`, the JSON
 * being `{"stream", "data"}` or a REST depth snapshot. How a snapshot and the diffs that race it
 * become one book follows the venue's own recipe ("How to manage a local order book correctly"):
 * diffs wait for the snapshot; those that it covers (`u` at or below its id) are dropped; the first
 * one kept must reach back to it, each next one to the one before; a hole means a new snapshot.
 */

import { Side } from '../../feed/index.ts';
import { CommandType, type PriceLevel } from '../protocol/index.ts';
import { DiffJoin } from './binance-join.ts';
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
  problem,
  readLevels,
  readTradeQuantity,
} from './line-problem.ts';
import type { LineParser, SourceCommand, SourceItem } from './source.ts';
import { decimalsOf, VenueInstrument } from './venue-instrument.ts';

const LINE = /^(\d{1,20}) (.*)$/s;

/** A diff that has been read; it may still have to wait for a snapshot. */
interface Diff {
  readonly line: number;
  readonly timeNs: bigint;
  readonly firstId: number;
  readonly finalId: number;
  readonly levels: readonly PriceLevel[];
}

interface Pair {
  readonly instrument: VenueInstrument;
  readonly join: DiffJoin<Diff>;
  isListed: boolean;
}

export class BinanceParser implements LineParser {
  readonly instruments = [];
  readonly #pairs = new Map<string, Pair>();
  readonly #counts = {
    lines: 0,
    snapshots: 0,
    snapshotsOlderThanBook: 0,
    diffs: 0,
    diffsApplied: 0,
    diffsCoveredBySnapshot: 0,
    diffsAlreadyApplied: 0,
    diffsLost: 0,
    gaps: 0,
    levelsOutOfRange: 0,
    trades: 0,
    otherMessages: 0,
    blank: 0,
    malformed: 0,
  };

  line(text: string, number: number): readonly SourceItem[] {
    this.#counts.lines++;
    if (text.trim() === '') {
      this.#counts.blank++;
      return [];
    }
    const gapsBefore = this.#counts.gaps;
    const items = parseOrProblem(number, () => this.#parse(text, number));
    const hasProblem = items.some(isMalformed);
    // A gap is a hole between lines; the line that reveals it is a good one.
    if (hasProblem && this.#counts.gaps === gapsBefore) this.#counts.malformed++;
    return items;
  }

  end(): readonly SourceItem[] {
    const items: SourceItem[] = [];
    for (const [symbol, { join }] of this.#pairs) {
      if (join.isJoined || join.waiting.length === 0) continue;
      this.#counts.diffsLost += join.waiting.length;
      const message = `${join.waiting.length} diffs of ${symbol} waited for a snapshot that never came.`;
      items.push(problem(this.#counts.lines, 'NO_SNAPSHOT', message));
    }
    return items;
  }

  summary(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  #parse(text: string, line: number): readonly SourceItem[] {
    const match = LINE.exec(text);
    if (match === null) {
      throw new LineError('BAD_LINE', 'A line is a receive time in nanoseconds, a space and JSON.');
    }
    const timeNs = BigInt(match[1] ?? '0');
    const message = asObject(parseJson(match[2] ?? ''), 'a message');
    if (message['lastUpdateId'] !== undefined) return this.#snapshot(message, timeNs, line);
    const data = message['data'] === undefined ? message : asObject(message['data'], '"data"');
    if (data['e'] === 'depthUpdate') return this.#diff(data, timeNs, line);
    if (data['e'] === 'trade') return this.#trade(data, timeNs, line);
    if (message['stream'] === undefined && data['e'] === undefined) {
      throw new LineError('UNKNOWN_MESSAGE', 'This is neither a stream message nor a snapshot.');
    }
    this.#counts.otherMessages++;
    return [];
  }

  #diff(data: JsonObject, timeNs: bigint, line: number): readonly SourceItem[] {
    const firstId = asInteger(data['U'], '"U"');
    const finalId = asInteger(data['u'], '"u"');
    if (firstId > finalId) throw new LineError('BAD_IDS', '"U" is above "u".');
    const symbol = asString(data['s'], '"s"');
    const pair = this.#pairs.get(symbol) ?? createPair(symbol, [data['b'], data['a']]);
    if (pair === undefined) return [];
    const list = readSides(pair.instrument, data['b'], data['a'], '"b"', '"a"');
    this.#pairs.set(symbol, pair);
    this.#counts.diffs++;
    this.#counts.levelsOutOfRange += list.outOfRange;
    const { levels } = list;
    return [
      ...list.problems(line),
      ...this.#accept(pair, { line, timeNs, firstId, finalId, levels }),
    ];
  }

  #accept(pair: Pair, diff: Diff): readonly SourceItem[] {
    const { join } = pair;
    switch (join.offer(diff)) {
      case 'apply':
        this.#counts.diffsApplied++;
        return [diffStep(pair, diff, diff.timeNs)];
      case 'old':
        this.#counts.diffsAlreadyApplied++;
        return [];
      case 'waits':
        return [];
      case 'dropped':
        this.#counts.diffsLost++;
        return [];
      case 'gap':
        this.#counts.gaps++;
        return [
          problem(diff.line, 'SEQUENCE_GAP', gapText(pair, diff, join.finalId)),
          clearStep(pair, diff),
        ];
    }
  }

  #snapshot(message: JsonObject, timeNs: bigint, line: number): readonly SourceItem[] {
    const id = asInteger(message['lastUpdateId'], '"lastUpdateId"');
    const pair = this.#pairOfSnapshot(message);
    const list = readSides(pair.instrument, message['bids'], message['asks'], '"bids"', '"asks"');
    const { join } = pair;
    this.#counts.snapshots++;
    if (join.isJoined && id <= join.finalId) {
      this.#counts.snapshotsOlderThanBook++;
      return [];
    }
    const { covered, apply, reaches } = join.snapshot(id);
    this.#counts.diffsCoveredBySnapshot += covered;
    if (!reaches) {
      this.#counts.gaps++;
      const text = `The snapshot (${id}) is older than the first diff kept; another one is needed.`;
      return [problem(line, 'SNAPSHOT_TOO_OLD', text)];
    }
    this.#counts.diffsApplied += apply.length;
    const { symbol } = pair.instrument;
    const { levels } = list;
    const update = { type: CommandType.BookUpdate, symbol, clear: true, depth: 0, levels } as const;
    const commands = [...listOnce(pair), update];
    const first: SourceItem = { type: 'step', timeNs, line, commands };
    // The diffs that waited keep their own line, but cannot be applied before the snapshot.
    this.#counts.levelsOutOfRange += list.outOfRange;
    return [...list.problems(line), first, ...apply.map((diff) => diffStep(pair, diff, timeNs))];
  }

  /** A REST snapshot does not name its pair: it belongs to the only one there is. */
  #pairOfSnapshot(message: JsonObject): Pair {
    const named = message['symbol'] ?? message['s'];
    if (typeof named === 'string') {
      const pair = this.#pairs.get(named) ?? createPair(named, [message['bids'], message['asks']]);
      if (pair === undefined) throw new LineError('EMPTY_SNAPSHOT', 'The snapshot is empty.');
      this.#pairs.set(named, pair);
      return pair;
    }
    const [only, ...others] = this.#pairs.values();
    if (only !== undefined && others.length === 0) return only;
    const message2 =
      only === undefined
        ? 'A snapshot came before any message that names a pair.'
        : 'A snapshot does not say which of several pairs it is of; add "symbol".';
    throw new LineError('SNAPSHOT_WITHOUT_SYMBOL', message2);
  }

  /** `m` says that the buyer's order rested, so the seller was the aggressor. */
  #trade(data: JsonObject, timeNs: bigint, line: number): readonly SourceItem[] {
    const symbol = asString(data['s'], '"s"');
    const priceText = asString(data['p'], '"p"');
    const quantityText = asString(data['q'], '"q"');
    const pair = this.#pairs.get(symbol) ?? createPair(symbol, [[[priceText, quantityText]]]);
    if (pair === undefined || typeof data['m'] !== 'boolean') {
      throw new LineError('BAD_AGGRESSOR', '"m" must be true or false.');
    }
    const trade: SourceCommand = {
      type: CommandType.VenueTrade,
      symbol,
      price: pair.instrument.price.parse(priceText),
      quantity: readTradeQuantity(pair.instrument.quantity, quantityText),
      aggressor: data['m'] ? Side.Ask : Side.Bid,
    };
    this.#pairs.set(symbol, pair);
    this.#counts.trades++;
    return [{ type: 'step', timeNs, line, commands: [...listOnce(pair), trade] }];
  }
}

/** A pair's decimals are constant: the first level read tells. Without one it has to wait. */
function createPair(symbol: string, sides: readonly unknown[]): Pair | undefined {
  for (const side of sides) {
    for (const value of asArray(side, 'a side of the book')) {
      const entry = asArray(value, 'a level');
      const price = decimalsOf(asString(entry[0], 'a price'));
      const quantity = decimalsOf(asString(entry[1], 'a quantity'));
      const instrument = VenueInstrument.ofDecimals(symbol, price, quantity);
      return { instrument, join: new DiffJoin(), isListed: false };
    }
  }
  return undefined;
}

function readSides(
  { price, quantity }: VenueInstrument,
  bids: unknown,
  asks: unknown,
  bidsName: string,
  asksName: string,
): LevelList {
  const levels = new LevelList();
  readLevels(bids, Side.Bid, price, quantity, bidsName, levels);
  readLevels(asks, Side.Ask, price, quantity, asksName, levels);
  return levels;
}

function listOnce(pair: Pair): readonly SourceCommand[] {
  if (pair.isListed) return [];
  pair.isListed = true;
  return [pair.instrument.listCommand()];
}

function diffStep(pair: Pair, diff: Diff, timeNs: bigint): SourceItem {
  const { symbol } = pair.instrument;
  const { line, levels } = diff;
  const update = { type: CommandType.BookUpdate, symbol, clear: false, depth: 0, levels } as const;
  return { type: 'step', timeNs, line, commands: [update] };
}

/** A book with a hole in its history is nobody's book: it is emptied until the next snapshot. */
function clearStep(pair: Pair, { line, timeNs }: Diff): SourceItem {
  const { symbol } = pair.instrument;
  const update = {
    type: CommandType.BookUpdate,
    symbol,
    clear: true,
    depth: 0,
    levels: [],
  } as const;
  return { type: 'step', timeNs, line, commands: [update] };
}

function gapText(pair: Pair, diff: Diff, finalId: number): string {
  const expected = `expected ${finalId + 1}, got ${diff.firstId}`;
  return `${pair.instrument.symbol} missed diffs (${expected}); it waits for a new snapshot.`;
}
