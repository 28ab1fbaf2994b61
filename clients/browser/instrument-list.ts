/** The instruments of the market with their status and state, kept current. */

import type { FeedState, StateReason } from '../../feed/index.ts';
import {
  type GatewayEvent,
  type InstrumentRow,
  MessageType,
} from '../../gateway/protocol/index.ts';
import type { InstrumentInfo } from './api.ts';
import { fitsKinds, INSTRUMENT_KINDS } from './event-check.ts';
import type { SubscribeOptions, Subscription } from './subscription.ts';

export class InstrumentList implements Subscription {
  readonly channel = 'instruments';
  readonly symbol = '';
  readonly options = {};
  asked: SubscribeOptions | undefined;
  readonly resume = undefined;
  classId = 0;
  requestId = 0;
  /** Sorted by id; a new array with every change. */
  all: readonly InstrumentInfo[] = [];
  readonly #byId = new Map<number, InstrumentInfo>();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  subscribed(message: readonly [number, number, number, ...unknown[]]): void {
    this.classId = message[2];
  }

  received(event: GatewayEvent): void {
    if (event[0] === MessageType.Instruments) {
      if (event[2]) this.#byId.clear();
      for (const row of event[3]) this.#take(row);
    } else if (event[0] === MessageType.Status) {
      const [, , id, status, state, reason, statusReason = 0] = event;
      const known = this.#byId.get(id);
      if (known === undefined) return;
      this.#byId.set(id, {
        ...known,
        status,
        statusReason,
        state: state as FeedState,
        reason: reason as StateReason,
      });
    } else {
      return;
    }
    this.all = [...this.#byId.values()].sort((a, b) => a.id - b.id);
    this.#changed();
  }

  linkChanged(): void {}

  find(symbol: string): InstrumentInfo | undefined {
    return this.all.find((instrument) => instrument.symbol === symbol);
  }

  #take(row: readonly unknown[]): void {
    if (!fitsKinds(INSTRUMENT_KINDS, row, 0)) return;
    const [id, symbol, tickSize, lotSize, status, state, reason, statusReason = 0] =
      row as unknown as InstrumentRow;
    this.#byId.set(id, {
      id,
      symbol,
      tickSize,
      lotSize,
      status,
      statusReason,
      state: state as FeedState,
      reason: reason as StateReason,
    });
  }
}
