/**
 * LOBSTER's two files (lobsterdata.com, "Data structure"): a line of the message file is an event,
 * the same line of the order-book file is the book after it. Prices are dollars x 10,000.
 */

import { asInteger, LineError } from './line-problem.ts';

export const LobsterEvent = {
  NewOrder: 1,
  PartialCancel: 2,
  Delete: 3,
  VisibleExecution: 4,
  HiddenExecution: 5,
  Cross: 6,
  Halt: 7,
} as const;
export type LobsterEvent = (typeof LobsterEvent)[keyof typeof LobsterEvent];

/** The price of a `Halt` event says what happens. */
export const HaltPrice = { Halted: -1, QuotingResumes: 0, TradingResumes: 1 } as const;

export interface LobsterMessage {
  /** Nanoseconds after midnight. */
  readonly timeNs: bigint;
  readonly event: LobsterEvent;
  readonly orderId: number;
  readonly size: number;
  /** Dollars x 10,000, which is ticks of 0.0001. */
  readonly price: number;
  /** Of the resting order: 1 a buy order, -1 a sell order. */
  readonly direction: number;
}

/** One side of a row: best price first, prices and sizes in turn; empty levels are left out. */
export type LobsterLevels = readonly { readonly price: number; readonly size: number }[];

export interface LobsterRow {
  /** Levels a side that the file has room for. */
  readonly depth: number;
  readonly bids: LobsterLevels;
  readonly asks: LobsterLevels;
}

/** What an empty level has for a price, on either side. */
export const EMPTY_LEVEL_PRICE = 9_999_999_999;

/** `TICKER_2012-06-21_34200000_57600000_message_10.csv` */
const FILE_NAME = /(?:^|[\\/])([A-Za-z0-9.-]{1,20})_(\d{4}-\d{2}-\d{2})_[^\\/]*$/;
const TIME = /^(\d{1,6})(?:\.(\d{1,9})\d*)?$/;
const INTEGER = /^[+-]?\d{1,16}$/;
const COLUMNS_PER_LEVEL = 4;

/** Symbol and day from a file name as LOBSTER makes them; `LOBSTER` in 1970 from any other. */
export function lobsterFileName(path: string): { symbol: string; midnightNs: bigint } {
  const [, symbol = 'LOBSTER', date = '1970-01-01'] = FILE_NAME.exec(path) ?? [];
  const milliseconds = Date.parse(`${date}T00:00:00Z`);
  const midnightNs = Number.isNaN(milliseconds) ? 0n : BigInt(milliseconds) * 1_000_000n;
  return { symbol, midnightNs };
}

/** Throws `LineError`. */
export function parseLobsterMessage(text: string): LobsterMessage {
  const columns = text.split(',');
  // Newer files add a seventh column, the participant; it changes nothing here.
  if (columns.length < 6 || columns.length > 7) {
    throw new LineError('WRONG_LENGTH', `A message has six columns, not ${columns.length}.`);
  }
  const event = column(columns, 1, 'event type');
  if (!isEvent(event)) {
    throw new LineError('UNKNOWN_EVENT', `The event type must be 1 to 7, not ${event}.`);
  }
  const message: LobsterMessage = {
    timeNs: parseTime(columns[0] ?? ''),
    event,
    orderId: column(columns, 2, 'order id'),
    size: column(columns, 3, 'size'),
    price: column(columns, 4, 'price'),
    direction: column(columns, 5, 'direction'),
  };
  if (event !== LobsterEvent.Halt && event !== LobsterEvent.Cross) checkOrderEvent(message);
  return message;
}

/** Throws `LineError`. */
export function parseLobsterRow(text: string): LobsterRow {
  const columns = text.split(',');
  if (columns.length % COLUMNS_PER_LEVEL !== 0) {
    const message = `A row has four columns per level, so not ${columns.length} in all.`;
    throw new LineError('WRONG_LENGTH', message);
  }
  const depth = columns.length / COLUMNS_PER_LEVEL;
  const asks = parseSide(columns, 0, 1);
  const bids = parseSide(columns, 2, -1);
  const [bestAsk] = asks;
  const [bestBid] = bids;
  if (bestAsk !== undefined && bestBid !== undefined && bestBid.price >= bestAsk.price) {
    const message = `The book is crossed: bid ${bestBid.price}, ask ${bestAsk.price}.`;
    throw new LineError('CROSSED_ROW', message);
  }
  return { depth, bids, asks };
}

/** `towards`: 1 where prices rise from the best on (asks), -1 where they fall. */
function parseSide(columns: readonly string[], first: number, towards: 1 | -1): LobsterLevels {
  const levels: { price: number; size: number }[] = [];
  let hasEnded = false;
  for (let index = first; index < columns.length; index += COLUMNS_PER_LEVEL) {
    const price = column(columns, index, 'price');
    const size = column(columns, index + 1, 'size');
    if (Math.abs(price) === EMPTY_LEVEL_PRICE && size === 0) {
      hasEnded = true;
      continue;
    }
    const previous = levels.at(-1);
    const isInOrder = previous === undefined || (price - previous.price) * towards > 0;
    if (hasEnded || size < 1 || !isInOrder) {
      const message = `Column ${index + 1} (${price}, size ${size}) is no level after the one before.`;
      throw new LineError('BAD_LEVEL', message);
    }
    levels.push({ price, size });
  }
  return levels;
}

function checkOrderEvent({ size, price, direction, event, orderId }: LobsterMessage): void {
  if (direction !== 1 && direction !== -1) {
    throw new LineError('BAD_DIRECTION', `The direction must be 1 or -1, not ${direction}.`);
  }
  if (size < 1) throw new LineError('BAD_SIZE', `The size must be 1 or more, not ${size}.`);
  if (price < 1 || price >= EMPTY_LEVEL_PRICE) {
    throw new LineError('BAD_PRICE', `The price must be 1 to 9999999998, not ${price}.`);
  }
  if (orderId < 1 && event !== LobsterEvent.HiddenExecution) {
    throw new LineError('BAD_ORDER_ID', `The order id must be 1 or more, not ${orderId}.`);
  }
}

function parseTime(text: string): bigint {
  const match = TIME.exec(text);
  if (match === null) {
    const message = 'The time must be seconds after midnight, such as 34200.017459617.';
    throw new LineError('BAD_TIME', message);
  }
  const [, seconds = '0', fraction = ''] = match;
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

function column(columns: readonly string[], index: number, what: string): number {
  const text = columns[index]?.trim() ?? '';
  if (!INTEGER.test(text)) {
    const message = `Column ${index + 1} (${what}) must be a whole number, not "${text.slice(0, 30)}".`;
    throw new LineError('NOT_A_NUMBER', message);
  }
  return asInteger(Number(text), what);
}

function isEvent(value: number): value is LobsterEvent {
  return value >= LobsterEvent.NewOrder && value <= LobsterEvent.Halt;
}
