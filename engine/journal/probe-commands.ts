/** Three thousand commands of every kind: what the fingerprint has a matcher do. */

import { BookKind, Side, TradingStatus } from '../../feed/index.ts';
import {
  type CalendarEntry,
  type Command,
  CommandType,
  EVERY_WEEKDAY,
  MassCancelSide,
  type NewOrder,
  type OrderConditions,
  OrderType,
  type PegTo,
  PostOnly,
  SelfTrade,
  TimeInForce,
} from '../protocol/index.ts';

export const PROBE_OWNERS = 3;
const PROBE_COMMANDS = 3000;
const PROBE_PRICES = 40;
/** Engine time between two commands: hash records come and go. */
export const PROBE_STEP_MS = 7;

const { Gtc, Ioc, Fok } = TimeInForce;

export type Random = (below: number) => number;

type InstrumentId = NewOrder['instrument'];

/** Some of every kind; a test holds it to that. */
export function probeCommands(random: Random = probeRandom()): Command[] {
  return Array.from({ length: PROBE_COMMANDS }, (_, index) => probeCommand(index + 1, random));
}

/** A linear congruential generator: the same numbers wherever it runs. */
export function probeRandom(): Random {
  let state = 0x1234_5678;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Instruments 1 and 2 are books of orders, 3 is a venue's. */
function probeCommand(i: number, random: Random): Command {
  if (i <= 3) return probeListing(i);
  const instrument = (1 + random(2)) as InstrumentId;
  const clientOrderId = 1 + Math.max(0, i - random(60));
  const price = 1000 + random(PROBE_PRICES);
  const quantity = random(30);
  const trigger = random(4) === 0 ? { triggerPrice: 1000 + random(PROBE_PRICES) } : {};
  switch (random(12)) {
    case 0:
      return { type: CommandType.Cancel, instrument, clientOrderId };
    case 1:
      return { type: CommandType.Modify, instrument, clientOrderId, price, quantity, ...trigger };
    case 2:
      return { type: CommandType.Replace, instrument, clientOrderId, price, quantity, ...trigger };
    case 3:
      return probeUpdate(random);
    case 4: {
      const aggressor = random(2) === 0 ? Side.Bid : Side.Ask;
      const venue = 3 as InstrumentId;
      return { type: CommandType.VenueTrade, instrument: venue, price, quantity, aggressor };
    }
    case 5:
      if (random(2) === 0) return { type: CommandType.AdvanceTime };
      return probeOperator(instrument, random);
    default:
      return probeOrder(i, random);
  }
}

function probeListing(i: number): Command {
  return {
    type: CommandType.ListInstrument,
    symbol: `PROBE-${i}`,
    tickSize: '0.01',
    lotSize: '1',
    bookKind: i === 3 ? BookKind.Levels : BookKind.Orders,
    lowestPrice: 1,
    highestPrice: 1_000_000,
  };
}

/** What is not about one order. */
function probeOperator(instrument: InstrumentId, random: Random): Command {
  const tradeId = 1 + random(200);
  switch (random(10)) {
    case 0:
      return { type: CommandType.MassCancel, instrument, side: oneOf(MassCancelSide, random) };
    case 1:
      return { type: CommandType.OwnerGone };
    case 2:
      return { type: CommandType.KillSwitch, target: 1 + random(3), isOn: random(6) === 0 };
    case 3:
      return {
        type: CommandType.SetRules,
        instrument,
        lowestPrice: 1,
        highestPrice: random(3) === 0 ? 1030 : 1_000_000,
        collarTicks: random(3) * 8,
        pauseTicks: random(3) * 10,
        pauseMs: random(3) * 50,
        ...(random(2) === 0 ? { referencePrice: 1020 } : {}),
      };
    case 4: {
      const entries = [1, 2].map(() => probeEntry(random));
      return { type: CommandType.SetCalendar, instrument, entries, holidays: [random(3)] };
    }
    case 5:
      return { type: CommandType.BustTrade, instrument, tradeId };
    case 6:
      return { type: CommandType.CorrectTrade, instrument, tradeId, price: 1001, quantity: 2 };
    case 7:
      return { type: CommandType.AdvanceTime };
    default: {
      const { PreOpen, Auction, Continuous, Halted, CancelOnly, Closed } = TradingStatus;
      const status = [PreOpen, Auction, Halted, CancelOnly, Closed, Closed][random(18)];
      return { type: CommandType.SetStatus, instrument, status: status ?? Continuous };
    }
  }
}

/** The probe takes place in the first seconds of 1970. */
function probeEntry(random: Random): CalendarEntry {
  const { Auction, Continuous, Closed } = TradingStatus;
  const status = [Auction, Continuous, Continuous, Closed][random(4)] ?? Continuous;
  return { weekdays: EVERY_WEEKDAY, timeOfDayMs: 500 * random(28), status };
}

function probeOrder(i: number, random: Random): Command {
  const { Limit, Market, StopLimit, Pegged, Stop, TrailingStop } = OrderType;
  const usual = random(8) === 0 ? Market : Limit;
  const orderType = random(4) > 0 ? usual : oneOf(OrderType, random);
  const hasPrice = orderType === Limit || orderType === StopLimit || orderType === Pegged;
  const isStop = orderType === Stop || orderType === StopLimit;
  const lasting = random(3) === 0 ? oneOf(TimeInForce, random) : Gtc;
  const timeInForce = random(6) === 0 ? oneOf({ Ioc, Fok }, random) : lasting;
  return {
    type: CommandType.NewOrder,
    instrument: (1 + random(2)) as InstrumentId,
    clientOrderId: i + 1,
    side: random(2) === 0 ? Side.Bid : Side.Ask,
    orderType,
    timeInForce,
    price: hasPrice ? 1000 + random(PROBE_PRICES) : 0,
    quantity: 1 + random(30),
    ...(isStop ? { triggerPrice: 1000 + random(PROBE_PRICES) } : {}),
    ...(orderType === TrailingStop ? { trailBy: 1 + random(9) } : {}),
    ...(orderType === Pegged ? { pegTo: (1 + random(2)) as PegTo, pegOffset: random(4) } : {}),
    ...(timeInForce === TimeInForce.Gtd ? { expiresAtMs: i * PROBE_STEP_MS + random(3_000) } : {}),
    ...probeConditions(i, random),
  };
}

/** A condition that is new in the protocol does not compile here until it is tried, too. */
function probeConditions(i: number, random: Random): OrderConditions {
  const all: Required<OrderConditions> = {
    minimumQuantity: random(10),
    postOnly: oneOf(PostOnly, random),
    selfTrade: oneOf(SelfTrade, random),
    displayQuantity: random(6),
    isHidden: random(2) === 1,
    linkedTo: Math.max(0, i - random(15)),
  };
  const some = Object.entries(all).filter(([name]) => random(name === 'linkedTo' ? 4 : 8) === 0);
  return Object.fromEntries(some) as OrderConditions;
}

function oneOf<T>(values: Readonly<Record<string, T>>, random: Random): T {
  const all = Object.values(values);
  return all[random(all.length)] as T;
}

function probeUpdate(random: Random): Command {
  const levels = Array.from({ length: random(6) }, () => ({
    side: random(2) === 0 ? Side.Bid : Side.Ask,
    price: 1000 + random(PROBE_PRICES),
    quantity: random(30),
  }));
  return {
    type: CommandType.BookUpdate,
    instrument: 3 as InstrumentId,
    clear: random(20) === 0,
    depth: random(3) * 5,
    levels,
  };
}
