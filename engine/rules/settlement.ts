/** What happens after each command, in the order of "What happens in one transaction" in RULES.md. */

import { TradingStatus } from '../../feed/index.ts';
import type { ListedInstrument } from '../listed-instrument.ts';
import type { MarketTime } from '../market-time.ts';
import type { OrderCanceller } from '../order-canceller.ts';
import { Reason } from '../protocol/index.ts';
import type { Auctions } from './auctions.ts';
import type { Elections } from './elections.ts';
import type { Links } from './links.ts';
import type { Pauses } from './pauses.ts';
import { type PegMoves, shownBest } from './peg-moves.ts';
import { assertUncrossed, setTradeBounds } from './protection.ts';
import type { SpecialOrders } from './special-orders.ts';
import type { StatusChanges } from './status-changes.ts';

export interface SettlementOptions {
  readonly canceller: OrderCanceller;
  readonly elections: Elections;
  readonly links: Links;
  readonly pegMoves: PegMoves;
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
    this.#cancelLinked();
    const touched = this.#touched.sort((a, b) => a.id - b.id);
    for (const instrument of touched) {
      this.#settle(instrument);
      instrument.isTouched = false;
    }
    touched.length = 0;
    this.isDue = false;
  }

  /** Step 2. One that has ended meanwhile is not there to be cancelled. */
  #cancelLinked(): void {
    const { canceller, links } = this.#options;
    for (let order = links.take(); order !== undefined; order = links.take()) {
      const { instrument, orderId } = order;
      if (order.isOpen) canceller.cancel(instrument, orderId, Reason.LinkedOrder);
    }
  }

  /** Steps 3 and 4, until neither has anything to do or the volatility bound was met. */
  #followUp(instrument: ListedInstrument): void {
    const { elections } = this.#options;
    const { special } = instrument;
    if (special === undefined) return;
    while (instrument.status === TradingStatus.Continuous && !instrument.mustPause) {
      if (special.hasElected) {
        elections.enterFirst(instrument);
        this.#cancelLinked();
      } else if (special.pegs.size === 0 || !this.#pegsFollow(instrument, special)) {
        return;
      }
    }
  }

  /** Step 4, once; false where they stand right. */
  #pegsFollow(instrument: ListedInstrument, { pegs }: SpecialOrders): boolean {
    const best = shownBest(instrument);
    if (!pegs.mustFollow(best)) return false;
    for (const order of pegs.follow(best)) {
      this.#options.pegMoves.follow(order, best);
      this.#cancelLinked();
      if (instrument.mustPause) break;
    }
    return true;
  }

  #settle(instrument: ListedInstrument): void {
    this.#followUp(instrument);
    if (instrument.mustPause) this.#pause(instrument);
    instrument.takeReference();
    setTradeBounds(instrument);
    this.#options.auctions.tellIndicative(instrument);
    assertUncrossed(instrument);
  }

  /** An order has met the volatility bound. */
  #pause(instrument: ListedInstrument): void {
    const { pauses, statuses, time } = this.#options;
    instrument.mustPause = false;
    statuses.enter(instrument, TradingStatus.Auction, Reason.VolatilityPause);
    pauses.begin(instrument, time.ms + instrument.session.pauseMs);
  }
}
