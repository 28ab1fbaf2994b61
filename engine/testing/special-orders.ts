/** Special orders that stand alone, for tests of what keeps them. */

import { BookKind, type InstrumentId, Side } from '../../feed/index.ts';
import { ListedInstrument } from '../listed-instrument.ts';
import { CommandType, type NewOrder, OrderType, TimeInForce } from '../protocol/index.ts';
import { SpecialOrder } from '../rules/special-order.ts';

const INSTRUMENT = new ListedInstrument(
  1 as InstrumentId,
  {
    symbol: 'ONE',
    tickSize: '1',
    lotSize: '1',
    bookKind: BookKind.Levels,
    lowestPrice: -1_000_000,
    highestPrice: 1_000_000,
  },
  undefined,
);

/** The `id`-th that came. */
export function sampleOrder(terms: Partial<NewOrder>, id: number): SpecialOrder {
  return new SpecialOrder(INSTRUMENT, id, 1, id, {
    type: CommandType.NewOrder,
    instrument: INSTRUMENT.id,
    clientOrderId: id,
    side: Side.Bid,
    orderType: OrderType.Limit,
    timeInForce: TimeInForce.Gtc,
    price: 0,
    quantity: 1,
    ...terms,
  });
}
