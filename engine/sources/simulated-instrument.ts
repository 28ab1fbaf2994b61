/** One instrument of the simulated market: what its next command is. */

import { oppositeSide, Side } from '../../feed/index.ts';
import type { MarketInstrument, SimulationSettings } from '../market-file.ts';
import {
  CommandType,
  OrderType,
  Reason,
  type Report,
  ReportType,
  TimeInForce,
} from '../protocol/index.ts';
import { Arrivals } from './arrivals.ts';
import { FairPrice } from './fair-price.ts';
import { Random } from './random.ts';
import { SimulatedExtras, USUAL_TERMS } from './simulated-extras.ts';
import { openLots, type SimulatedOrder, SimulatedOrders } from './simulated-orders.ts';
import type { SourceCommand } from './source.ts';

/** Orders a side that the flow hovers around, and what it never exceeds or falls below for long. */
const TYPICAL_ORDERS = 130;
export const MAX_ORDERS_A_SIDE = 260;
const MIN_ORDERS = 40;
const MIN_LEVELS = 12;
/** How far behind the touch orders are placed, in steps: mostly near, some far. */
const NEAR_DECAY = 0.84;
const FAR_DECAY = 0.955;
const FAR_SHARE = 0.3;
const SIDE_PERSISTENCE = 0.68;
/** Of the orders that the fair price has passed: how many trade before they are cancelled. */
const TAKEN_SHARE = 0.25;
const MAX_QUANTITY = 2 ** 46;
/** Seconds for which it is believed that an auction goes on, after one has refused an order. */
const AUCTION_BELIEF = 2;

/** Shares of what the flow does when a book is as it should be; cancels follow the order count. */
const AGGRESSIVE_SHARE = 0.07;
const MODIFY_SHARE = 0.06;
const REPLACE_SHARE = 0.08;

export class SimulatedInstrument {
  readonly symbol: string;
  /** Seconds since the simulation began. */
  nextTime: number;
  readonly #definition: MarketInstrument;
  readonly #settings: SimulationSettings;
  readonly #random: Random;
  readonly #arrivals: Arrivals;
  readonly #fair: FairPrice;
  readonly #orders = new SimulatedOrders();
  readonly #extras: SimulatedExtras;
  readonly #nextClientOrderId: () => number;
  /** Ticks between the prices at which orders gather. */
  readonly #step: number;
  #side: Side = Side.Bid;
  #time = 0;
  /** Until then whoever wants to trade leaves a limit order for the auction. */
  #auctionUntil = 0;

  /** `rateFactor` scales the configured activity. `nextClientOrderId` is shared by the market. */
  constructor(
    definition: MarketInstrument,
    settings: SimulationSettings,
    seed: string,
    rateFactor: number,
    nextClientOrderId: () => number,
  ) {
    this.symbol = definition.symbol;
    this.#definition = definition;
    this.#settings = settings;
    this.#nextClientOrderId = nextClientOrderId;
    this.#random = new Random(`${seed}/${definition.symbol}`);
    this.#arrivals = new Arrivals(settings.activity * rateFactor, this.#random);
    const { lowestPrice, highestPrice } = definition;
    const { referencePrice, volatility, typicalSpread } = settings;
    this.#fair = new FairPrice(referencePrice, volatility, lowestPrice, highestPrice, this.#random);
    this.#step = Math.max(1, Math.round(typicalSpread / 2));
    this.nextTime = this.#arrivals.next();
    this.#extras = new SimulatedExtras({
      symbol: definition.symbol,
      lowestPrice,
      highestPrice,
      step: this.#step,
      random: new Random(`${seed}/${definition.symbol}/extras`),
      nextClientOrderId,
      quantity: () => this.#quantity(),
    });
  }

  /** A book to start with: the ladder that would have gathered before the simulation began. */
  opening(): SourceCommand[] {
    const commands: SourceCommand[] = [];
    for (let index = 0; index < MIN_ORDERS * 2; index++) {
      const command = this.#place(index % 2 === 0 ? Side.Bid : Side.Ask);
      if (command !== undefined) commands.push(command);
    }
    return commands;
  }

  /** What happens at `nextTime`; afterwards that is the time of the next event. */
  step(): SourceCommand | undefined {
    this.#fair.advance(this.nextTime - this.#time);
    this.#time = this.nextTime;
    this.nextTime += this.#arrivals.next();
    if (!this.#random.chance(SIDE_PERSISTENCE)) this.#side = oppositeSide(this.#side);
    const touch = { bid: this.#orders.best(Side.Bid), ask: this.#orders.best(Side.Ask) };
    return this.#replenish() ?? this.#extras.act(touch) ?? this.#act();
  }

  /** True when the report was about an order of this instrument. */
  onReport(report: Report): boolean {
    if (!('clientOrderId' in report)) return false;
    if (report.type === ReportType.Rejected && report.reason === Reason.NotInAuction) {
      this.#auctionUntil = this.#time + AUCTION_BELIEF;
    }
    const order = this.#orders.get(report.clientOrderId);
    if (order === undefined) return this.#extras.onReport(report);
    switch (report.type) {
      case ReportType.Accepted:
        order.isAccepted = true;
        break;
      case ReportType.Filled:
        this.#orders.change(order, order.price, order.total, order.filled + report.quantity);
        break;
      case ReportType.Replaced:
        order.isBusy = false;
        this.#orders.change(order, report.price, order.filled + report.quantity, order.filled);
        break;
      case ReportType.Cancelled:
        this.#orders.remove(order);
        break;
      case ReportType.Rejected:
        // Refused itself, or a change of it was: mostly because it had just been filled.
        if (order.isAccepted) order.isBusy = false;
        else this.#orders.remove(order);
        break;
    }
    return true;
  }

  /** A side that has become thin is filled up before anything else happens. */
  #replenish(): SourceCommand | undefined {
    const thin = this.#isThin(this.#side) ? this.#side : oppositeSide(this.#side);
    if (!this.#isThin(thin) || this.#orders.count(thin) >= MAX_ORDERS_A_SIDE) return undefined;
    return this.#place(thin);
  }

  #isThin(side: Side): boolean {
    return this.#orders.count(side) < MIN_ORDERS || this.#orders.levelCount(side) < MIN_LEVELS;
  }

  #act(): SourceCommand | undefined {
    const side = this.#side;
    const count = this.#orders.count(side);
    if (count >= MAX_ORDERS_A_SIDE) return this.#cancel(side);
    const chased = this.#chasedSide();
    if (chased !== undefined) return this.#chase(chased);
    const draw = this.#random.unit();
    if (draw < AGGRESSIVE_SHARE) return this.#take(side);
    if (draw < AGGRESSIVE_SHARE + MODIFY_SHARE) return this.#modify(side);
    if (draw < AGGRESSIVE_SHARE + MODIFY_SHARE + REPLACE_SHARE) return this.#replace(side);
    // More orders than usual make cancels likelier, fewer make new ones so: the count returns.
    const cancelShare = (0.45 * count) / TYPICAL_ORDERS;
    return this.#random.chance(Math.min(0.9, cancelShare)) ? this.#cancel(side) : this.#place(side);
  }

  /** The aggressor's side while the book lies away from the fair price: the further, the surer. */
  #chasedSide(): Side | undefined {
    const bid = this.#orders.best(Side.Bid);
    const ask = this.#orders.best(Side.Ask);
    if (bid === undefined || ask === undefined) return undefined;
    const fair = this.#fair.value;
    const away = fair > ask ? fair - ask : fair < bid ? bid - fair : 0;
    if (!this.#random.chance(Math.min(0.5, away / (4 * this.#step)))) return undefined;
    return fair > ask ? Side.Bid : Side.Ask;
  }

  /** Orders on the wrong side of the fair price are taken, or their owners are quick enough. */
  #chase(aggressor: Side): SourceCommand | undefined {
    if (this.#random.chance(TAKEN_SHARE)) return this.#take(aggressor);
    const resting = oppositeSide(aggressor);
    if (this.#orders.count(resting) <= MIN_ORDERS) return this.#place(resting);
    const order = this.#orders.atTouch(resting);
    return order === undefined ? undefined : this.#cancelOrder(order);
  }

  /** A passive order, at or behind the touch; sometimes inside a wide spread. */
  #place(side: Side): SourceCommand | undefined {
    const price = this.#passivePrice(side);
    return price === undefined ? undefined : this.#order(side, price);
  }

  /** A limit order that stays. */
  #order(side: Side, price: number): SourceCommand {
    const usual = this.#quantity();
    const terms = this.#extras.passiveTerms(usual);
    const { quantity = usual } = terms;
    const clientOrderId = this.#nextClientOrderId();
    const order: SimulatedOrder = {
      clientOrderId,
      side,
      price,
      total: quantity,
      filled: 0,
      isBusy: false,
      isAccepted: false,
      place: -1,
    };
    this.#orders.add(order);
    const command = {
      type: CommandType.NewOrder,
      symbol: this.symbol,
      clientOrderId,
      side,
      orderType: OrderType.Limit,
      timeInForce: TimeInForce.Gtc,
      price,
      quantity,
    };
    return terms === USUAL_TERMS ? command : { ...command, ...terms };
  }

  #passivePrice(side: Side): number | undefined {
    // Downwards for a bid, upwards for an ask.
    const away = side === Side.Bid ? -1 : 1;
    const opposite = this.#orders.best(oppositeSide(side));
    const half = this.#settings.typicalSpread / 2;
    let touch = Math.round(this.#fair.value + away * half);
    if (opposite !== undefined) {
      const limit = opposite + away;
      touch = side === Side.Bid ? Math.min(touch, limit) : Math.max(touch, limit);
    }
    const decay = this.#random.chance(FAR_SHARE) ? FAR_DECAY : NEAR_DECAY;
    const steps = this.#random.geometric(decay);
    const behind = steps * this.#step + (steps > 0 ? this.#random.below(this.#step) : 0);
    const price = touch + away * behind;
    const { lowestPrice, highestPrice } = this.#definition;
    return price >= lowestPrice && price <= highestPrice ? price : undefined;
  }

  /** A market order, or an immediate limit order at the touch; `side` is the aggressor's. */
  #take(side: Side): SourceCommand | undefined {
    const resting = oppositeSide(side);
    const best = this.#orders.best(resting);
    // The last orders of a side are left alone: it would take a while to fill up again.
    if (best === undefined || this.#orders.count(resting) <= MIN_ORDERS / 2) return undefined;
    if (this.#time < this.#auctionUntil) return this.#order(side, best);
    const isMarket = this.#random.chance(0.4);
    const atTouch = this.#orders.lotsAt(resting, best);
    // Aggressors look at what is there: most take a part of the touch, a few sweep through it.
    const isSweep = this.#random.chance(0.12);
    const wanted = isSweep ? atTouch + this.#quantity() : Math.min(this.#quantity(), atTouch);
    const common = {
      type: CommandType.NewOrder,
      symbol: this.symbol,
      clientOrderId: this.#nextClientOrderId(),
      side,
      timeInForce: TimeInForce.Ioc,
      quantity: wanted,
    } as const;
    if (isMarket) return { ...common, orderType: OrderType.Market, price: 0 };
    return { ...common, orderType: OrderType.Limit, price: best };
  }

  /** Orders far from the touch are given up more often: of two, the further one goes. */
  #cancel(side: Side): SourceCommand | undefined {
    const one = this.#orders.pick(side, this.#random);
    const other = this.#random.chance(0.35) ? this.#orders.pick(side, this.#random) : one;
    if (one === undefined || other === undefined) return undefined;
    const isFurther = side === Side.Bid ? other.price < one.price : other.price > one.price;
    return this.#cancelOrder(isFurther ? other : one);
  }

  #cancelOrder(order: SimulatedOrder): SourceCommand {
    order.isBusy = true;
    const { clientOrderId } = order;
    return { type: CommandType.Cancel, symbol: this.symbol, clientOrderId };
  }

  /** A new total at the same price: mostly less, which keeps the order's place in its queue. */
  #modify(side: Side): SourceCommand | undefined {
    const order = this.#orders.pick(side, this.#random);
    if (order === undefined) return undefined;
    const open = openLots(order);
    const less = open > 1 && this.#random.chance(0.75);
    const change = less ? -(1 + this.#random.below(open - 1)) : 1 + this.#random.below(open);
    order.isBusy = true;
    return {
      type: CommandType.Modify,
      symbol: this.symbol,
      clientOrderId: order.clientOrderId,
      price: order.price,
      quantity: Math.min(MAX_QUANTITY, order.total + change),
    };
  }

  /** Another price, passive as before. */
  #replace(side: Side): SourceCommand | undefined {
    const order = this.#orders.pick(side, this.#random);
    const price = this.#passivePrice(side);
    if (order === undefined || price === undefined || price === order.price) return undefined;
    order.isBusy = true;
    return {
      type: CommandType.Replace,
      symbol: this.symbol,
      clientOrderId: order.clientOrderId,
      price,
      quantity: openLots(order),
    };
  }

  /** Log-normal around the typical quantity; most people write round numbers. */
  #quantity(): number {
    const drawn = this.#settings.typicalQuantity * Math.exp(0.9 * this.#random.normal());
    const lots = Math.min(MAX_QUANTITY, Math.max(1, Math.round(drawn)));
    if (!this.#random.chance(0.7)) return lots;
    const unit =
      10 ** Math.max(0, Math.floor(Math.log10(lots)) - (this.#random.chance(0.5) ? 0 : 1));
    return Math.max(1, Math.round(lots / unit) * unit);
  }
}
