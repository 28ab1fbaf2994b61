/** What a few traders of the simulated market do besides: icebergs, hidden orders, stops and pegs. */

import { oppositeSide, Side } from '../../feed/index.ts';
import {
  CommandType,
  type NewOrder,
  OrderType,
  PegTo,
  type Report,
  ReportType,
  TimeInForce,
} from '../protocol/index.ts';
import type { Random } from './random.ts';
import type { SourceCommand } from './source.ts';

/** Of the passive orders: how many are icebergs, and how many are hidden. */
const ICEBERG_SHARE = 0.04;
const HIDDEN_SHARE = 0.02;
/** An iceberg is so many times as large as another order, and shows what that one would. */
const ICEBERG_PARTS = 5;
/** Of the moments: at how many a stop or peg comes, or an old one goes. */
const EXTRA_SHARE = 0.015;
/** Stops and pegs of one instrument at a time. */
export const MAX_EXTRAS = 12;
/** How far a stop stands behind the best price of its side's victims, in steps. */
const NEAREST_STOP = 3;
const STOP_RANGE = 12;

/** What makes a passive order an iceberg, or hidden. */
export type PassiveTerms = Partial<
  Pick<NewOrder, 'quantity' | 'displayQuantity' | 'isHidden' | 'timeInForce'>
>;

/** A limit order like most. */
export const USUAL_TERMS: PassiveTerms = {};

/** The best prices as the flow knows them. */
export interface Touch {
  readonly bid: number | undefined;
  readonly ask: number | undefined;
}

export interface ExtrasOptions {
  readonly symbol: string;
  readonly lowestPrice: number;
  readonly highestPrice: number;
  /** Ticks between the prices at which orders gather. */
  readonly step: number;
  readonly random: Random;
  readonly nextClientOrderId: () => number;
  readonly quantity: () => number;
}

export class SimulatedExtras {
  readonly #options: ExtrasOptions;
  /** Open stops and pegs, oldest first. */
  readonly #open = new Set<number>();

  constructor(options: ExtrasOptions) {
    this.#options = options;
  }

  /** For a passive order of this quantity; mostly nothing. */
  passiveTerms(quantity: number): PassiveTerms {
    const { random } = this.#options;
    const draw = random.unit();
    if (draw < ICEBERG_SHARE) {
      return { quantity: quantity * ICEBERG_PARTS, displayQuantity: quantity };
    }
    if (draw < ICEBERG_SHARE + HIDDEN_SHARE) return { isHidden: true };
    // Many go home in the evening.
    return random.chance(0.3) ? { timeInForce: TimeInForce.Day } : USUAL_TERMS;
  }

  /** Mostly undefined: nothing happens besides. */
  act(touch: Touch): SourceCommand | undefined {
    const { random, symbol } = this.#options;
    if (!random.chance(EXTRA_SHARE)) return undefined;
    const [oldest] = this.#open;
    if (oldest !== undefined && (this.#open.size >= MAX_EXTRAS || random.chance(0.3))) {
      return { type: CommandType.Cancel, symbol, clientOrderId: oldest };
    }
    const side = random.chance(0.5) ? Side.Bid : Side.Ask;
    return random.chance(0.6) ? this.#stop(side, touch) : this.#peg(side, touch);
  }

  /** True when the report was about a stop or a peg of this instrument. */
  onReport(report: Report): boolean {
    if (!('clientOrderId' in report)) return false;
    const { clientOrderId } = report;
    if (!this.#open.has(clientOrderId)) return false;
    const hasEnded =
      report.type === ReportType.Cancelled ||
      // Itself, or a cancel that came too late.
      report.type === ReportType.Rejected ||
      (report.type === ReportType.Filled && report.leaves === 0);
    if (hasEnded) this.#open.delete(clientOrderId);
    return true;
  }

  /** Somebody wants out when the market moves against them: behind the touch of the other side. */
  #stop(side: Side, touch: Touch): SourceCommand | undefined {
    const { random, step } = this.#options;
    const from = side === Side.Bid ? touch.ask : touch.bid;
    if (from === undefined) return undefined;
    const away = (NEAREST_STOP + random.below(STOP_RANGE)) * step;
    if (random.chance(0.3)) {
      return this.#order(side, { orderType: OrderType.TrailingStop, trailBy: away });
    }
    const triggerPrice = side === Side.Bid ? from + away : from - away;
    if (!this.#isInBand(triggerPrice)) return undefined;
    return this.#order(side, { orderType: OrderType.Stop, triggerPrice });
  }

  /** Somebody follows the market, no further than a little behind the other side. */
  #peg(side: Side, touch: Touch): SourceCommand | undefined {
    const { random, step } = this.#options;
    const opposite = oppositeSide(side) === Side.Bid ? touch.bid : touch.ask;
    if (opposite === undefined) return undefined;
    const room = STOP_RANGE * step;
    const limit = side === Side.Bid ? opposite + room : opposite - room;
    if (!this.#isInBand(limit)) return undefined;
    const pegTo = random.chance(0.5) ? PegTo.Mid : PegTo.Primary;
    const pegOffset = random.below(2);
    return this.#order(side, { orderType: OrderType.Pegged, price: limit, pegTo, pegOffset });
  }

  #order(side: Side, terms: Partial<NewOrder>): SourceCommand {
    const { nextClientOrderId, quantity, symbol } = this.#options;
    const clientOrderId = nextClientOrderId();
    this.#open.add(clientOrderId);
    return {
      type: CommandType.NewOrder,
      symbol,
      clientOrderId,
      side,
      orderType: OrderType.Stop,
      timeInForce: TimeInForce.Gtc,
      price: 0,
      quantity: quantity(),
      ...terms,
    };
  }

  #isInBand(price: number): boolean {
    return price >= this.#options.lowestPrice && price <= this.#options.highestPrice;
  }
}
