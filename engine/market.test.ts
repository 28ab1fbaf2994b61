/** The market's own rules: what it refuses and why, statuses, listings, client order ids. */

import { describe, expect, it } from 'vitest';
import { BookKind, type InstrumentId, MAX_INTEGER, Side, TradingStatus } from '../feed/index.ts';
import {
  type Command,
  CommandType,
  OrderType,
  PostOnly,
  Reason,
  SelfTrade,
  type SetStatus,
  TimeInForce,
} from './protocol/index.ts';
import { EngineFixture } from './testing/engine-fixture.ts';
import {
  ask,
  bookUpdate,
  cancel,
  limit,
  listing,
  market,
  modify,
  replace,
} from './testing/orders.ts';

const ORDERS = 1;
const VENUE = 2;

function twoInstruments(): EngineFixture {
  const fixture = new EngineFixture();
  fixture.do(listing('ORD'));
  fixture.do(listing('VEN', BookKind.Levels));
  return fixture;
}

function status(instrument: number, to: TradingStatus): SetStatus {
  return { type: CommandType.SetStatus, instrument: instrument as InstrumentId, status: to };
}

function trade(instrument: number, quantity: number): Command {
  const id = instrument as InstrumentId;
  return { type: CommandType.VenueTrade, instrument: id, price: 5, quantity, aggressor: Side.Ask };
}

/** The reason of the one report that the command causes; undefined when it is no rejection. */
function refusal(fixture: EngineFixture, command: Command, owner = 1): unknown {
  const [report] = fixture.do(command, owner);
  return report?.[1] === 'rejected' ? report[4] : undefined;
}

describe('the market', () => {
  it('lists an instrument once, finds it again, and refuses another definition of it', () => {
    const fixture = new EngineFixture();
    expect(fixture.do(listing('ABC'))).toEqual([[1, 'listed', 1, 1, 'ABC']]);
    expect(fixture.do(listing('DEF'))).toEqual([[2, 'listed', 1, 2, 'DEF']]);
    // The same decimals written longer are the same definition.
    const again = { ...listing('ABC'), tickSize: '0.0100', lotSize: '1.0' };
    expect(fixture.do(again, 7)).toEqual([[3, 'listed', 7, 1, 'ABC']]);
    const others: Partial<ReturnType<typeof listing>>[] = [
      { tickSize: '0.02' },
      { lotSize: '2' },
      { bookKind: BookKind.Levels },
      { lowestPrice: 0 },
      { highestPrice: 5 },
    ];
    for (const other of others) {
      const command = { ...listing('ABC'), ...other };
      expect(refusal(fixture, command), JSON.stringify(other)).toBe(Reason.InstrumentDiffers);
    }
    expect(fixture.engine.market.instruments).toHaveLength(2);
    expect(fixture.publish().instruments.size).toBe(2);
  });

  it.each([
    [Reason.BadField, { symbol: '' }],
    [Reason.BadField, { symbol: 'A B' }],
    [Reason.BadField, { symbol: 'A\u0007' }],
    [Reason.BadField, { symbol: 'X'.repeat(33) }],
    [Reason.BadField, { tickSize: '0' }],
    [Reason.BadField, { tickSize: '-1' }],
    [Reason.BadField, { lotSize: '1e3' }],
    [Reason.BadField, { lotSize: '' }],
    [Reason.BadPrice, { lowestPrice: 6, highestPrice: 5 }],
  ])('refuses with %i a listing with %j', (reason, fields) => {
    const fixture = new EngineFixture();
    expect(refusal(fixture, { ...listing('ABC'), ...fields })).toBe(reason);
    expect(fixture.engine.market.instruments).toHaveLength(0);
  });

  it.each<[Reason, string, Command]>([
    [Reason.UnknownInstrument, 'an order for instrument 0', limit(0, 1, Side.Bid, 5, 5)],
    [Reason.UnknownInstrument, 'an order for instrument 3', limit(3, 1, Side.Bid, 5, 5)],
    [Reason.UnknownInstrument, 'a cancel', cancel(4_294_967_295, 1)],
    [Reason.UnknownInstrument, 'a modify', modify(3, 1, 5, 5)],
    [Reason.UnknownInstrument, 'a status', status(3, TradingStatus.Halted)],
    [Reason.UnknownInstrument, 'a book update', bookUpdate(3, [])],
    [Reason.UnknownInstrument, 'a trade', trade(3, 5)],
    [Reason.WrongBookKind, 'an order for a venue', limit(VENUE, 1, Side.Bid, 5, 5)],
    [Reason.WrongBookKind, 'a cancel at a venue', cancel(VENUE, 1)],
    [Reason.WrongBookKind, 'a replace at a venue', replace(VENUE, 1, 5, 5)],
    [Reason.WrongBookKind, 'an update of an order book', bookUpdate(ORDERS, [])],
    [Reason.WrongBookKind, 'a venue’s trade in an order book', trade(ORDERS, 5)],
    [Reason.BadField, 'client order id 0', limit(ORDERS, 0, Side.Bid, 5, 5)],
    [Reason.BadQuantity, 'no quantity', limit(ORDERS, 1, Side.Bid, 5, 0)],
    [Reason.BadQuantity, 'a market order of nothing', market(ORDERS, 1, Side.Bid, 0)],
    [Reason.BadQuantity, 'a trade of nothing', trade(VENUE, 0)],
    [
      Reason.BadPrice,
      'a market order with a price',
      { ...market(ORDERS, 1, Side.Bid, 5), price: 5 },
    ],
    [Reason.PriceOutsideBand, 'a price too low', limit(ORDERS, 1, Side.Bid, -1_000_001, 5)],
    [Reason.PriceOutsideBand, 'a price too high', limit(ORDERS, 1, Side.Ask, 1_000_001, 5)],
    [Reason.UnknownOrder, 'a modify of nothing out of the band', modify(ORDERS, 1, 1_000_001, 5)],
    [Reason.UnknownOrder, 'a cancel of nothing', cancel(ORDERS, 1)],
    [Reason.UnknownOrder, 'a modify of nothing', modify(ORDERS, 1, 5, 5)],
    [Reason.UnknownOrder, 'a replace of nothing', replace(ORDERS, 1, 5, 5)],
  ])('refuses with %i %s, and publishes nothing', (reason, _what, command) => {
    const fixture = twoInstruments();
    const published = fixture.publish().transactions.length;
    expect(refusal(fixture, command)).toBe(reason);
    expect(fixture.publish().transactions).toHaveLength(published);
    expect(fixture.engine.market.openOrders).toBe(0);
  });

  it('takes prices at both ends of the band, and the largest numbers there are', () => {
    const fixture = new EngineFixture();
    fixture.do({ ...listing('BIG'), lowestPrice: -MAX_INTEGER, highestPrice: MAX_INTEGER });
    const big = limit(1, MAX_INTEGER, Side.Bid, -MAX_INTEGER, MAX_INTEGER);
    expect(refusal(fixture, big)).toBeUndefined();
    expect(refusal(fixture, limit(1, 1, Side.Ask, MAX_INTEGER, MAX_INTEGER))).toBeUndefined();
    const book = fixture.publish().instrument(1).book;
    expect(book.priceAt(Side.Bid, 0)).toBe(-MAX_INTEGER);
    expect(book.quantityAt(Side.Ask, 0)).toBe(MAX_INTEGER);
  });

  it('refuses a client order id that its owner has used, whatever became of the order', () => {
    const fixture = twoInstruments();
    fixture.do(limit(ORDERS, 1, Side.Bid, 5, 5));
    expect(refusal(fixture, limit(ORDERS, 1, Side.Bid, 5, 5))).toBe(Reason.DuplicateOrderId);
    fixture.do(cancel(ORDERS, 1));
    expect(refusal(fixture, limit(ORDERS, 1, Side.Bid, 5, 5))).toBe(Reason.DuplicateOrderId);
    expect(refusal(fixture, limit(ORDERS, 1, Side.Bid, 5, 5), 2)).toBeUndefined();
    // A refused order has not used its id.
    expect(refusal(fixture, limit(ORDERS, 2, Side.Bid, 5, 0))).toBe(Reason.BadQuantity);
    expect(refusal(fixture, limit(ORDERS, 2, Side.Bid, 5, 1))).toBeUndefined();
  });

  it('lets nobody touch another owner’s order, nor an order by another instrument', () => {
    const fixture = twoInstruments();
    fixture.do(listing('TWO'));
    fixture.do(limit(ORDERS, 1, Side.Bid, 5, 5));
    expect(refusal(fixture, cancel(ORDERS, 1), 2)).toBe(Reason.UnknownOrder);
    expect(refusal(fixture, cancel(3, 1))).toBe(Reason.UnknownOrder);
    expect(refusal(fixture, modify(3, 1, 5, 4))).toBe(Reason.UnknownOrder);
    expect(fixture.engine.market.openOrders).toBe(1);
  });

  it.each([TradingStatus.CancelOnly, TradingStatus.Halted, TradingStatus.Closed])(
    'takes cancels and nothing else of orders in status %i',
    (to) => {
      const fixture = twoInstruments();
      fixture.do(limit(ORDERS, 1, Side.Bid, 5, 5));
      expect(fixture.do(status(ORDERS, to))).toEqual([[4, 'done', 1, ORDERS]]);
      expect(fixture.publish().instrument(ORDERS).status).toBe(to);
      for (const command of [
        limit(ORDERS, 2, Side.Bid, 5, 5),
        market(ORDERS, 2, Side.Ask, 5),
        modify(ORDERS, 1, 5, 4),
        replace(ORDERS, 1, 5, 4),
      ]) {
        expect(refusal(fixture, command)).toBe(Reason.InstrumentNotTrading);
      }
      expect(refusal(fixture, cancel(ORDERS, 1))).toBeUndefined();
      expect(refusal(fixture, status(ORDERS, TradingStatus.Continuous))).toBeUndefined();
    },
  );

  it('takes a venue’s updates until it is delisted, and says a repeated status once', () => {
    const fixture = twoInstruments();
    fixture.do(status(VENUE, TradingStatus.Halted));
    const published = fixture.publish().transactions.length;
    fixture.do(status(VENUE, TradingStatus.Halted));
    expect(fixture.publish().transactions).toHaveLength(published);
    expect(refusal(fixture, bookUpdate(VENUE, [ask(5, 5)]))).toBeUndefined();
    fixture.do(status(VENUE, TradingStatus.Delisted));
    expect(refusal(fixture, bookUpdate(VENUE, []))).toBe(Reason.InstrumentNotTrading);
    expect(refusal(fixture, trade(VENUE, 1))).toBe(Reason.InstrumentNotTrading);
  });

  it('takes what must fill whole, or much of it at once, and cancels it when it cannot', () => {
    const fixture = twoInstruments();
    fixture.do(limit(ORDERS, 1, Side.Bid, 5, 5));
    const published = fixture.publish().transactions.length;
    const whole = limit(ORDERS, 2, Side.Ask, 5, 6, TimeInForce.Fok);
    const much = { ...limit(ORDERS, 3, Side.Ask, 5, 9), minimumQuantity: 6 };
    for (const [order, reason] of [
      [whole, Reason.NotFilledWhole],
      [{ ...whole, orderType: OrderType.Market, price: 0 }, Reason.NotFilledWhole],
      [much, Reason.MinimumNotFilled],
    ] as const) {
      const clientOrderId = order.clientOrderId + order.orderType * 10;
      const reports = fixture.do({ ...order, clientOrderId });
      expect(reports.map(([, name]) => name)).toEqual(['accepted', 'cancelled']);
      expect(reports[1]?.at(-1)).toBe(reason);
    }
    // Nothing happened that the world may see.
    expect(fixture.publish().transactions).toHaveLength(published);
    fixture.do({ ...much, clientOrderId: 20, minimumQuantity: 5 });
    expect(fixture.publish().trades.map(({ quantity }) => quantity)).toEqual([5]);
    expect(refusal(fixture, { ...much, clientOrderId: 21, minimumQuantity: 10 })).toBe(
      Reason.BadQuantity,
    );
  });

  it('keeps post-only orders from trading, and inside the price band', () => {
    const fixture = twoInstruments();
    fixture.do(limit(ORDERS, 1, Side.Bid, -1_000_000, 5));
    fixture.do(limit(ORDERS, 2, Side.Ask, 9, 5));
    const maker = { ...limit(ORDERS, 3, Side.Bid, 9, 5), postOnly: PostOnly.Reject };
    expect(refusal(fixture, maker)).toBe(Reason.PostOnlyWouldTrade);
    expect(fixture.engine.market.openOrders).toBe(2);
    const reports = fixture.do({ ...maker, postOnly: PostOnly.Slide });
    expect(reports.map(([, name]) => name)).toEqual(['accepted', 'replaced']);
    expect(reports[1]?.slice(6)).toEqual([8, 5, false]);
    const low = { ...limit(ORDERS, 4, Side.Bid, 9, 5), postOnly: PostOnly.Slide };
    fixture.do(limit(ORDERS, 5, Side.Ask, -999_999, 20));
    expect(refusal(fixture, low)).toBe(undefined);
    fixture.do(limit(ORDERS, 6, Side.Ask, -1_000_000, 20));
    expect(refusal(fixture, { ...low, clientOrderId: 7 })).toBe(Reason.PostOnlyWouldTrade);
  });

  it('tells an owner which of its orders a self-trade would have met', () => {
    const fixture = twoInstruments();
    fixture.do(limit(ORDERS, 1, Side.Bid, 5, 5));
    fixture.do(limit(ORDERS, 1, Side.Bid, 5, 7), 2);
    const order = limit(ORDERS, 2, Side.Ask, 5, 9);
    const reports = fixture.do({ ...order, selfTrade: SelfTrade.CancelOldest });
    expect(reports.map(([, name, owner]) => [name, owner])).toEqual([
      ['accepted', 1],
      ['cancelled', 1],
      ['filled', 1],
      ['filled', 2],
    ]);
    expect(reports[1]?.at(-1)).toBe(Reason.SelfTradePrevented);
    expect(fixture.engine.market.openOrders).toBe(1);
    // Its id has been used, and the levels are what they are.
    expect(refusal(fixture, cancel(ORDERS, 1))).toBe(Reason.UnknownOrder);
    expect(fixture.publish().instrument(ORDERS).book.quantityAt(Side.Ask, 0)).toBe(2);
    const whole = { ...order, clientOrderId: 3, quantity: 2, side: Side.Bid };
    const { Decrement } = SelfTrade;
    fixture.do({ ...whole, timeInForce: TimeInForce.Fok, selfTrade: Decrement });
    expect(fixture.engine.market.openOrders).toBe(1);
    fixture.do({ ...whole, clientOrderId: 4, selfTrade: Decrement });
    expect(fixture.engine.market.openOrders).toBe(0);
    expect(fixture.publish().trades).toHaveLength(1);
  });

  it('shows the world what an iceberg shows, and its owner all of it', () => {
    const fixture = twoInstruments();
    const iceberg = { ...limit(ORDERS, 1, Side.Bid, 5, 100), displayQuantity: 30 };
    fixture.do(iceberg);
    expect(fixture.publish().instrument(ORDERS).book.quantityAt(Side.Bid, 0)).toBe(30);
    const transactions = fixture.publish().transactions.length;
    // What is not shown changes unseen.
    expect(fixture.do(modify(ORDERS, 1, 5, 80))[0]?.slice(6)).toEqual([5, 80, true]);
    expect(fixture.publish().transactions).toHaveLength(transactions);
    const reports = fixture.do(limit(ORDERS, 1, Side.Ask, 5, 40), 2);
    const makers = reports.filter(([, name, owner]) => name === 'filled' && owner === 1);
    // Quantity and leaves.
    expect(makers.map((report) => report.slice(9, 11))).toEqual([
      [30, 50],
      [10, 40],
    ]);
    expect(fixture.publish().instrument(ORDERS).book.quantityAt(Side.Bid, 0)).toBe(20);
    fixture.do(cancel(ORDERS, 1));
    expect(fixture.publish().instrument(ORDERS).book.levelCount(Side.Bid)).toBe(0);
    expect(refusal(fixture, { ...iceberg, clientOrderId: 2, quantity: 30_721 })).toBe(
      Reason.BadQuantity,
    );
    expect(refusal(fixture, { ...iceberg, clientOrderId: 2, quantity: 30_720 })).toBeUndefined();
  });

  it('numbers trades over all instruments, a venue’s among them', () => {
    const fixture = twoInstruments();
    fixture.do(limit(ORDERS, 1, Side.Bid, 5, 5));
    fixture.do(market(ORDERS, 2, Side.Ask, 2));
    fixture.do(trade(VENUE, 9));
    fixture.do(market(ORDERS, 3, Side.Ask, 2));
    expect(fixture.publish().trades.map(({ tradeId }) => tradeId)).toEqual([1, 2, 3]);
  });
});
