/** The client end of order entry: what it offers to whoever gives orders. */

import type { Epoch, Instrument } from '../../feed/index.ts';
import type { Command } from './commands.ts';
import { OrderEntryClient } from './order-entry-client.ts';
import type { Reason, Report } from './reports.ts';

export { OrderEntryError, type OrderEntryErrorCode } from './order-entry-error.ts';

export interface OrderEntryOptions {
  /** Of the engine's entry socket, such as `tcp://127.0.0.1:7102`. */
  readonly endpoint: string;
  /** 1 to 32 printable ASCII characters without spaces; one live session per name. */
  readonly name: string;
  /** Give up connecting after this long. Default 15,000. */
  readonly logonTimeoutMs?: number;
  readonly log?: OrderEntryLog;
}

/** As much of a logger as is needed; pino's fits. */
export interface OrderEntryLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What happens to the session, apart from reports. */
export type OrderEntryEvent =
  | { readonly type: 'logged-on'; readonly owner: number; readonly epoch: Epoch }
  /** The engine is lost and a new log-on under way; `unanswered` commands may or may not be done. */
  | { readonly type: 'disconnected'; readonly reason: Reason; readonly unanswered: number }
  | { readonly type: 'bad-message'; readonly code: string; readonly message: string };

export interface OrderEntryConnection {
  /** Names this client among the owners of orders, for good. */
  readonly owner: number;
  readonly epoch: Epoch;
  /** Commands sent and not answered yet. */
  readonly unanswered: number;
  /**
   * Sends a command and returns its number: 1 for the first of this connection, then one more each.
   * Commands sent in one turn of the event loop travel in one frame. Throws `OrderEntryError`.
   */
  send(command: Command): number;
  /** Returns the function that ends it. Reports are new objects and may be kept. */
  onReport(listener: (report: Report) => void): () => void;
  onEvent(listener: (event: OrderEntryEvent) => void): () => void;
  /** The instrument of a symbol, as it is now; `undefined` when there is none. */
  findInstrument(symbol: string): Promise<Instrument | undefined>;
  /**
   * Resolves when few enough commands are unanswered to send more (at once, mostly). Rejects with
   * `CONNECTION_LOST` when answers were lost since the last call.
   */
  whenDrained(): Promise<void>;
  /** Resolves when every command sent so far is answered. Rejects as `whenDrained` does. */
  whenAnswered(): Promise<void>;
  /** Sends what is queued, logs off and closes the socket. Orders stay in the book. */
  close(): Promise<void>;
}

/** Resolves when logged on. Rejects with `LOGON_TIMED_OUT`, `LOGON_REFUSED` or `BAD_FIELD`. */
export async function connectOrderEntry(options: OrderEntryOptions): Promise<OrderEntryConnection> {
  const client = new OrderEntryClient(options);
  await client.connected;
  return client;
}
