/** The two tables of numbers that a client may be told: errors in band, and close codes. */

/** By themselves, so that a browser need not load the table to know them. */
export const ALREADY_SUBSCRIBED = 105;

export const NOT_SUBSCRIBED = 108;

export const RESTARTING = 110;

/** `[code, retryable, words]`; numbers stay what they are for ever, new ones are added. */
export const ERROR_CODES = {
  INTERNAL: [100, true, 'The gateway failed; try again.'],
  UNAUTHENTICATED: [101, false, 'Say hello first.'],
  UNKNOWN_SYMBOL: [102, true, 'No instrument has this symbol now.'],
  UNKNOWN_CHANNEL: [103, false, 'There is no such channel.'],
  UNKNOWN_TYPE: [104, false, 'A gateway knows no message of this type.'],
  ALREADY_SUBSCRIBED: [ALREADY_SUBSCRIBED, false, 'This connection has this subscription already.'],
  LIMIT_REACHED: [106, false, 'A limit of this gateway is reached.'],
  BAD_REQUEST: [107, false, 'The message is not what its type needs.'],
  NOT_SUBSCRIBED: [NOT_SUBSCRIBED, false, 'This connection has no such subscription.'],
  ALREADY_WELCOME: [109, false, 'Hello has been said already.'],
  RESTARTING: [RESTARTING, true, 'The gateway is going away; connect again.'],
  DELISTED: [111, false, 'The instrument is gone.'],
  RATE_LIMITED: [112, true, 'Too many requests at once.'],
  FORBIDDEN: [113, false, 'The token does not allow this.'],
  TOKEN_EXPIRED: [114, true, 'The token has expired.'],
  NOT_HELD: [115, false, 'The archive does not hold this.'],
  NO_ARCHIVE: [116, false, 'No relay of this gateway has an archive.'],
  HISTORY_BUSY: [117, true, 'The archive does not answer now; try again.'],
  NOT_PROVED: [118, false, 'What the archive holds here does not have its hash.'],
} as const satisfies Record<string, readonly [number, boolean, string]>;
export type ErrorName = keyof typeof ERROR_CODES;

/** `[code, reconnect, words]`: whether a client may come back by itself. */
export const CLOSE_CODES = {
  NORMAL: [1000, false, 'The client closed.'],
  TOO_BIG: [1009, false, 'A message was larger than 4 KiB.'],
  RESTART: [1012, true, 'The gateway is going away; connect again after a random delay.'],
  OVERLOADED: [1013, true, 'The gateway has no room; connect again later.'],
  NO_HELLO: [4001, false, 'No valid hello came in time.'],
  TOKEN_EXPIRED: [4002, true, 'The token has expired; come back with a new one.'],
  SLOW_CONSUMER: [4008, true, 'Frames stayed unacknowledged for too long.'],
  USER_LIMIT: [4010, true, 'The user has as many connections as it may.'],
  RATE_LIMITED: [4011, true, 'Too many requests, and no end to them.'],
  BAD_PROTOCOL: [4400, false, 'Too many messages were not understood.'],
  BAD_SUBPROTOCOL: [4406, false, 'None of the offered subprotocols is served.'],
} as const satisfies Record<string, readonly [number, boolean, string]>;
export type CloseName = keyof typeof CLOSE_CODES;

/** Whether a client that was closed with `code` may connect again by itself. */
export function mayReconnect(code: number): boolean {
  if (code === 1000 || code === 1002 || code === 1003 || code === 1007 || code === 1009) {
    return false;
  }
  return code !== 4001 && !(code >= 4400 && code < 4500);
}
