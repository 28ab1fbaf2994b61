/** One instrument on a whole engine, with orders and reports as short as a trader would write them. */

import { type InstrumentId, Side, type TradingStatus } from '../../feed/index.ts';
import { drawLadder, type Ladder, tidyLadder } from '../book/ladder-table.ts';
import type { MarketLimits } from '../market.ts';
import {
  type Command,
  CommandType,
  type NewOrder,
  OrderState,
  OrderType,
  PegTo,
  Reason,
  type SetRules,
} from '../protocol/index.ts';
import { EngineFixture, type ReportRow } from './engine-fixture.ts';
import { cancel, limit, listing, modify, replace } from './orders.ts';

const { Bid, Ask } = Side;
const ONE = 1 as InstrumentId;
const REASONS = new Map<unknown, string>(
  Object.entries(Reason).map(([name, code]) => [code, name]),
);
const STATES = new Map<unknown, string>(Object.entries(OrderState).map(([name, at]) => [at, name]));

/** Everything but what makes an order a stop, a peg, or linked. */
type Terms = Partial<Omit<NewOrder, 'type' | 'instrument' | 'clientOrderId'>>;

/**
 * Orders are called by their client order ids. Give them 1, 2, 3 ... as they come, and the ladder,
 * which shows the engine's ids, has the same.
 */
export class RulesFixture {
  readonly fixture: EngineFixture;

  constructor(limits: Partial<MarketLimits> = {}) {
    this.fixture = new EngineFixture(undefined, { limits });
    this.fixture.do(listing('ONE'));
  }

  buy(id: number, quantity: number, price: number, terms: Terms = {}): string[] {
    return this.do({ ...limit(ONE, id, Bid, price, quantity), ...terms });
  }

  sell(id: number, quantity: number, price: number, terms: Terms = {}): string[] {
    return this.do({ ...limit(ONE, id, Ask, price, quantity), ...terms });
  }

  order(side: Side, id: number, quantity: number, price: number): NewOrder {
    return limit(ONE, id, side, price, quantity);
  }

  /** Market orders of owner 2. */
  take(side: Side, id: number, quantity: number): string[] {
    const order = limit(ONE, id, side, 0, quantity);
    return this.do({ ...order, orderType: OrderType.Market }, 2);
  }

  /** A trade at this price between two others, which leaves the book as it was. */
  trade(id: number, price: number): string[] {
    this.do(limit(ONE, id, Ask, price, 1), 8);
    return this.do(limit(ONE, id, Bid, price, 1), 9);
  }

  cancel(id: number): string[] {
    return this.do(cancel(ONE, id));
  }

  modify(id: number, price: number, quantity: number, triggerPrice?: number): string[] {
    const command = modify(ONE, id, price, quantity);
    return this.do(triggerPrice === undefined ? command : { ...command, triggerPrice });
  }

  replace(id: number, price: number, quantity: number): string[] {
    return this.do(replace(ONE, id, price, quantity));
  }

  status(status: TradingStatus): string[] {
    return this.do({ type: CommandType.SetStatus, instrument: ONE, status });
  }

  /** Collar and volatility pause; what is not given is off. */
  protect(rules: Partial<Pick<SetRules, 'collarTicks' | 'pauseTicks' | 'pauseMs'>>): string[] {
    return this.do({
      type: CommandType.SetRules,
      instrument: ONE,
      lowestPrice: -1_000_000,
      highestPrice: 1_000_000,
      ...{ collarTicks: 0, pauseTicks: 0, pauseMs: 0, ...rules },
    });
  }

  /** What the command made of orders of owner 1 and 2, each report as a line. */
  do(command: Command, owner = 1): string[] {
    return this.fixture.do(command, owner).flatMap((row) => tellRow(row));
  }

  /** Time passes, and what is due is done. */
  wait(milliseconds: number): string[] {
    const before = this.fixture.reports.rows.length;
    this.fixture.advance(milliseconds);
    this.fixture.engine.sequencer.advance();
    return this.fixture.reports.rows.slice(before).flatMap((row) => tellRow(row));
  }

  get nowMs(): number {
    return Number(this.fixture.timeNs / 1_000_000n);
  }

  get ladder(): Ladder {
    const { orders } = this.fixture.engine.market.instruments[0] ?? {};
    return orders === undefined ? '' : tidyLadder(drawLadder(orders));
  }

  /** The open orders of owner 1 that are not in the book: `id state open @ price`. */
  get beside(): string[] {
    const { orders } = this.fixture.engine.market.findOpenOrders(1, 0, 0);
    return orders
      .filter(({ state }) => state !== OrderState.InBook)
      .map((one) => `${one.clientOrderId} ${STATES.get(one.state)} ${one.open} @ ${one.price}`);
  }
}

export function stop(triggerPrice: number): Terms {
  return { orderType: OrderType.Stop, triggerPrice };
}

export function stopLimit(triggerPrice: number): Terms {
  return { orderType: OrderType.StopLimit, triggerPrice };
}

export function trailing(trailBy: number): Terms {
  return { orderType: OrderType.TrailingStop, trailBy };
}

export function primaryPeg(pegOffset: number): Terms {
  return { orderType: OrderType.Pegged, pegTo: PegTo.Primary, pegOffset };
}

export function midPeg(pegOffset: number): Terms {
  return { orderType: OrderType.Pegged, pegTo: PegTo.Mid, pegOffset };
}

/** Those of owners 8 and 9, whose trades only make a price, are left out. */
function tellRow([, name, owner, ...values]: ReportRow): string[] {
  if (owner === 8 || owner === 9) return [];
  if (name === 'rejected') return [`${values[0]} rejected: ${REASONS.get(values[1])}`];
  const [, id, , a, b, c, d] = values;
  switch (name) {
    case 'accepted':
    case 'triggered':
      return [`${id} ${name}`];
    case 'filled':
      return [`${id} filled ${d} @ ${c}`];
    case 'cancelled':
      return [`${id} cancelled ${a}: ${REASONS.get(b)}`];
    case 'replaced':
      return [`${id} replaced ${b} @ ${a}${c === true ? ', kept its place' : ''}`];
    default:
      return [];
  }
}
