/** The commands of operators: status, rules, calendars, trades after the fact, the kill switch. */

import { TradingStatus } from '../feed/index.ts';
import type { ListedInstrument } from './listed-instrument.ts';
import type { ListedInstruments } from './listed-instruments.ts';
import type { ReportSink, StreamOutput } from './market-output.ts';
import type { MarketTime } from './market-time.ts';
import {
  ALL_INSTRUMENTS,
  type BustTrade,
  type CorrectTrade,
  type KillSwitch,
  MAX_OWNERS,
  Reason,
  type SetCalendar,
  type SetRules,
  type SetStatus,
} from './protocol/index.ts';
import { Calendar, isCalendar } from './rules/calendar.ts';
import type { Calendars } from './rules/calendars.ts';
import type { KeptTrades } from './rules/kept-trades.ts';
import { setTradeBounds } from './rules/protection.ts';
import type { StatusChanges } from './rules/status-changes.ts';

const { Delisted } = TradingStatus;

export interface OperatorCommandsOptions {
  readonly instruments: ListedInstruments;
  readonly statuses: StatusChanges;
  readonly calendars: Calendars;
  readonly trades: KeptTrades;
  readonly blockedOwners: Set<number>;
  /** Cancels all orders of `target`, and tells `owner` how many there were. */
  readonly killOrders: (owner: number, target: number) => void;
  /** It is to be settled after the running command. */
  readonly touch: (instrument: ListedInstrument) => void;
  readonly stream: StreamOutput;
  readonly reports: ReportSink;
  readonly time: MarketTime;
}

/** Every method answers as `Market.apply` does. */
export class OperatorCommands {
  readonly #options: OperatorCommandsOptions;

  constructor(options: OperatorCommandsOptions) {
    this.#options = options;
  }

  setStatus(owner: number, command: SetStatus): Reason {
    const { instruments, reports, statuses } = this.#options;
    const instrument = instruments.get(command.instrument);
    if (instrument === undefined) return Reason.UnknownInstrument;
    const { status } = instrument;
    if (status === Delisted && command.status !== status) return Reason.InstrumentNotTrading;
    statuses.enter(instrument, command.status, Reason.ByRequest);
    reports.done(owner, instrument.id);
    return Reason.None;
  }

  setRules(owner: number, command: SetRules): Reason {
    const { instruments, reports, stream } = this.#options;
    const instrument = instruments.get(command.instrument);
    if (instrument === undefined) return Reason.UnknownInstrument;
    if (instrument.orders === undefined) return Reason.WrongBookKind;
    if (instrument.status === Delisted) return Reason.InstrumentNotTrading;
    const { lowestPrice, highestPrice, referencePrice } = command;
    if (lowestPrice > highestPrice) return Reason.BadPrice;
    const { session } = instrument;
    instrument.takeReference();
    instrument.lowestPrice = lowestPrice;
    instrument.highestPrice = highestPrice;
    instrument.orders.setPriceBand(lowestPrice, highestPrice);
    session.collarTicks = command.collarTicks;
    session.pauseTicks = command.pauseTicks;
    session.pauseMs = command.pauseMs;
    if (referencePrice !== undefined) session.referencePrice = referencePrice;
    setTradeBounds(instrument);
    stream.listed(instrument);
    reports.done(owner, instrument.id);
    instrument.watch();
    this.#options.touch(instrument);
    return Reason.None;
  }

  setCalendar(owner: number, command: SetCalendar): Reason {
    const { calendars, instruments, reports, time } = this.#options;
    const { instrument: id, entries, holidays } = command;
    if (!isCalendar(entries, holidays)) return Reason.BadField;
    let named: readonly ListedInstrument[] = instruments.all;
    if (id !== ALL_INSTRUMENTS) {
      const instrument = instruments.get(id);
      if (instrument === undefined) return Reason.UnknownInstrument;
      if (instrument.status === Delisted) return Reason.InstrumentNotTrading;
      named = [instrument];
    }
    const calendar = entries.length === 0 ? undefined : new Calendar(entries, holidays);
    for (const instrument of named) {
      if (instrument.status !== Delisted) calendars.set(instrument, calendar, time.ms);
    }
    reports.done(owner, id);
    return Reason.None;
  }

  bustTrade(owner: number, { instrument: id, tradeId }: BustTrade): Reason {
    const { reports, stream, trades } = this.#options;
    const refusal = this.#checkTrade(id, tradeId);
    if (refusal !== Reason.None) return refusal;
    const row = trades.find(tradeId, id);
    trades.bust(row);
    stream.tradeBusted(this.#named(id), tradeId);
    for (const order of trades.ordersOf(row)) {
      reports.tradeBusted(order.owner, id, order.clientOrderId, order.orderId, tradeId);
    }
    reports.done(owner, id);
    return Reason.None;
  }

  correctTrade(owner: number, command: CorrectTrade): Reason {
    const { reports, stream, trades } = this.#options;
    const { instrument: id, tradeId, price, quantity } = command;
    const refusal = this.#checkTrade(id, tradeId, quantity);
    if (refusal !== Reason.None) return refusal;
    stream.tradeCorrected(this.#named(id), tradeId, price, quantity);
    const orders = trades.ordersOf(trades.find(tradeId, id));
    for (const { owner: told, clientOrderId, orderId } of orders) {
      reports.tradeCorrected(told, id, clientOrderId, orderId, tradeId, price, quantity);
    }
    reports.done(owner, id);
    return Reason.None;
  }

  killSwitch(owner: number, { target, isOn }: KillSwitch): Reason {
    const { blockedOwners, killOrders, reports } = this.#options;
    if (target < 1 || target > MAX_OWNERS) return Reason.UnknownOwner;
    if (isOn) {
      blockedOwners.add(target);
      killOrders(owner, target);
    } else {
      blockedOwners.delete(target);
      reports.done(owner, ALL_INSTRUMENTS);
    }
    return Reason.None;
  }

  /** Why a trade cannot be changed, if so. */
  #checkTrade(id: number, tradeId: number, quantity = 1): Reason {
    const { instruments, trades } = this.#options;
    const instrument = instruments.get(id);
    if (instrument === undefined) return Reason.UnknownInstrument;
    if (instrument.orders === undefined) return Reason.WrongBookKind;
    if (quantity < 1) return Reason.BadQuantity;
    const row = trades.find(tradeId, id);
    if (row < 0) return Reason.UnknownTrade;
    return trades.isBusted(row) ? Reason.TradeAlreadyBusted : Reason.None;
  }

  #named(id: number): ListedInstrument {
    return this.#options.instruments.get(id) as ListedInstrument;
  }
}
