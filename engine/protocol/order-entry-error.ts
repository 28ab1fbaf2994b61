/** The one error that the client end of order entry throws. */

/** What may go wrong: stable codes, each with one sentence. */
export const ORDER_ENTRY_ERROR_TEXT = {
  LOGON_TIMED_OUT: 'Nobody answered the log-on in time; is the engine running there?',
  LOGON_REFUSED: 'The engine refused the log-on.',
  CONNECTION_LOST: 'The engine was lost with commands unanswered; they may or may not be done.',
  TAKEN_OVER: 'Another process has logged on with this client’s name and token.',
  CLOSED: 'This connection has been closed here.',
  TOO_MANY_UNANSWERED: 'Too many commands are unanswered; wait for whenDrained first.',
  BAD_FIELD: 'A field holds a value that the protocol cannot carry.',
} as const;
export type OrderEntryErrorCode = keyof typeof ORDER_ENTRY_ERROR_TEXT;

export class OrderEntryError extends Error {
  readonly code: OrderEntryErrorCode;
  constructor(code: OrderEntryErrorCode, detail = '') {
    super(`${code}: ${ORDER_ENTRY_ERROR_TEXT[code]} ${detail}`.trimEnd());
    this.name = 'OrderEntryError';
    this.code = code;
  }
}
