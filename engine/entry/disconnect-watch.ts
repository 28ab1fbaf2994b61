/** Decides when the orders of a client that has gone are to be cancelled, where it asked for that. */

import { MISSED_HEARTBEATS_UNTIL_LOST } from '../protocol/index.ts';
import type { ClientAccount } from './client-account.ts';

/** Orders that could not be cancelled, because the journal is gone, are tried again after this. */
const RETRY_MS = 1000;

/** Cancels an owner's orders by a sequenced command; returns how many are still open. */
export type CancelOrders = (account: ClientAccount) => number;

/**
 * Knows no clock: it is told when a client was heard last and what the time is. A client is watched
 * from the end of its session until it is back, or has no order left.
 */
export class DisconnectWatch {
  readonly #dueMs = new Map<ClientAccount, number>();

  /** Clients that are watched. */
  get size(): number {
    return this.#dueMs.size;
  }

  /** The client has no session any more; it may come back until ten heartbeats after `heardMs`. */
  lost(account: ClientAccount, heardMs: number): void {
    if (account.cancelOnDisconnect) this.#dueMs.set(account, heardMs + timeoutMs(account));
  }

  /** The client has said that it leaves. */
  left(account: ClientAccount, nowMs: number): void {
    if (account.cancelOnDisconnect) this.#dueMs.set(account, nowMs);
  }

  /** The client is logged on again. */
  back(account: ClientAccount): void {
    this.#dueMs.delete(account);
  }

  /** Has the orders of all cancelled whose time is over; `openOrders` says who has any. */
  poll(nowMs: number, openOrders: (account: ClientAccount) => number, cancel: CancelOrders): void {
    for (const [account, dueMs] of this.#dueMs) {
      if (nowMs < dueMs) continue;
      const before = openOrders(account);
      const after = before === 0 ? 0 : cancel(account);
      if (after === 0) this.#dueMs.delete(account);
      // One command cancels only so many: then the rest is due at once.
      else if (after === before) this.#dueMs.set(account, nowMs + RETRY_MS);
    }
  }
}

/** After so long without a word a client is held for gone. */
export function timeoutMs({ heartbeatMs }: Pick<ClientAccount, 'heartbeatMs'>): number {
  return MISSED_HEARTBEATS_UNTIL_LOST * heartbeatMs;
}
