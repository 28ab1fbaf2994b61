/** Auctions of the market: uncrosses, and tells what an uncross would do. */

import type { ListedInstrument, MarketBook } from '../listed-instrument.ts';
import type { StreamOutput } from '../market-output.ts';
import type { OrderEvents } from '../order-events.ts';
import { EquilibriumFinder } from './auction.ts';
import { isAuction } from './status.ts';
import type { TradingSession } from './trading-session.ts';

export class Auctions {
  readonly #finder = new EquilibriumFinder();
  readonly #events: OrderEvents;
  readonly #stream: StreamOutput;

  constructor(events: OrderEvents, stream: StreamOutput) {
    this.#events = events;
    this.#stream = stream;
  }

  /** Trades what crosses, at one price; nothing happens when nothing crosses. */
  uncross(instrument: ListedInstrument): void {
    const { orders, session } = instrument;
    if (orders === undefined) return;
    this.#events.instrument = instrument;
    // Once, unless so much is open that its sums were cut.
    while (orders.isCrossed) orders.uncross(this.#find(orders, session).price);
  }

  /** The status has become another: what was told before is no longer so. */
  forget(instrument: ListedInstrument): void {
    Object.assign(instrument.session.told, { price: 0, volume: 0, imbalance: 0, side: 0 });
  }

  /** In PreOpen and Auction, after each transaction that may have changed it. */
  tellIndicative(instrument: ListedInstrument): void {
    const { orders, session } = instrument;
    if (!isAuction(instrument.status) || orders === undefined) return;
    const { price, volume, imbalance, imbalanceSide: side } = this.#find(orders, session);
    const { told } = session;
    const isSame =
      price === told.price &&
      volume === told.volume &&
      imbalance === told.imbalance &&
      side === told.side;
    if (isSame) return;
    told.price = price;
    told.volume = volume;
    told.imbalance = imbalance;
    told.side = side;
    this.#stream.indicative(instrument, price, volume, imbalance, side);
  }

  #find(orders: MarketBook, { referencePrice }: TradingSession): EquilibriumFinder {
    this.#finder.find(orders, Number.isNaN(referencePrice) ? undefined : referencePrice);
    return this.#finder;
  }
}
