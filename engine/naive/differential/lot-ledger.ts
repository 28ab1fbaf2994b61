/** Conservation: follows every order by its reports alone, so that no lot can be lost or invented. */

import { Side, TradingStatus } from '../../../feed/index.ts';
import type { ListedInstrument } from '../../listed-instrument.ts';
import { type Command, CommandType } from '../../protocol/index.ts';
import type { ToldRow } from '../naive-world.ts';

/** What its owner knows of an order. */
interface KnownOrder {
  readonly owner: number;
  open: number;
}

/** Values of a report row: its name, owner, instrument, client order id, order id, and what follows. */
const [OWNER, ORDER_ID, FIRST] = [1, 4, 5];
/** Of `filled`. */
const [TRADE_ID, SIDE, PRICE, QUANTITY, LEAVES] = [
  FIRST,
  FIRST + 1,
  FIRST + 2,
  FIRST + 3,
  FIRST + 4,
];

export class LotLedger {
  readonly #orders = new Map<number, KnownOrder>();

  /**
   * What is wrong in the reports of a command, as a sentence; undefined: nothing. `openOrders` is how
   * many the market says are open behind it.
   */
  check(command: Command, reports: readonly ToldRow[], openOrders: number): string | undefined {
    const trades = new Map<number, ToldRow[]>();
    for (const row of reports) {
      const fault = this.#take(command, row, trades);
      if (fault !== undefined) return `${fault}: ${row.join(' ')}`;
    }
    for (const [tradeId, sides] of trades) {
      const [one, other] = sides;
      const isWhole =
        sides.length === 2 &&
        one?.[PRICE] === other?.[PRICE] &&
        one?.[QUANTITY] === other?.[QUANTITY] &&
        one?.[SIDE] !== other?.[SIDE];
      if (!isWhole) return `trade ${tradeId} has not two equal sides`;
    }
    const { size } = this.#orders;
    return size === openOrders ? undefined : `${size} orders are open by their reports`;
  }

  #take(command: Command, row: ToldRow, trades: Map<number, ToldRow[]>): string | undefined {
    const [call] = row;
    const orderId = Number(row[ORDER_ID]);
    if (call === 'accepted') {
      if (command.type !== CommandType.NewOrder) return 'nobody sent this order';
      if (this.#orders.has(orderId)) return 'this order id is taken';
      this.#orders.set(orderId, { owner: Number(row[OWNER]), open: command.quantity });
      return undefined;
    }
    if (call !== 'filled' && call !== 'cancelled' && call !== 'replaced') return undefined;
    const order = this.#orders.get(orderId);
    if (order === undefined) return 'this order is not open';
    if (order.owner !== row[OWNER]) return 'this order is of another owner';
    if (call === 'replaced') {
      order.open = Number(row[FIRST + 1]);
    } else if (call === 'cancelled') {
      if (row[FIRST] !== order.open) return `${order.open} were open`;
      order.open = 0;
    } else {
      order.open -= Number(row[QUANTITY]);
      if (row[LEAVES] !== order.open) return `${order.open} are left`;
      const tradeId = Number(row[TRADE_ID]);
      trades.set(tradeId, [...(trades.get(tradeId) ?? []), row]);
    }
    if (order.open < 0) return 'it has less than nothing open';
    if (order.open === 0) this.#orders.delete(orderId);
    return undefined;
  }
}

/** In continuous trading nothing crosses, neither shown nor hidden: a sentence where it does. */
export function findCrossed(instruments: readonly ListedInstrument[]): string | undefined {
  for (const { id, status, orders } of instruments) {
    if (orders === undefined || status !== TradingStatus.Continuous) continue;
    const best = (side: Side) => {
      const prices: number[] = [];
      orders.forEachLevel(side, (price) => prices.push(price));
      orders.forEachHidden(side, (_orderId, _owner, price) => prices.push(price));
      return side === Side.Bid ? Math.max(...prices) : Math.min(...prices);
    };
    if (best(Side.Bid) >= best(Side.Ask)) {
      return `instrument ${id} is crossed: ${best(Side.Bid)} and ${best(Side.Ask)}`;
    }
  }
  return undefined;
}
