/** Gathers the trades of a transaction, and hands them on once its number and time are known. */

import type { FeedInstrument, FeedListener, TransactionContext } from '../../listener.ts';
import type { Aggressor } from '../../market.ts';
import { nanosToMicros } from '../../nanos.ts';

const MICROS_PER_SECOND = 1_000_000;

/** A trade, or a change of an earlier one. */
export type TradeEvent = {
  readonly instrument: FeedInstrument;
  readonly tradeId: number;
  /** The instrument's own sequence. */
  readonly sequence: number;
} & (
  | {
      readonly type: 'traded';
      readonly aggressor: Aggressor;
      readonly price: number;
      readonly quantity: number;
    }
  | { readonly type: 'busted' }
  | { readonly type: 'corrected'; readonly price: number; readonly quantity: number }
);

export class TransactionTrades {
  #events: TradeEvent[] = [];

  /** The part of a listener that it needs; `ended` gets every transaction, also one without trades. */
  listener(
    ended: (events: readonly TradeEvent[], context: TransactionContext) => void,
  ): Required<
    Pick<FeedListener, 'traded' | 'tradeBusted' | 'tradeCorrected' | 'transactionApplied'>
  > {
    return {
      traded: (instrument, aggressor, price, quantity, tradeId) => {
        const sequence = instrument.sequence + 1;
        const what = { type: 'traded', aggressor, price, quantity } as const;
        this.#events.push({ instrument, tradeId, sequence, ...what });
      },
      tradeBusted: (instrument, tradeId) => {
        const sequence = instrument.sequence + 1;
        this.#events.push({ instrument, tradeId, sequence, type: 'busted' });
      },
      tradeCorrected: (instrument, tradeId, price, quantity) => {
        const sequence = instrument.sequence + 1;
        const what = { type: 'corrected', price, quantity } as const;
        this.#events.push({ instrument, tradeId, sequence, ...what });
      },
      transactionApplied: (context) => {
        const events = this.#events;
        if (events.length > 0) this.#events = [];
        ended(events, context);
      },
    };
  }
}

/** Whole seconds since 1970 of the transaction's time. */
export function secondOf({ engineTime }: TransactionContext): number {
  return Math.floor(nanosToMicros(engineTime.high, engineTime.low) / MICROS_PER_SECOND);
}
