/** One record of the stream as a plain object, and as a line for people. */

import { type Reason, reasonCode } from '../../../engine/protocol/index.ts';
import { DecimalScale } from '../../../feed/decimal.ts';
import {
  Aggressor,
  BookKind,
  formatEpoch,
  type Instrument,
  nanosToBigInt,
  nanosToMicros,
  type RecordReader,
  RecordType,
  Side,
  TradingStatus,
} from '../../../feed/index.ts';
import type { Colours } from '../colours.ts';
import { clockTime } from '../watch/watched-book.ts';

/** A record with names for numbers; made for JSON, so absent is absent. */
export interface RecordView {
  readonly type: string;
  /** In the stream; 0 for records that have none (heartbeats). */
  readonly sequence: number;
  readonly instrument?: number;
  readonly symbol?: string;
  readonly [field: string]: string | number | boolean | undefined;
}

type Fields = Readonly<Record<string, string | number | boolean>>;
type InstrumentText = Pick<Instrument, 'symbol' | 'tickSize' | 'lotSize'>;

/** What is known of the instruments, by id. */
export interface Directory {
  get(instrument: number): InstrumentText | undefined;
}

/** The record under the reader's cursor. Throws `DecodeError` for a value out of range. */
export function recordView(
  reader: RecordReader,
  sequence: number,
  directory: Directory,
): RecordView {
  const known = reader.instrument === 0 ? undefined : directory.get(reader.instrument);
  const { type, fields } = named(reader, known);
  return {
    type,
    sequence,
    ...(reader.instrument === 0 ? {} : { instrument: reader.instrument }),
    ...(known === undefined ? {} : { symbol: known.symbol }),
    ...fields,
    ...(reader.isLast ? { last: true } : {}),
  };
}

function named(
  reader: RecordReader,
  known: InstrumentText | undefined,
): { type: string; fields: Fields } {
  switch (reader.type) {
    case RecordType.Transaction:
      return {
        type: 'transaction',
        fields: {
          transaction: reader.transaction,
          timeNs: String(nanosToBigInt(reader.timeHigh, reader.timeLow)),
          time: clockTime(nanosToMicros(reader.timeHigh, reader.timeLow)),
        },
      };
    case RecordType.Level: {
      const side = reader.detail === Side.Bid ? 'bid' : 'ask';
      return {
        type: 'level',
        fields: { side, ...total(reader, known), orders: reader.orderCount },
      };
    }
    case RecordType.Trade: {
      const aggressor = nameOf(Aggressor, reader.detail);
      return {
        type: 'trade',
        fields: { aggressor, ...total(reader, known), tradeId: reader.tradeId },
      };
    }
    case RecordType.BookClear:
      return { type: 'book-clear', fields: {} };
    case RecordType.Status:
      return { type: 'status', fields: status(reader) };
    case RecordType.Instrument:
      return { type: 'instrument', fields: definition(reader) };
    case RecordType.BookHash:
      return {
        type: 'book-hash',
        fields: {
          instrumentSequence: reader.hashedSequence,
          hash: hash(reader),
          bidLevels: reader.bidLevels,
          askLevels: reader.askLevels,
        },
      };
    case RecordType.EpochStart: {
      const seconds = reader.previousEpochSeconds;
      const previousEpoch = formatEpoch({ seconds, random: reader.previousEpochRandom });
      const previousLastSequence = reader.previousLastSequence;
      return { type: 'epoch-start', fields: { previousEpoch, previousLastSequence } };
    }
    case RecordType.InstrumentPosition:
      return {
        type: 'instrument-position',
        fields: {
          instrumentSequence: reader.lastSequence,
          hash: hash(reader),
          transaction: reader.lastTransaction,
        },
      };
    case RecordType.Indicative: {
      const side = reader.detail === Side.Bid ? 'bid' : 'ask';
      return {
        type: 'indicative',
        fields: { ...total(reader, known), ...imbalance(reader, known, side) },
      };
    }
    case RecordType.TradeBusted:
      return { type: 'trade-busted', fields: { tradeId: reader.bustedTradeId } };
    case RecordType.TradeCorrected:
      return {
        type: 'trade-corrected',
        fields: { ...total(reader, known), tradeId: reader.tradeId },
      };
    default:
      // A newer publisher may send what this version does not know.
      return { type: `unknown-${reader.type}`, fields: {} };
  }
}

/** Decimals where the instrument is known; always the integers of the wire. */
function total(reader: RecordReader, known: InstrumentText | undefined): Fields {
  const integers = { ticks: reader.price, lots: reader.quantity };
  if (known === undefined) return integers;
  return {
    price: new DecimalScale(known.tickSize).format(reader.price),
    quantity: new DecimalScale(known.lotSize).format(reader.quantity),
    ...integers,
  };
}

/** Why is said as the engine's own code of the reason. */
function status(reader: RecordReader): Fields {
  const { statusReason: reason } = reader;
  return {
    status: nameOf(TradingStatus, reader.detail),
    ...(reason === 0 ? {} : { reason: reasonCode(reason as Reason) }),
  };
}

/** What finds nobody to trade with at the indicative price. */
function imbalance(reader: RecordReader, known: InstrumentText | undefined, side: string): Fields {
  if (reader.imbalance === 0) return {};
  const quantity =
    known === undefined
      ? {}
      : { surplus: new DecimalScale(known.lotSize).format(reader.imbalance) };
  return { surplusSide: side, ...quantity, surplusLots: reader.imbalance };
}

function definition(reader: RecordReader): Fields {
  return {
    symbol: reader.symbol,
    tickSize: reader.tickSize,
    lotSize: reader.lotSize,
    status: nameOf(TradingStatus, reader.detail),
    books: nameOf(BookKind, reader.bookKind),
    lowestTicks: reader.lowestPrice,
    highestTicks: reader.highestPrice,
  };
}

function hash(reader: RecordReader): string {
  const hex = (lane: number): string => lane.toString(16).padStart(8, '0');
  return hex(reader.hashLaneA) + hex(reader.hashLaneB);
}

/** `cancel-only` for `CancelOnly`; the number where it has no name. */
export function nameOf(table: Readonly<Record<string, number>>, value: number): string {
  const name = Object.keys(table).find((key) => table[key] === value);
  return name === undefined ? String(value) : name.replace(/\B[A-Z]/g, '-$&').toLowerCase();
}

const SEQUENCE_WIDTH = 10;
const TYPE_WIDTH = 12;
const SYMBOL_WIDTH = 8;
/** In a line these say nothing that is not already there, or only a program wants them. */
const NOT_IN_LINES = new Set([
  'type',
  'sequence',
  'instrument',
  'symbol',
  'timeNs',
  'last',
  'side',
  'aggressor',
  'price',
  'quantity',
  'surplusLots',
]);

/** `1205  level        AAPL  bid 101.25 x 800  orders 2`. */
export function recordLine(view: RecordView, colours: Colours): string {
  const number = view.sequence === 0 ? '-' : String(view.sequence);
  const parts = [
    colours.faint(number.padStart(SEQUENCE_WIDTH)),
    view.type.padEnd(TYPE_WIDTH),
    ...(view.instrument === undefined
      ? []
      : [(view.symbol ?? `#${view.instrument}`).padEnd(SYMBOL_WIDTH)]),
    ...whatHappened(view, colours),
  ];
  const hasDecimals = view['price'] !== undefined;
  for (const [name, value] of Object.entries(view)) {
    if (NOT_IN_LINES.has(name) || (hasDecimals && (name === 'ticks' || name === 'lots'))) continue;
    parts.push(colours.faint(`${name} ${value}`));
  }
  return parts.join('  ').trimEnd();
}

function whatHappened(view: RecordView, colours: Colours): string[] {
  const side = view['side'] ?? view['aggressor'];
  const figures = view['price'] === undefined ? '' : ` ${view['price']} x ${view['quantity']}`;
  if (side === undefined) return figures === '' ? [] : [figures.trimStart()];
  const text = `${side}${figures}`;
  if (side === 'bid') return [colours.bid(text)];
  return [side === 'ask' ? colours.ask(text) : text];
}
