/**
 * `lobster:FILE`: a LOBSTER message file as order flow through the matcher; README.md says what is
 * done with each kind of event, and what every counter means.
 */

import { BookKind, oppositeSide, Side, TradingStatus } from '../../feed/index.ts';
import { CommandType, OrderType, type Report, ReportType, TimeInForce } from '../protocol/index.ts';
import { DeferredCommands } from './deferred-commands.ts';
import { LineError, parseOrProblem } from './line-problem.ts';
import {
  EMPTY_LEVEL_PRICE,
  HaltPrice,
  LobsterEvent,
  type LobsterMessage,
  type LobsterRow,
  parseLobsterMessage,
} from './lobster-format.ts';
import { LobsterOrders, openLots, type RestingOrder } from './lobster-orders.ts';
import type { LineParser, SourceCommand, SourceInstrument, SourceItem } from './source.ts';

/** Dollars x 10,000 are whole multiples of this: no file has to be read ahead to know its tick. */
const TICK_SIZE = '0.0001';
export interface LobsterOptions {
  readonly symbol: string;
  /** Nanoseconds since 1970 of the file's midnight. */
  readonly midnightNs: bigint;
  /** Row 1 of the order-book file: the book after message 1. */
  readonly firstRow?: LobsterRow;
}

export class LobsterParser implements LineParser {
  readonly instruments: readonly SourceInstrument[];
  readonly #symbol: string;
  readonly #midnightNs: bigint;
  readonly #orders = new LobsterOrders();
  #firstRow: LobsterRow | undefined;
  #isContinuous = true;
  readonly #deferred = new DeferredCommands();
  /** The order that the file says was executed, and the aggressor played against it. */
  #execution: { readonly order: RestingOrder; readonly clientOrderId: number } | undefined;
  readonly #counts = {
    messages: 0,
    malformed: 0,
    newOrders: 0,
    partialCancels: 0,
    deletes: 0,
    visibleExecutions: 0,
    hiddenExecutions: 0,
    crosses: 0,
    halts: 0,
    seededLevels: 0,
    seededLots: 0,
    coveredByFirstRow: 0,
    eventsOnSeededOrders: 0,
    eventsOnUnknownOrders: 0,
    lotsOfUnknownOrders: 0,
    fillsOfNamedOrder: 0,
    fillsOfSeededOrder: 0,
    fillsOfOtherOrder: 0,
    lotsNotFilled: 0,
    lotsNotThere: 0,
    staleOrdersRemoved: 0,
    commandsDeferred: 0,
    refusedCommands: 0,
  };

  constructor({ symbol, midnightNs, firstRow }: LobsterOptions) {
    this.#symbol = symbol;
    this.#midnightNs = midnightNs;
    this.#firstRow = firstRow;
    const instrument = {
      symbol,
      tickSize: TICK_SIZE,
      lotSize: '1',
      bookKind: BookKind.Orders,
      lowestPrice: 1,
      highestPrice: EMPTY_LEVEL_PRICE - 1,
    };
    this.instruments = [instrument];
  }

  line(text: string, number: number): readonly SourceItem[] {
    if (text.trim() === '') return [];
    this.#counts.messages++;
    const items = parseOrProblem(number, () => this.#parse(text, number));
    if (items.some((item) => item.type === 'problem')) this.#counts.malformed++;
    return items;
  }

  end(): readonly SourceItem[] {
    return [];
  }

  onReport(report: Report): void {
    switch (report.type) {
      case ReportType.Accepted: {
        const order = this.#orders.byClientId(report.clientOrderId);
        if (order !== undefined) order.isAccepted = true;
        break;
      }
      case ReportType.Filled:
        this.#filled(report.clientOrderId, report.quantity, report.isAggressor);
        break;
      case ReportType.Cancelled:
        // The remainder of an execution: the level had less than the file says.
        if (report.clientOrderId === this.#execution?.clientOrderId) {
          this.#counts.lotsNotFilled += report.quantity;
        }
        break;
      case ReportType.Rejected:
        this.#refused(report.clientOrderId);
        break;
    }
  }

  summary(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  #parse(text: string, line: number): readonly SourceItem[] {
    const message = parseLobsterMessage(text);
    const timeNs = this.#midnightNs + message.timeNs;
    const commands: SourceCommand[] = [];
    this.#execution = undefined;
    const isCovered = this.#seed(message, line, commands);
    // A message that cannot be used must not take the seed with it.
    const problems = isCovered
      ? []
      : parseOrProblem(line, () => {
          this.#apply(message, commands);
          return [];
        });
    if (problems.length > 0 && commands.length === 0) return problems;
    const possible = this.#isContinuous ? commands : this.#deferred.filter(commands);
    this.#counts.commandsDeferred = this.#deferred.count;
    const awaitsAnswers = this.#isContinuous && this.#execution !== undefined;
    return [...problems, { type: 'step', timeNs, line, commands: possible, awaitsAnswers }];
  }

  /**
   * Row 1 is the book after message 1. Says whether it holds all that the message did: only a new
   * order is told apart from the seed, so that its id is known.
   */
  #seed(message: LobsterMessage, line: number, commands: SourceCommand[]): boolean {
    const row = this.#firstRow;
    if (row === undefined) return false;
    this.#firstRow = undefined;
    const isFirst = line === 1;
    const isNew = message.event === LobsterEvent.NewOrder;
    for (const side of [Side.Bid, Side.Ask]) {
      for (const { price, size } of side === Side.Bid ? row.bids : row.asks) {
        const isHere = isFirst && isNew && price === message.price && side === sideOf(message);
        const quantity = isHere ? size - message.size : size;
        if (quantity <= 0) continue;
        this.#counts.seededLevels++;
        this.#counts.seededLots += quantity;
        commands.push(this.#place(side, price, quantity, undefined));
      }
    }
    const isOrderEvent = message.event <= LobsterEvent.VisibleExecution;
    if (!isFirst || isNew || !isOrderEvent) return false;
    this.#counts.coveredByFirstRow++;
    return true;
  }

  #apply(message: LobsterMessage, commands: SourceCommand[]): void {
    switch (message.event) {
      case LobsterEvent.NewOrder:
        this.#newOrder(message, commands);
        break;
      case LobsterEvent.PartialCancel:
        this.#counts.partialCancels++;
        this.#reduce(message, commands);
        break;
      case LobsterEvent.Delete:
        this.#counts.deletes++;
        this.#reduce(message, commands);
        break;
      case LobsterEvent.VisibleExecution:
        this.#counts.visibleExecutions++;
        this.#execute(message, commands);
        break;
      case LobsterEvent.HiddenExecution:
        // A trade that no order in the book took part in cannot be made in a book of orders.
        this.#counts.hiddenExecutions++;
        break;
      case LobsterEvent.Cross:
        this.#counts.crosses++;
        break;
      case LobsterEvent.Halt:
        this.#halt(message, commands);
        break;
    }
  }

  #newOrder(message: LobsterMessage, commands: SourceCommand[]): void {
    const { orderId, price, size } = message;
    const side = sideOf(message);
    if (this.#orders.byLobsterId(orderId) !== undefined) {
      throw new LineError('DUPLICATE_ORDER', `Order ${orderId} is open already.`);
    }
    this.#counts.newOrders++;
    // A new order never crosses the market of the file: what it would trade with here is stale.
    this.#removeStale(this.#orders.crossedBy(side, price), commands);
    commands.push(this.#place(side, price, size, orderId));
  }

  #reduce(message: LobsterMessage, commands: SourceCommand[]): void {
    const { order, lots } = this.#find(message);
    if (order === undefined) return;
    const { reductions, missing } = this.#orders.reduce(order, lots, message.orderId);
    this.#counts.lotsNotThere += missing;
    for (const { order: reduced, total } of reductions) {
      const { clientOrderId, price } = reduced;
      const change = { symbol: this.#symbol, clientOrderId, price, quantity: total };
      if (openLots(reduced) === 0) commands.push(cancelOf(this.#symbol, reduced));
      else commands.push({ type: CommandType.Modify, ...change });
    }
  }

  /** The other side's aggressor is played by an immediate order of exactly this price and size. */
  #execute(message: LobsterMessage, commands: SourceCommand[]): void {
    const { order, lots } = this.#find(message);
    if (order === undefined) return;
    const { side, price } = order;
    this.#removeStale(this.#orders.better(side, price), commands);
    this.#orders.recordExecution(order, lots, message.orderId);
    const clientOrderId = this.#orders.nextClientOrderId();
    this.#execution = { order, clientOrderId };
    const aggressor = oppositeSide(side);
    commands.push(limitOrder(this.#symbol, clientOrderId, aggressor, price, lots, TimeInForce.Ioc));
  }

  /** The order that an event names, or the seed of its level; and how much of it the event can take. */
  #find(message: LobsterMessage): { order: RestingOrder | undefined; lots: number } {
    const { orderId, price, size } = message;
    const named = this.#orders.byLobsterId(orderId);
    if (named !== undefined && (named.price !== price || named.side !== sideOf(message))) {
      const where = `${named.side === Side.Bid ? 'buy' : 'sell'} at ${named.price}`;
      throw new LineError('ORDER_DIFFERS', `Order ${orderId} is a ${where}.`);
    }
    const order = named ?? this.#orders.seedAt(sideOf(message), price);
    const lots = Math.min(size, order?.recorded ?? 0);
    if (named === undefined) {
      if (lots > 0) this.#counts.eventsOnSeededOrders++;
      else this.#counts.eventsOnUnknownOrders++;
    }
    this.#counts.lotsOfUnknownOrders += size - lots;
    return { order: lots > 0 ? order : undefined, lots };
  }

  #halt({ price }: LobsterMessage, commands: SourceCommand[]): void {
    const status = statusOfHalt(price);
    this.#counts.halts++;
    this.#isContinuous = status === TradingStatus.Continuous;
    commands.push({ type: CommandType.SetStatus, symbol: this.#symbol, status });
    if (this.#isContinuous) commands.push(...this.#deferred.take());
  }

  #removeStale(orders: readonly RestingOrder[], commands: SourceCommand[]): void {
    for (const order of orders) {
      this.#counts.staleOrdersRemoved++;
      this.#orders.remove(order);
      commands.push(cancelOf(this.#symbol, order));
    }
  }

  #filled(clientOrderId: number, quantity: number, isAggressor: boolean): void {
    const order = this.#orders.byClientId(clientOrderId);
    if (order === undefined) return;
    this.#orders.filled(order, quantity);
    if (isAggressor || this.#execution === undefined) return;
    if (order !== this.#execution.order) this.#counts.fillsOfOtherOrder++;
    else if (order.isSeed) this.#counts.fillsOfSeededOrder++;
    else this.#counts.fillsOfNamedOrder++;
  }

  #refused(clientOrderId: number): void {
    this.#counts.refusedCommands++;
    const order = this.#orders.byClientId(clientOrderId);
    // A refused change leaves its order as it was; a refused order never was.
    if (order !== undefined && !order.isAccepted) this.#orders.remove(order);
  }

  #place(
    side: Side,
    price: number,
    quantity: number,
    lobsterId: number | undefined,
  ): SourceCommand {
    const { clientOrderId } = this.#orders.add(side, price, quantity, lobsterId);
    return limitOrder(this.#symbol, clientOrderId, side, price, quantity, TimeInForce.Gtc);
  }
}

function limitOrder(
  symbol: string,
  clientOrderId: number,
  side: Side,
  price: number,
  quantity: number,
  timeInForce: TimeInForce,
): SourceCommand {
  const orderType = OrderType.Limit;
  const order = { symbol, clientOrderId, side, orderType, timeInForce, price, quantity };
  return { type: CommandType.NewOrder, ...order };
}

function cancelOf(symbol: string, { clientOrderId }: RestingOrder): SourceCommand {
  return { type: CommandType.Cancel, symbol, clientOrderId };
}

function sideOf({ direction }: LobsterMessage): Side {
  return direction === 1 ? Side.Bid : Side.Ask;
}

function statusOfHalt(price: number): TradingStatus {
  switch (price) {
    case HaltPrice.Halted:
      return TradingStatus.Halted;
    case HaltPrice.QuotingResumes:
      return TradingStatus.PreOpen;
    case HaltPrice.TradingResumes:
      return TradingStatus.Continuous;
    default:
      throw new LineError('BAD_PRICE', `The price of a halt is -1, 0 or 1, not ${price}.`);
  }
}
