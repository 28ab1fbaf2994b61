/** Statuses, auctions, protections, calendars, trades after the fact: a whole engine, told as its stream. */

import { describe, expect, it } from 'vitest';
import { type InstrumentId, Side, TradingStatus } from '../../feed/index.ts';
import {
  type CalendarEntry,
  type Command,
  CommandType,
  Reason,
  type SetRules,
  TimeInForce,
} from '../protocol/index.ts';
import { EngineFixture, type ReportRow } from '../testing/engine-fixture.ts';
import { cancel, limit, listing, market, massCancel, modify } from '../testing/orders.ts';
import { rows } from '../testing/stream-replica.ts';

const { Auction, CancelOnly, Closed, Continuous, Delisted, Halted, PreOpen } = TradingStatus;
const { Bid, Ask } = Side;
const ONE = 1 as InstrumentId;
const NOBODY = 2;

/** One instrument, and what is told of it since the last look. */
function set(symbols: readonly string[] = ['ONE']) {
  const fixture = new EngineFixture();
  for (const symbol of symbols) fixture.do(listing(symbol));
  let seen = fixture.publish().told.length;
  const told = (): (readonly (string | number)[])[] => {
    const all = fixture.publish().told;
    const news = all.slice(seen);
    seen = all.length;
    return news;
  };
  return { fixture, told };
}

function status(to: TradingStatus, instrument = 1): Command {
  return { type: CommandType.SetStatus, instrument: instrument as InstrumentId, status: to };
}

function rules(change: Partial<SetRules> = {}): SetRules {
  return {
    type: CommandType.SetRules,
    instrument: ONE,
    lowestPrice: -1_000_000,
    highestPrice: 1_000_000,
    collarTicks: 0,
    pauseTicks: 0,
    pauseMs: 0,
    ...change,
  };
}

function names(reports: readonly ReportRow[]): unknown[] {
  return reports.map(([, name]) => name);
}

function reasons(reports: readonly ReportRow[]): unknown[] {
  return reports.map((report) => report.at(-1));
}

describe('an auction', () => {
  it('collects orders that cross, tells what they would do, and trades them at one price', () => {
    const { fixture, told } = set();
    fixture.do(status(Auction));
    fixture.do(limit(1, 1, Bid, 102, 20), 1);
    fixture.do(limit(1, 2, Ask, 99, 30), 2);
    fixture.do(limit(1, 3, Bid, 100, 50), 3);
    fixture.do(limit(1, 4, Ask, 101, 40), 2);
    expect(told()).toEqual([
      ['status', 1, Auction, Reason.ByRequest],
      // 20 lots could trade at 99 to 102, and 10 would be left: in the middle.
      ['indicative', 1, 100, 20, 10, Ask],
      ['indicative', 1, 99, 30, 40, Bid],
    ]);
    const reports = fixture.do(status(Continuous));
    expect(told()).toEqual([
      ['trade', 1, NOBODY, 99, 20, 1],
      ['trade', 1, NOBODY, 99, 10, 2],
      ['status', 1, Continuous, Reason.ByRequest],
    ]);
    expect(reports.map((report) => report.slice(1))).toEqual([
      ['filled', 1, 1, 1, 1, 1, Bid, 99, 20, 0, false],
      ['filled', 2, 1, 2, 2, 1, Ask, 99, 20, 10, false],
      ['filled', 3, 1, 3, 3, 2, Bid, 99, 10, 40, false],
      ['filled', 2, 1, 2, 2, 2, Ask, 99, 10, 0, false],
      ['done', 1, 1],
    ]);
    expect(rows(fixture.publish().instrument(1).book)).toEqual([
      [Bid, 100, 40, 1],
      [Ask, 101, 40, 1],
    ]);
  });

  it('says so when nothing crosses any more, and starts again from nothing', () => {
    const { fixture, told } = set();
    fixture.do(status(PreOpen));
    fixture.do(limit(1, 1, Bid, 101, 5));
    fixture.do(limit(1, 2, Ask, 101, 5));
    fixture.do(cancel(1, 2));
    fixture.do(limit(1, 3, Ask, 100, 5));
    told();
    fixture.do(status(Auction));
    expect(told()).toEqual([
      ['status', 1, Auction, Reason.ByRequest],
      ['indicative', 1, 100, 5, 0, Bid],
    ]);
    fixture.do(cancel(1, 1));
    expect(told()).toEqual([['indicative', 1, 0, 0, 0, Bid]]);
  });

  it('takes what may rest only', () => {
    const { fixture } = set();
    fixture.do(status(Auction));
    for (const order of [
      market(1, 1, Bid, 5),
      limit(1, 1, Bid, 5, 5, TimeInForce.Ioc),
      limit(1, 1, Bid, 5, 5, TimeInForce.Fok),
      { ...limit(1, 1, Bid, 5, 5), minimumQuantity: 1 },
      { ...limit(1, 1, Bid, 5, 5), postOnly: 1 } as const,
    ]) {
      expect(reasons(fixture.do(order))).toEqual([Reason.NotInAuction]);
    }
    expect(names(fixture.do(limit(1, 1, Bid, 5, 5)))).toEqual(['accepted']);
    expect(names(fixture.do(modify(1, 1, 6, 5)))).toEqual(['replaced']);
  });

  it('takes its price from the last trade before it, and gives the next one', () => {
    const { fixture, told } = set();
    fixture.do(limit(1, 1, Bid, 105, 5));
    fixture.do(limit(1, 2, Ask, 105, 5));
    fixture.do(status(Auction));
    fixture.do(limit(1, 3, Bid, 110, 10));
    fixture.do(limit(1, 4, Ask, 100, 10));
    expect(told().at(-1)).toEqual(['indicative', 1, 105, 10, 0, Bid]);
    fixture.do(rules({ referencePrice: 108 }));
    expect(told().at(-1)).toEqual(['indicative', 1, 108, 10, 0, Bid]);
    fixture.do(status(Closed));
    expect(told()).toEqual([
      ['trade', 1, NOBODY, 108, 10, 2],
      ['status', 1, Closed, Reason.ByRequest],
    ]);
    fixture.do(status(Auction));
    fixture.do(limit(1, 5, Bid, 110, 10));
    fixture.do(limit(1, 6, Ask, 100, 10));
    expect(told().at(-1)).toEqual(['indicative', 1, 108, 10, 0, Bid]);
  });

  it('does not uncross on its way to a halt', () => {
    const { fixture, told } = set();
    fixture.do(status(Auction));
    fixture.do(limit(1, 1, Bid, 110, 10));
    fixture.do(limit(1, 2, Ask, 100, 10));
    told();
    for (const to of [Halted, CancelOnly, PreOpen, Closed]) fixture.do(status(to));
    expect(told().map(([name]) => name)).not.toContain('trade');
    fixture.do(status(Continuous));
    expect(told()[0]).toEqual(['trade', 1, NOBODY, 105, 10, 1]);
  });
});

describe('closing and delisting', () => {
  it('ends the orders of the day at the close, in the order in which they came', () => {
    const { fixture, told } = set();
    const { Day } = TimeInForce;
    fixture.do(limit(1, 1, Bid, 5, 5, Day));
    fixture.do(limit(1, 2, Ask, 9, 5));
    fixture.do(limit(1, 3, Ask, 8, 5, Day));
    fixture.do(limit(1, 4, Bid, 6, 5, Day));
    fixture.do(cancel(1, 1));
    const reports = fixture.do(status(Closed));
    expect(reports.map(([, name, , , id]) => [name, id])).toEqual([
      ['cancelled', 3],
      ['cancelled', 4],
      ['done', undefined],
    ]);
    expect(reports[0]?.at(-1)).toBe(Reason.EndOfDay);
    expect(told()).toEqual([['status', 1, Closed, Reason.ByRequest]]);
    expect(rows(fixture.publish().instrument(1).book)).toEqual([[Ask, 9, 5, 1]]);
  });

  it('ends every order for good when an instrument is delisted', () => {
    const { fixture } = set(['ONE', 'TWO']);
    for (let id = 1; id <= 5; id += 1) fixture.do(limit(1 + (id % 2), id, Bid, id, 5));
    const reports = fixture.do(status(Delisted, 2));
    expect(reports.slice(0, 3).map((report) => report[4])).toEqual([1, 3, 5]);
    expect(reports[0]?.at(-1)).toBe(Reason.Delisted);
    expect(reasons(fixture.do(limit(2, 9, Bid, 5, 5)))).toEqual([Reason.InstrumentNotTrading]);
    expect(reasons(fixture.do(cancel(2, 1)))).toEqual([Reason.InstrumentNotTrading]);
    expect(reasons(fixture.do(status(Continuous, 2)))).toEqual([Reason.InstrumentNotTrading]);
    expect(fixture.engine.market.openOrders).toBe(2);
    expect(reasons(fixture.do(massCancel(0, 2)))).toContain(true);
  });
});

describe('the volatility bound', () => {
  const paused = rules({ pauseTicks: 5, pauseMs: 2000, referencePrice: 100 });

  it('stops the order that would trade too far away, and pauses the market for a while', () => {
    const { fixture, told } = set();
    fixture.do(paused);
    fixture.do(limit(1, 1, Ask, 104, 5));
    fixture.do(limit(1, 2, Ask, 106, 5));
    told();
    fixture.do(limit(1, 3, Bid, 110, 20), 2);
    expect(told()).toEqual([
      ['trade', 1, Bid, 104, 5, 1],
      ['status', 1, Auction, Reason.VolatilityPause],
      // 106 to 110 are equally good.
      ['indicative', 1, 106, 5, 10, Bid],
    ]);
    fixture.advance(1999);
    fixture.engine.advance();
    expect(told()).toEqual([]);
    fixture.advance(1);
    fixture.engine.advance();
    expect(told()).toEqual([
      ['trade', 1, NOBODY, 106, 5, 2],
      ['status', 1, Continuous, Reason.PauseOver],
    ]);
    // The uncross has given the new reference price: 111 is within the bound.
    fixture.do(limit(1, 4, Ask, 111, 5));
    fixture.do(limit(1, 5, Bid, 111, 5), 2);
    expect(told().map(([name]) => name)).toEqual(['trade']);
  });

  it('ends with any change of the status', () => {
    const { fixture, told } = set();
    fixture.do(paused);
    fixture.do(limit(1, 1, Ask, 106, 5));
    fixture.do(market(1, 2, Bid, 5), 2);
    told();
    fixture.do(status(Halted));
    fixture.advance(5000);
    fixture.engine.advance();
    expect(told()).toEqual([['status', 1, Halted, Reason.ByRequest]]);
  });

  it('cancels what may not rest, and asks no pause for what must fill whole', () => {
    const { fixture, told } = set();
    fixture.do(paused);
    fixture.do(limit(1, 1, Ask, 106, 5));
    const whole = fixture.do(limit(1, 2, Bid, 110, 5, TimeInForce.Fok), 2);
    expect(reasons(whole).at(-1)).toBe(Reason.NotFilledWhole);
    expect(told().map(([name]) => name)).toEqual(['instrument']);
    const reports = fixture.do(limit(1, 3, Bid, 110, 5, TimeInForce.Ioc), 2);
    expect(reasons(reports).at(-1)).toBe(Reason.VolatilityPause);
    expect(told()).toEqual([['status', 1, Auction, Reason.VolatilityPause]]);
  });

  it('is before any command whose time is past the pause', () => {
    const { fixture, told } = set();
    fixture.do(paused);
    fixture.do(limit(1, 1, Ask, 106, 5));
    fixture.do(market(1, 2, Bid, 5), 2);
    told();
    fixture.advance(2000);
    expect(names(fixture.do(market(1, 3, Bid, 5), 2))).toEqual(['accepted', 'cancelled']);
    expect(told()[0]).toEqual(['status', 1, Continuous, Reason.PauseOver]);
  });
});

describe('the collar', () => {
  it('refuses limits too far from the reference price, of the worse side only', () => {
    const { fixture } = set();
    fixture.do(rules({ collarTicks: 10, referencePrice: 100 }));
    expect(reasons(fixture.do(limit(1, 1, Bid, 111, 5)))).toEqual([Reason.PriceOutsideCollar]);
    expect(reasons(fixture.do(limit(1, 1, Ask, 89, 5)))).toEqual([Reason.PriceOutsideCollar]);
    expect(names(fixture.do(limit(1, 1, Bid, 1, 5)))).toEqual(['accepted']);
    expect(reasons(fixture.do(modify(1, 1, 111, 5)))).toEqual([Reason.PriceOutsideCollar]);
    fixture.do(status(Auction));
    expect(names(fixture.do(limit(1, 2, Bid, 111, 5)))).toEqual(['accepted']);
  });

  it('holds market orders back', () => {
    const { fixture, told } = set();
    fixture.do(limit(1, 1, Ask, 108, 5));
    fixture.do(limit(1, 2, Ask, 112, 5));
    fixture.do(rules({ collarTicks: 10, referencePrice: 100 }));
    told();
    const reports = fixture.do(market(1, 3, Bid, 20), 2);
    expect(reports.at(-1)?.slice(-2)).toEqual([15, Reason.CollarReached]);
    expect(told()).toEqual([['trade', 1, Bid, 108, 5, 1]]);
    // Now 108 is what the collar is around.
    expect(reasons(fixture.do(limit(1, 4, Bid, 119, 5)))).toEqual([Reason.PriceOutsideCollar]);
    expect(names(fixture.do(limit(1, 4, Bid, 118, 1)))).toContain('filled');
  });
});

describe('rules', () => {
  it('give another price band, which the stream tells, and refuse what cannot be', () => {
    const { fixture, told } = set();
    fixture.do(limit(1, 1, Bid, 500, 5));
    fixture.do(rules({ lowestPrice: 600, highestPrice: 700 }));
    expect(told()).toEqual([['instrument', 1, 600, 700]]);
    expect(reasons(fixture.do(limit(1, 2, Bid, 599, 5)))).toEqual([Reason.PriceOutsideBand]);
    expect(names(fixture.do(limit(1, 2, Ask, 650, 5)))).toEqual(['accepted']);
    expect(rows(fixture.publish().instrument(1).book)).toHaveLength(2);
    // Whoever knew it before finds it still, and so does who has heard of the change.
    for (const band of [{}, { lowestPrice: 600, highestPrice: 700 }]) {
      expect(names(fixture.do({ ...listing('ONE'), ...band }))).toEqual(['listed']);
    }
    const other = { ...listing('ONE'), lowestPrice: 600 };
    expect(reasons(fixture.do(other))).toEqual([Reason.InstrumentDiffers]);
    const backwards = rules({ lowestPrice: 2, highestPrice: 1 });
    expect(reasons(fixture.do(backwards))).toEqual([Reason.BadPrice]);
    const unknown = rules({ instrument: 9 as InstrumentId });
    expect(reasons(fixture.do(unknown))).toEqual([Reason.UnknownInstrument]);
  });
});

describe('a calendar', () => {
  /** The fixture's day is a Tuesday, 22:13:20 UTC. */
  const MIDNIGHT_IN_MS = (2 * 3600 - (13 * 60 + 20)) * 1000;
  const calendar = (entries: readonly CalendarEntry[], instrument = 0): Command => ({
    type: CommandType.SetCalendar,
    instrument: instrument as InstrumentId,
    entries,
    holidays: [],
  });
  const every = (timeOfDayMs: number, to: TradingStatus): CalendarEntry => ({
    weekdays: 127,
    timeOfDayMs,
    status: to,
  });

  it('changes the status of all that are listed when their time has come, in order', () => {
    const { fixture, told } = set(['ONE', 'TWO']);
    fixture.do(calendar([every(0, Closed), every(0, PreOpen), every(1000, Continuous)]));
    fixture.advance(MIDNIGHT_IN_MS - 3_600_000 - 1);
    fixture.engine.advance();
    expect(told()).toEqual([]);
    fixture.advance(3_600_001);
    fixture.engine.advance();
    expect(told()).toEqual([
      ['status', 1, Closed, Reason.Scheduled],
      ['status', 1, PreOpen, Reason.Scheduled],
      ['status', 2, Closed, Reason.Scheduled],
      ['status', 2, PreOpen, Reason.Scheduled],
    ]);
    fixture.do(status(Halted, 2));
    fixture.advance(2000);
    fixture.engine.advance();
    expect(told().slice(1)).toEqual([
      ['status', 1, Continuous, Reason.Scheduled],
      ['status', 2, Continuous, Reason.Scheduled],
    ]);
  });

  it('does nothing that was due before it was set, and nothing when it is taken away', () => {
    const { fixture, told } = set();
    fixture.advance(MIDNIGHT_IN_MS + 5);
    fixture.do(calendar([every(5, Closed), every(6, PreOpen)], 1));
    fixture.engine.advance();
    expect(told()).toEqual([]);
    expect(fixture.engine.market.nextDueMs).not.toBe(Number.POSITIVE_INFINITY);
    fixture.do(calendar([], 1));
    expect(fixture.engine.market.nextDueMs).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('trades after the fact', () => {
  const bust = (tradeId: number, instrument = 1): Command => ({
    type: CommandType.BustTrade,
    instrument: instrument as InstrumentId,
    tradeId,
  });
  const correct = (tradeId: number, price: number, quantity: number): Command => ({
    type: CommandType.CorrectTrade,
    instrument: ONE,
    tradeId,
    price,
    quantity,
  });

  it('are busted and corrected by id; the stream and both owners hear of it, and nothing else changes', () => {
    const { fixture, told } = set(['ONE', 'TWO']);
    fixture.do(limit(1, 11, Ask, 100, 5), 1);
    fixture.do(limit(1, 22, Bid, 100, 3), 2);
    fixture.do(limit(1, 23, Bid, 100, 1), 2);
    told();
    const before = rows(fixture.publish().instrument(1).book);
    expect(fixture.do(correct(1, 101, 2), 7).map((report) => report.slice(1))).toEqual([
      ['tradeCorrected', 2, 1, 22, 2, 1, 101, 2],
      ['tradeCorrected', 1, 1, 11, 1, 1, 101, 2],
      ['done', 7, 1],
    ]);
    expect(names(fixture.do(bust(1), 7))).toEqual(['tradeBusted', 'tradeBusted', 'done']);
    expect(told()).toEqual([
      ['corrected', 1, 1, 101, 2],
      ['busted', 1, 1],
    ]);
    expect(reasons(fixture.do(bust(1)))).toEqual([Reason.TradeAlreadyBusted]);
    expect(reasons(fixture.do(correct(1, 5, 5)))).toEqual([Reason.TradeAlreadyBusted]);
    expect(reasons(fixture.do(correct(2, 5, 0)))).toEqual([Reason.BadQuantity]);
    expect(reasons(fixture.do(bust(2, 2)))).toEqual([Reason.UnknownTrade]);
    expect(reasons(fixture.do(bust(3)))).toEqual([Reason.UnknownTrade]);
    expect(rows(fixture.publish().instrument(1).book)).toEqual(before);
  });
});

describe('the kill switch', () => {
  const kill = (target: number, isOn: boolean): Command => ({
    type: CommandType.KillSwitch,
    target,
    isOn,
  });

  it('cancels all of an owner and takes no more, until it is switched off', () => {
    const { fixture } = set(['ONE', 'TWO']);
    fixture.do(limit(1, 1, Bid, 5, 5), 2);
    fixture.do(limit(2, 2, Ask, 5, 5), 2);
    fixture.do(limit(2, 3, Ask, 5, 5), 3);
    const reports = fixture.do(kill(2, true), 9);
    expect(reports.map((report) => report.slice(1))).toEqual([
      ['cancelled', 2, 1, 1, 1, 5, Reason.KillSwitch],
      ['cancelled', 2, 2, 2, 2, 5, Reason.KillSwitch],
      ['massCancelled', 9, 0, 2, true],
    ]);
    expect(reasons(fixture.do(limit(1, 4, Bid, 5, 5), 2))).toEqual([Reason.OwnerBlocked]);
    expect(names(fixture.do(limit(1, 4, Bid, 5, 5), 3))).toEqual(['accepted']);
    expect(fixture.do(kill(2, false), 9)[0]?.slice(1)).toEqual(['done', 9, 0]);
    expect(names(fixture.do(limit(1, 4, Bid, 5, 5), 2))).toEqual(['accepted']);
    expect(reasons(fixture.do(kill(0, true)))).toEqual([Reason.UnknownOwner]);
  });
});
