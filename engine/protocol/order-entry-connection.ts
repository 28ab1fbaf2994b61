/** The client end of order entry: what it offers to whoever gives orders. */

import type { Epoch, Instrument, InstrumentId } from '../../feed/index.ts';
import type { ClientFound } from './client-codec.ts';
import type { Command } from './commands.ts';
import { OrderEntryClient } from './order-entry-client.ts';
import type { OpenOrders } from './questions.ts';
import type { Reason, Report } from './reports.ts';

export { OrderEntryError, type OrderEntryErrorCode } from './order-entry-error.ts';
export type { OpenOrders } from './questions.ts';

export interface OrderEntryOptions {
  /** Of the engine's entry socket, such as `tcp://127.0.0.1:7102`. */
  readonly endpoint: string;
  /** 1 to 32 printable ASCII characters without spaces; one live session per name. */
  readonly name: string;
  /** Of an earlier run of this client, to go on where it was; see `memory`. Default: none. */
  readonly resume?: SessionMemory;
  /** Called when what `resume` should be given next time has changed: at each log-on. */
  readonly onToken?: (token: string) => void;
  /**
   * True: whoever gives this name may come back to its orders, also without the token. Default:
   * false, so that a name with open orders is only its bearer's.
   */
  readonly isOpen?: boolean;
  /**
   * True: the engine cancels this client's open orders when it closes, or is not heard for ten
   * heartbeats and has not come back by then. Default: false, orders stay.
   */
  readonly cancelOnDisconnect?: boolean;
  /**
   * True: while the engine is overloaded, commands wait there in their order instead of being
   * refused. For those who play a market again and may leave nothing out. Default: false.
   */
  readonly waitsWhenOverloaded?: boolean;
  /** How often each end speaks, 200 to 60,000 ms. Default: 1,000. */
  readonly heartbeatMs?: number;
  /** A first listener for reports, which hears also those that come with the log-on. */
  readonly onReport?: (report: Report) => void;
  /** This client's keys and the engine's public one, where the engine asks for them. */
  readonly keys?: EntryKeys | undefined;
  /** Give up connecting after this long. Default 15,000. */
  readonly logonTimeoutMs?: number;
  readonly log?: OrderEntryLog;
}

/** What a client needs to be let in by an engine that has an allow-list; see PROTOCOL.md, Keys. */
export interface EntryKeys {
  /** In Z85, as a keys file has them. */
  readonly publicKey: string;
  readonly secretKey: string;
  /** The engine's public key. */
  readonly serverKey: string;
}

/** What a client keeps to prove who it is, and to be told what it missed. */
export interface SessionMemory {
  /** 32 hexadecimal digits. */
  readonly token: string;
  /** Number of the last report received; `undefined`: earlier reports are not of interest. */
  readonly lastReport?: number | undefined;
}

/** As much of a logger as is needed; pino's fits. */
export interface OrderEntryLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What happens to the session, apart from reports. */
export type OrderEntryEvent =
  | {
      readonly type: 'logged-on';
      readonly owner: number;
      readonly epoch: Epoch;
      /** True: the engine knows this client, and unanswered commands are sent again, done once. */
      readonly isResumed: boolean;
    }
  /** The engine is lost and a new log-on under way; `unanswered` commands wait for that. */
  | { readonly type: 'disconnected'; readonly reason: Reason; readonly unanswered: number }
  /** The engine does not know this client any more: these commands may or may not be done. */
  | { readonly type: 'commands-lost'; readonly unanswered: number }
  /** Reports from `first` to `last` will not come: ask for the open orders. */
  | { readonly type: 'reports-lost'; readonly first: number; readonly last: number }
  | { readonly type: 'bad-message'; readonly code: string; readonly message: string };

export interface OrderEntryConnection {
  /** Names this client among the owners of orders, for good. */
  readonly owner: number;
  readonly epoch: Epoch;
  /** With it a later run of this client goes on where this one is now. */
  readonly memory: SessionMemory;
  /** Commands sent and not answered yet. */
  readonly unanswered: number;
  /**
   * Sends a command and returns its number, one more for each: 1 for the first that a client ever
   * sends. When the session is lost before the answer, it is sent again and done once. Commands sent in one turn of the event loop travel in one frame. Throws `OrderEntryError`.
   */
  send(command: Command): number;
  /** Returns the function that ends it. Reports are new objects and may be kept. */
  onReport(listener: (report: Report) => void): () => void;
  onEvent(listener: (event: OrderEntryEvent) => void): () => void;
  /** The instrument of a symbol or an id, as it is now; `undefined` when there is none. */
  findInstrument(key: string | InstrumentId): Promise<Instrument | undefined>;
  /**
   * For operators: who has a name. With `release` the name, with its orders, goes to the next one who
   * gives it without a token; that is refused while it is logged on.
   */
  findClient(name: string, release?: boolean): Promise<ClientFound>;
  /** This client's open orders, of one instrument or (0, the default) of all. */
  openOrders(instrument?: number): Promise<OpenOrders>;
  /**
   * Resolves when few enough commands are unanswered to send more (at once, mostly). Rejects with
   * `CONNECTION_LOST` when the engine forgot this client with commands unanswered.
   */
  whenDrained(): Promise<void>;
  /** Resolves when every command sent so far is answered. Rejects as `whenDrained` does. */
  whenAnswered(): Promise<void>;
  /** Sends what is queued, logs off and closes the socket. Orders stay, unless `cancelOnDisconnect`. */
  close(): Promise<void>;
}

/** Resolves when logged on. Rejects with `LOGON_TIMED_OUT`, `LOGON_REFUSED` or `BAD_FIELD`. */
export async function connectOrderEntry(options: OrderEntryOptions): Promise<OrderEntryConnection> {
  const client = new OrderEntryClient(options);
  await client.connected;
  return client;
}
