/** What operators and venues do: rules, calendars, trades after the fact, whole owners, venue books. */

import { BookKind, Side, TradingStatus } from '../../feed/index.ts';
import {
  ALL_INSTRUMENTS,
  type BookUpdate,
  type BustTrade,
  CommandType,
  type CorrectTrade,
  type KillSwitch,
  type ListInstrument,
  MAX_OWNERS,
  type MassCancel,
  MassCancelSide,
  Reason,
  type SetCalendar,
  type SetRules,
  type SetStatus,
  type VenueTrade,
} from '../protocol/index.ts';
import { checkInstrument } from './naive-checks.ts';
import { slotOf } from './naive-directory.ts';
import type { NaiveInstrument } from './naive-state.ts';
import { changeStatus, endAlone } from './naive-status.ts';
import { setCalendar } from './naive-time.ts';
import { NOTHING_CROSSES } from './naive-uncross.ts';
import type { NaiveWorld } from './naive-world.ts';

const { None } = Reason;

export function listInstrument(world: NaiveWorld, owner: number, command: ListInstrument): Reason {
  const { symbol, bookKind, lowestPrice, highestPrice } = command;
  if (lowestPrice > highestPrice) return Reason.BadPrice;
  const sizes = { tickSize: shortest(command.tickSize), lotSize: shortest(command.lotSize) };
  const there = world.instruments.find((instrument) => instrument.symbol === symbol);
  const wanted = { symbol, ...sizes, bookKind, lowestPrice, highestPrice };
  if (there !== undefined) {
    const { tickSize, lotSize, listedBand } = there;
    const now = { symbol, tickSize, lotSize, bookKind: there.bookKind, ...bandOf(there) };
    const known = [now, { ...now, ...listedBand }].map((one) => JSON.stringify(one));
    if (!known.includes(JSON.stringify(wanted))) return Reason.InstrumentDiffers;
  }
  const instrument = there ?? addInstrument(world, wanted);
  world.reports.push(['listed', owner, instrument.id, symbol]);
  return None;
}

function shortest(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}

function bandOf({ lowestPrice, highestPrice }: NaiveInstrument) {
  return { lowestPrice, highestPrice };
}

function addInstrument(
  world: NaiveWorld,
  definition: Pick<
    NaiveInstrument,
    'symbol' | 'tickSize' | 'lotSize' | 'bookKind' | 'lowestPrice' | 'highestPrice'
  >,
): NaiveInstrument {
  const { lowestPrice, highestPrice } = definition;
  const instrument: NaiveInstrument = {
    ...definition,
    listedBand: { lowestPrice, highestPrice },
    id: (world.instruments.length + 1) as NaiveInstrument['id'],
    status: TradingStatus.Continuous,
    collarTicks: 0,
    pauseTicks: 0,
    pauseMs: 0,
    referencePrice: undefined,
    lastTradePrice: undefined,
    hasTraded: false,
    mustPause: false,
    pausedUntilMs: undefined,
    ending: undefined,
    calendar: [],
    holidays: [],
    calendarDoneMs: 0,
    calendarDoneEntries: 0,
    pegsPricedBy: undefined,
    toldCrossing: NOTHING_CROSSES,
    venueLevels: [new Map(), new Map()],
  };
  world.instruments.push(instrument);
  tellListed(world, instrument);
  return instrument;
}

function tellListed(world: NaiveWorld, instrument: NaiveInstrument): void {
  const { symbol, tickSize, lotSize, bookKind, lowestPrice, highestPrice } = instrument;
  const values = [symbol, tickSize, lotSize, bookKind, lowestPrice, highestPrice];
  world.tellStream('listed', instrument, ...values);
}

export function setStatus(world: NaiveWorld, owner: number, command: SetStatus): Reason {
  const instrument = world.instruments[command.instrument - 1];
  if (instrument === undefined) return Reason.UnknownInstrument;
  const { status } = instrument;
  if (status === TradingStatus.Delisted && command.status !== status) {
    return Reason.InstrumentNotTrading;
  }
  changeStatus(world, instrument, command.status, Reason.ByRequest);
  return done(world, owner, instrument);
}

export function setRules(world: NaiveWorld, owner: number, command: SetRules): Reason {
  const instrument = world.instruments[command.instrument - 1];
  const unknown = checkInstrument(instrument);
  if (instrument === undefined || unknown !== None) return unknown;
  if (instrument.status === TradingStatus.Delisted) return Reason.InstrumentNotTrading;
  const { lowestPrice, highestPrice, collarTicks, pauseTicks, pauseMs, referencePrice } = command;
  if (lowestPrice > highestPrice) return Reason.BadPrice;
  Object.assign(instrument, { lowestPrice, highestPrice, collarTicks, pauseTicks, pauseMs });
  if (referencePrice !== undefined) {
    world.saw('a reference price is given');
    instrument.referencePrice = referencePrice;
  }
  tellListed(world, instrument);
  return done(world, owner, instrument);
}

export function changeCalendar(world: NaiveWorld, owner: number, command: SetCalendar): Reason {
  const { instrument: id, entries, holidays } = command;
  const named = world.instruments[id - 1];
  if (id !== ALL_INSTRUMENTS && named === undefined) return Reason.UnknownInstrument;
  if (named?.status === TradingStatus.Delisted) return Reason.InstrumentNotTrading;
  const all = named === undefined ? world.instruments : [named];
  for (const instrument of all) setCalendar(world, instrument, entries, holidays);
  world.reports.push(['done', owner, id]);
  return None;
}

/** Busts a trade, or corrects it. */
export function changeTrade(
  world: NaiveWorld,
  owner: number,
  command: BustTrade | CorrectTrade,
): Reason {
  const instrument = world.instruments[command.instrument - 1];
  const unknown = checkInstrument(instrument);
  if (instrument === undefined || unknown !== None) return unknown;
  const { tradeId } = command;
  const isCorrection = command.type === CommandType.CorrectTrade;
  if (isCorrection && command.quantity < 1) return Reason.BadQuantity;
  const trade = world.trades.find((one) => one.tradeId === tradeId);
  if (trade?.instrument !== instrument) return Reason.UnknownTrade;
  if (trade.isBusted) return Reason.TradeAlreadyBusted;
  trade.isBusted = !isCorrection;
  const values = isCorrection ? [command.price, command.quantity] : [];
  const call = isCorrection ? 'tradeCorrected' : 'tradeBusted';
  world.saw(call);
  world.tellStream(call, instrument, tradeId, ...values);
  for (const order of trade.orders) {
    const { clientOrderId, orderId } = order;
    world.reports.push([
      call,
      order.owner,
      instrument.id,
      clientOrderId,
      orderId,
      tradeId,
      ...values,
    ]);
  }
  return done(world, owner, instrument);
}

export function massCancel(world: NaiveWorld, owner: number, command: MassCancel): Reason {
  const { instrument: id, side } = command;
  if (id !== ALL_INSTRUMENTS) {
    const unknown = checkInstrument(world.instruments[id - 1]);
    if (unknown !== None) return unknown;
  }
  cancelAll(world, owner, owner, Reason.ByRequest, id, side);
  return None;
}

export function ownerGone(world: NaiveWorld, owner: number): Reason {
  const { Both } = MassCancelSide;
  cancelAll(world, owner, owner, Reason.Disconnected, ALL_INSTRUMENTS, Both);
  return None;
}

export function killSwitch(world: NaiveWorld, owner: number, command: KillSwitch): Reason {
  const { target, isOn } = command;
  if (target < 1 || target > MAX_OWNERS) return Reason.UnknownOwner;
  if (!isOn) {
    world.blockedOwners.delete(target);
    world.reports.push(['done', owner, ALL_INSTRUMENTS]);
    return None;
  }
  world.blockedOwners.add(target);
  cancelAll(world, owner, target, Reason.KillSwitch, ALL_INSTRUMENTS, MassCancelSide.Both);
  return None;
}

/** In the order of their places in the directory, as many as fit one command. */
function cancelAll(
  world: NaiveWorld,
  asker: number,
  owner: number,
  reason: Reason,
  id: number,
  side: MassCancelSide,
): void {
  const named = world.orders.filter(
    (order) =>
      order.owner === owner &&
      (id === ALL_INSTRUMENTS || order.instrument.id === id) &&
      (side === MassCancelSide.Both || order.side === side),
  );
  named.sort((a, b) => slotOf(a.orderId) - slotOf(b.orderId));
  const now = named.slice(0, world.limits.massCancel);
  for (const order of now) endAlone(world, order, reason);
  const isComplete = now.length === named.length;
  if (!isComplete) world.saw('a mass cancel is not complete');
  world.reports.push(['massCancelled', asker, id, now.length, isComplete]);
}

/** Each level that the update changes is told once: bids before asks, in the order of the update. */
export function bookUpdate(world: NaiveWorld, owner: number, command: BookUpdate): Reason {
  const instrument = world.instruments[command.instrument - 1];
  const refused = checkVenue(instrument);
  if (instrument === undefined || refused !== None) return refused;
  const { clear, depth, levels } = command;
  world.stream.push(['publish']);
  if (clear) {
    for (const side of instrument.venueLevels) side.clear();
    world.tellStream('cleared', instrument);
  }
  for (const side of [Side.Bid, Side.Ask]) {
    const book = instrument.venueLevels[side];
    const before = new Map(book);
    const touched: number[] = [];
    for (const level of levels.filter((one) => one.side === side)) {
      touched.push(level.price);
      if (level.quantity === 0) book.delete(level.price);
      else book.set(level.price, level.quantity);
    }
    const sorted = [...book.keys()].sort((a, b) => (side === Side.Bid ? b - a : a - b));
    for (const price of depth > 0 ? sorted.slice(depth).reverse() : []) {
      touched.push(price);
      book.delete(price);
    }
    for (const price of new Set(touched)) {
      const quantity = book.get(price) ?? 0;
      if (quantity === (before.get(price) ?? 0)) continue;
      world.tellStream('levelChanged', instrument, side, price, quantity, 0);
    }
  }
  return done(world, owner, instrument);
}

export function venueTrade(world: NaiveWorld, owner: number, command: VenueTrade): Reason {
  const instrument = world.instruments[command.instrument - 1];
  const refused = checkVenue(instrument);
  if (instrument === undefined || refused !== None) return refused;
  if (command.quantity < 1) return Reason.BadQuantity;
  world.stream.push(['publish']);
  world.tellTrade(instrument, command.aggressor, command.price, command.quantity, 0);
  return done(world, owner, instrument);
}

function checkVenue(instrument: NaiveInstrument | undefined): Reason {
  if (instrument === undefined) return Reason.UnknownInstrument;
  if (instrument.bookKind !== BookKind.Levels) return Reason.WrongBookKind;
  const isGone = instrument.status === TradingStatus.Delisted;
  return isGone ? Reason.InstrumentNotTrading : None;
}

function done(world: NaiveWorld, owner: number, instrument: NaiveInstrument): Reason {
  world.reports.push(['done', owner, instrument.id]);
  return None;
}
