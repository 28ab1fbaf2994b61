/** A stream of the public league's messages as columns, and the error for files that are none. */

export const MessageType = { New: 0, Cancel: 1, Modify: 2 } as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

/** One row per message; a message's sequence is its index. */
export interface LeagueStream {
  readonly count: number;
  readonly types: Uint8Array;
  /** Values of `Side`. */
  readonly sides: Uint8Array;
  /** 1 for an immediate-or-cancel order. */
  readonly immediate: Uint8Array;
  readonly orderIds: Float64Array;
  /** Lots and ticks; 0 for a cancel. */
  readonly quantities: Float64Array;
  readonly prices: Float64Array;
}

/** The file is not what its format says; `code` is stable. */
export class LeagueFileError extends Error {
  readonly code: 'NOT_COMPRESSED' | 'BAD_HEADER' | 'BAD_LENGTH' | 'BAD_MESSAGE' | 'BAD_CASE';

  constructor(code: LeagueFileError['code'], what: string) {
    super(`${code}: ${what}`);
    this.name = 'LeagueFileError';
    this.code = code;
  }
}

/** Files are refused beyond this many messages, so that a broken header cannot take all memory. */
export const MAX_MESSAGES = 50_000_000;

export function emptyStream(count: number): LeagueStream {
  return {
    count,
    types: new Uint8Array(count),
    sides: new Uint8Array(count),
    immediate: new Uint8Array(count),
    orderIds: new Float64Array(count),
    quantities: new Float64Array(count),
    prices: new Float64Array(count),
  };
}

/** Throws unless every message is one that the league's rules allow. */
export function checkStream(stream: LeagueStream): void {
  for (let i = 0; i < stream.count; i += 1) {
    const type = stream.types[i]!;
    if (type > MessageType.Modify) fail(i, `type ${type}`);
    if (stream.sides[i]! > 1) fail(i, `side ${stream.sides[i]}`);
    if (stream.immediate[i]! > 1) fail(i, `IOC flag ${stream.immediate[i]}`);
    if (stream.orderIds[i]! < 1 || !Number.isSafeInteger(stream.orderIds[i])) {
      fail(i, `order id ${stream.orderIds[i]}`);
    }
    if (type === MessageType.Cancel) continue;
    if (stream.quantities[i]! < 1) fail(i, `quantity ${stream.quantities[i]}`);
    if (!Number.isSafeInteger(stream.prices[i])) fail(i, `price ${stream.prices[i]}`);
  }
}

function fail(index: number, what: string): never {
  throw new LeagueFileError('BAD_MESSAGE', `message ${index} has ${what}.`);
}
