/** Stops: when they are elected, in which order they enter, what becomes of them. */

import { describe, expect, it } from 'vitest';
import { Side, TradingStatus } from '../../feed/index.ts';
import {
  CommandType,
  MassCancelSide,
  PostOnly,
  SelfTrade,
  TimeInForce,
} from '../protocol/index.ts';
import { massCancel } from '../testing/orders.ts';
import { RulesFixture, stop, stopLimit, trailing } from '../testing/rules-fixture.ts';

const { Bid, Ask } = Side;

describe('a stop', () => {
  it('waits unseen until a trade reaches its trigger, then is a market order', () => {
    const one = new RulesFixture();
    one.sell(1, 10, 105);
    const published = one.fixture.publish().transactions.length;
    expect(one.buy(2, 4, 0, stop(103))).toEqual(['2 accepted']);
    expect(one.modify(2, 0, 3)).toEqual(['2 replaced 3 @ 0, kept its place']);
    expect(one.modify(2, 0, 4)).toEqual(['2 replaced 4 @ 0']);
    expect(one.fixture.publish().transactions).toHaveLength(published);
    expect(one.beside).toEqual(['2 Waiting 4 @ 0']);
    expect(one.trade(50, 102)).toEqual([]);
    expect(one.trade(51, 103)).toEqual(['2 triggered', '2 filled 4 @ 105', '1 filled 4 @ 105']);
    expect(one.ladder).toBe('| 105 | 1:6');
    expect(one.beside).toEqual([]);
  });

  it('with a limit rests at it when there is nothing to trade with', () => {
    const one = new RulesFixture();
    one.sell(1, 5, 99, stopLimit(100));
    expect(one.trade(50, 100)).toEqual(['1 triggered']);
    expect(one.ladder).toBe('| 99 | 1:5');
    expect(one.modify(1, 98, 7)).toEqual(['1 replaced 7 @ 98']);
  });

  it('whose trigger was reached before it came is elected at once', () => {
    const one = new RulesFixture();
    one.sell(1, 10, 105);
    one.trade(50, 103);
    expect(one.buy(3, 4, 0, stop(103))).toEqual([
      '3 accepted',
      '3 triggered',
      '3 filled 4 @ 105',
      '1 filled 4 @ 105',
    ]);
    expect(one.buy(4, 4, 0, stop(106))).toEqual(['4 accepted']);
  });

  it('is elected after others that the same trade reaches first: buys by lowest trigger, then sells by highest', () => {
    const one = new RulesFixture();
    // Limits that rest far apart, so that none trades with another.
    one.buy(1, 1, 10, stopLimit(103));
    one.buy(2, 1, 11, stopLimit(101));
    one.buy(3, 1, 12, stopLimit(101));
    one.sell(4, 1, 200, stopLimit(104));
    one.sell(5, 1, 201, stopLimit(106));
    one.sell(6, 1, 202, stopLimit(104));
    expect(one.trade(50, 104)).toEqual([2, 3, 1, 5, 4, 6].map((id) => `${id} triggered`));
  });

  it('may elect the next one, which enters after those that wait already', () => {
    const one = new RulesFixture();
    one.sell(1, 1, 105);
    one.sell(2, 1, 110);
    one.buy(3, 1, 0, stop(103));
    one.buy(4, 1, 9, stopLimit(103));
    one.buy(5, 1, 0, stop(105));
    expect(one.trade(50, 103)).toEqual([
      '3 triggered',
      '3 filled 1 @ 105',
      '1 filled 1 @ 105',
      '4 triggered',
      '5 triggered',
      '5 filled 1 @ 110',
      '2 filled 1 @ 110',
    ]);
  });

  it('that the book refuses is cancelled with the book’s reason', () => {
    const one = new RulesFixture();
    one.sell(1, 5, 105);
    one.buy(2, 5, 106, { ...stopLimit(103), postOnly: PostOnly.Reject });
    expect(one.trade(50, 103)).toEqual(['2 triggered', '2 cancelled 5: PostOnlyWouldTrade']);
    one.buy(3, 9, 106, { ...stopLimit(104), timeInForce: TimeInForce.Fok });
    expect(one.trade(51, 104)).toEqual(['3 triggered', '3 cancelled 9: NotFilledWhole']);
    one.buy(4, 9, 0, stop(105));
    expect(one.trade(52, 105)).toContain('4 cancelled 4: NoLiquidity');
    one.sell(6, 5, 110, {});
    one.buy(7, 5, 0, { ...stop(106), selfTrade: SelfTrade.CancelNewest });
    expect(one.trade(53, 106)).toEqual(['7 triggered', '7 cancelled 5: SelfTradePrevented']);
  });

  it('is cancelled, alone and with all others of its side, wherever it waits', () => {
    const one = new RulesFixture();
    one.buy(1, 4, 0, stop(103));
    one.sell(2, 4, 0, trailing(5));
    one.sell(3, 4, 95, stopLimit(96));
    expect(one.cancel(1)).toEqual(['1 cancelled 4: ByRequest']);
    expect(one.do(massCancel(1, MassCancelSide.Bid))).toEqual([]);
    expect(one.do(massCancel(1, MassCancelSide.Ask))).toEqual([
      '2 cancelled 4: ByRequest',
      '3 cancelled 4: ByRequest',
    ]);
    expect(one.trade(50, 90)).toEqual([]);
    expect(one.fixture.engine.market.openOrders).toBe(0);
  });

  it('keeps its place among the waiting when it only becomes smaller, and loses it by any other change', () => {
    const one = new RulesFixture();
    for (const id of [1, 2, 3, 4]) one.buy(id, 5, 9, stopLimit(103));
    expect(one.modify(1, 9, 4)).toEqual(['1 replaced 4 @ 9, kept its place']);
    expect(one.modify(2, 8, 4)).toEqual(['2 replaced 4 @ 8']);
    expect(one.replace(3, 9, 4)).toEqual(['3 replaced 4 @ 9']);
    expect(one.modify(4, 9, 4, 103)).toEqual(['4 replaced 4 @ 9, kept its place']);
    expect(one.trade(50, 103)).toEqual([1, 4, 2, 3].map((id) => `${id} triggered`));
  });

  it('whose new trigger has been reached already is elected by the change', () => {
    const one = new RulesFixture();
    one.trade(50, 103);
    one.buy(2, 5, 9, stopLimit(110));
    expect(one.modify(2, 9, 5, 104)).toEqual(['2 replaced 5 @ 9']);
    expect(one.modify(2, 9, 5, 103)).toEqual(['2 replaced 5 @ 9', '2 triggered']);
  });

  it('that was elected in an auction waits for the market to be continuous, and cannot be changed', () => {
    const one = new RulesFixture();
    one.trade(50, 100);
    one.status(TradingStatus.Auction);
    expect(one.sell(3, 5, 99, stopLimit(100))).toEqual(['3 accepted']);
    expect(one.beside).toEqual(['3 Elected 5 @ 99']);
    expect(one.modify(3, 98, 5)).toEqual(['3 rejected: InstrumentNotTrading']);
    expect(one.status(TradingStatus.Continuous)).toEqual(['3 triggered']);
    expect(one.ladder).toBe('| 99 | 3:5');
  });

  it('is held to the collar when it enters, not when it comes', () => {
    const one = new RulesFixture();
    one.sell(1, 9, 110);
    one.trade(50, 100);
    one.protect({ collarTicks: 5 });
    one.buy(4, 5, 106, stopLimit(101));
    one.buy(5, 5, 105, stopLimit(101));
    one.buy(6, 5, 0, stop(101));
    expect(one.trade(51, 101)).toEqual([
      '4 triggered',
      '4 cancelled 5: PriceOutsideCollar',
      '5 triggered',
      '6 triggered',
      '6 cancelled 5: CollarReached',
    ]);
  });

  it('that meets the volatility bound pauses the market, and those behind it wait', () => {
    const one = new RulesFixture();
    one.sell(1, 9, 110);
    one.trade(50, 100);
    one.protect({ pauseTicks: 5, pauseMs: 50 });
    one.buy(4, 5, 0, stop(101));
    one.buy(5, 5, 90, stopLimit(101));
    expect(one.trade(51, 101)).toEqual(['4 triggered', '4 cancelled 5: VolatilityPause']);
    expect(one.beside).toEqual(['5 Elected 5 @ 90']);
    expect(one.wait(50)).toEqual(['5 triggered']);
    expect(one.ladder).toBe('| 110 | 1:9\n5:5 | 90 |');
  });

  it('made smaller than its minimum asks for all that is left', () => {
    const one = new RulesFixture();
    one.sell(1, 2, 105);
    one.buy(2, 9, 105, { ...stopLimit(103), minimumQuantity: 5 });
    one.modify(2, 105, 3);
    expect(one.trade(50, 103)).toEqual(['2 triggered', '2 cancelled 3: MinimumNotFilled']);
  });

  it('made smaller than what it shows shows all that is left', () => {
    const one = new RulesFixture();
    one.buy(1, 9, 90, { ...stopLimit(103), displayQuantity: 5 });
    one.modify(1, 90, 3);
    expect(one.trade(50, 103)).toEqual(['1 triggered']);
    expect(one.ladder).toBe('1:3 | 90 |');
    // From then on it shows no more than that at a time.
    one.modify(1, 90, 8);
    expect(one.ladder).toBe('1:3+5 | 90 |');
  });

  it('counts as an order of its owner: its id is taken while it waits', () => {
    const one = new RulesFixture();
    one.buy(1, 4, 0, stop(103));
    expect(one.buy(1, 4, 50)).toEqual(['1 rejected: DuplicateOrderId']);
    expect(one.do({ type: CommandType.OwnerGone })).toEqual(['1 cancelled 4: Disconnected']);
  });
});

describe('a trailing stop', () => {
  it('follows the market up and never down, and sells when it has turned by its distance', () => {
    const one = new RulesFixture();
    one.buy(1, 10, 80);
    one.trade(50, 100);
    one.sell(3, 2, 0, trailing(5));
    for (const [id, price] of [101, 104, 100].entries())
      expect(one.trade(60 + id, price)).toEqual([]);
    // 104 - 5
    expect(one.trade(70, 99)).toEqual(['3 triggered', '3 filled 2 @ 80', '1 filled 2 @ 80']);
  });

  it('to buy follows the market down', () => {
    const one = new RulesFixture();
    one.sell(1, 10, 120);
    one.trade(50, 100);
    one.buy(3, 2, 0, trailing(3));
    for (const [id, price] of [99, 97, 99].entries()) expect(one.trade(60 + id, price)).toEqual([]);
    expect(one.trade(70, 100)).toContain('3 triggered');
  });

  it('that came before any trade begins with the first, and is not elected by it', () => {
    const one = new RulesFixture();
    one.sell(1, 2, 0, trailing(1));
    one.buy(2, 2, 0, trailing(1));
    expect(one.trade(50, -100)).toEqual([]);
    expect(one.trade(51, -101)).toContain('1 triggered');
    one.buy(3, 2, 0, trailing(1));
    expect(one.trade(52, 100)).toContain('2 triggered');
  });

  it('keeps its trigger when it is changed, and takes no other', () => {
    const one = new RulesFixture();
    one.trade(50, 100);
    one.sell(2, 2, 0, trailing(5));
    one.trade(51, 110);
    expect(one.modify(2, 0, 7)).toEqual(['2 replaced 7 @ 0']);
    expect(one.modify(2, 0, 7, 90)).toEqual(['2 rejected: BadField']);
    expect(one.modify(2, 5, 7)).toEqual(['2 rejected: BadPrice']);
    one.trade(52, 107);
    expect(one.trade(53, 105)).toContain('2 triggered');
  });
});

describe('many stops', () => {
  it('cost a trade that reaches none of them two looks', () => {
    const one = new RulesFixture();
    for (let id = 1; id <= 500; id += 1) {
      one.buy(id, 1, 0, stop(1_000 + id));
      one.sell(1_000 + id, 1, 0, stop(-id));
    }
    const { special } = one.fixture.engine.market.instruments[0] ?? {};
    let looks = 0;
    const order = special?.find(1);
    if (order === undefined) throw new Error('Order 1 does not wait.');
    const { trigger } = order;
    Object.defineProperty(order, 'trigger', {
      get: () => {
        looks += 1;
        return trigger;
      },
    });
    one.trade(9_000, 500);
    expect(looks).toBe(1);
    expect(one.take(Bid, 9_001, 1)).toContain('9001 cancelled 1: NoLiquidity');
    expect(one.take(Ask, 9_002, 1)).toContain('9002 cancelled 1: NoLiquidity');
  });
});
