/** What happens after each command, in the order of "What happens in one transaction" in RULES.md. */

import { TradingStatus } from '../../feed/index.ts';
import type { ListedInstrument } from '../listed-instrument.ts';
import type { MarketTime } from '../market-time.ts';
import { Reason } from '../protocol/index.ts';
import type { Auctions } from './auctions.ts';
import type { Pauses } from './pauses.ts';
import { setTradeBounds } from './protection.ts';
import type { StatusChanges } from './status-changes.ts';

export interface SettlementOptions {
  readonly auctions: Auctions;
  readonly pauses: Pauses;
  readonly statuses: StatusChanges;
  readonly time: MarketTime;
}

/**
 * A command marks the instruments whose books it has called, if they have anything to settle at all
 * (`needsSettling`); the market then runs this once. A command of plain orders in plain instruments
 * comes here with nothing marked.
 */
export class Settlement {
  /** True: `run` has something to do. */
  isDue = false;
  readonly #options: SettlementOptions;
  readonly #touched: ListedInstrument[] = [];

  constructor(options: SettlementOptions) {
    this.#options = options;
  }

  /** Of every instrument whose book, orders or status the command has changed. */
  touch(instrument: ListedInstrument): void {
    if (!instrument.needsSettling || instrument.isTouched) return;
    instrument.isTouched = true;
    this.#touched.push(instrument);
    this.isDue = true;
  }

  /** Steps 2 to 7, for one instrument after the other. */
  run(): void {
    const touched = this.#touched.sort((a, b) => a.id - b.id);
    for (const instrument of touched) {
      this.#settle(instrument);
      instrument.isTouched = false;
    }
    touched.length = 0;
    this.isDue = false;
  }

  #settle(instrument: ListedInstrument): void {
    if (instrument.mustPause) this.#pause(instrument);
    this.#options.auctions.tellIndicative(instrument);
    instrument.takeReference();
    setTradeBounds(instrument);
  }

  /** An order has met the volatility bound. */
  #pause(instrument: ListedInstrument): void {
    const { pauses, statuses, time } = this.#options;
    instrument.mustPause = false;
    statuses.enter(instrument, TradingStatus.Auction, Reason.VolatilityPause);
    pauses.begin(instrument, time.ms + instrument.session.pauseMs);
  }
}
