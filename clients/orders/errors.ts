/** What may go wrong with an order, as errors with stable codes. */

import { REASON_TEXT, type Reason, reasonCode } from '../../engine/protocol/index.ts';

/** The engine refused a command; nothing has changed. */
export class OrderRejected extends Error {
  /** The reason in UPPER_SNAKE, such as PRICE_OUTSIDE_BAND. */
  readonly code: string;
  readonly reason: Reason;
  readonly clientOrderId: number;

  /** With RATE_LIMITED: try again after this many milliseconds. */
  readonly retryAfterMs: number;

  constructor(reason: Reason, clientOrderId: number, retryAfterMs = 0) {
    const code = reasonCode(reason);
    super(`${code}: ${REASON_TEXT[reason]}`);
    this.name = 'OrderRejected';
    this.code = code;
    this.reason = reason;
    this.clientOrderId = clientOrderId;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The engine has no instrument of this symbol. */
export class UnknownSymbol extends Error {
  readonly code = 'UNKNOWN_SYMBOL';

  constructor(symbol: string) {
    super(`UNKNOWN_SYMBOL: The engine lists no instrument "${symbol}".`);
    this.name = 'UnknownSymbol';
  }
}
