/** Cancels the orders of clients that have gone and asked for that, by commands in their names. */

import type { Engine } from '../engine.ts';
import {
  CommandType,
  MIN_ENTRY_HEARTBEAT_MS,
  MISSED_HEARTBEATS_UNTIL_LOST,
} from '../protocol/index.ts';
import type { ClientAccount } from './client-account.ts';
import type { ClientDirectory } from './client-directory.ts';
import { DisconnectWatch } from './disconnect-watch.ts';

/**
 * An engine that has not polled for so long was stopped itself: what its clients have said meanwhile
 * is still on its way, so nobody is held for gone before they have been heard for as long again.
 */
const ENGINE_PAUSE_MS = (MIN_ENTRY_HEARTBEAT_MS * MISSED_HEARTBEATS_UNTIL_LOST) / 2;

export interface GoneClientsLog {
  warn(fields: object, message: string): void;
}

export class GoneClients {
  readonly watch = new DisconnectWatch();
  readonly #clients: ClientDirectory;
  readonly #log: GoneClientsLog;
  #polledMs: number | undefined;
  /** Before this, silence may be this engine's own. */
  #judgesFromMs = 0;

  constructor(clients: ClientDirectory, log: GoneClientsLog) {
    this.#clients = clients;
    this.#log = log;
  }

  /** Clients may log on from now on: those of a run before that stay away are held for gone. */
  open(nowMs: number): void {
    for (const account of this.#clients.accounts()) {
      if (account.session === undefined) this.watch.lost(account, nowMs);
    }
  }

  /** The engine is awake. */
  poll(nowMs: number): void {
    if (nowMs - (this.#polledMs ?? nowMs) > ENGINE_PAUSE_MS) {
      this.#judgesFromMs = nowMs + ENGINE_PAUSE_MS;
    }
    this.#polledMs = nowMs;
  }

  /** Whether silence may be held against anybody. */
  mayJudge(nowMs: number): boolean {
    return nowMs >= this.#judgesFromMs;
  }

  cancel(nowMs: number, engine: Pick<Engine, 'sequencer'> | undefined): void {
    if (this.watch.size === 0) return;
    // Orders that are still waiting to be done count as well.
    engine?.sequencer.commit();
    const openOrders = (account: ClientAccount) => this.#clients.openOrdersOf(account);
    this.watch.poll(nowMs, openOrders, (account) => {
      const { name, owner } = account;
      const before = openOrders(account);
      engine?.sequencer.submit(owner, 0, { type: CommandType.OwnerGone });
      engine?.sequencer.commit();
      const left = openOrders(account);
      const fields = { client: name, owner, cancelled: before - left, left };
      this.#log.warn(fields, 'order entry: client gone');
      return left;
    });
  }
}
