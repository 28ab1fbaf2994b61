/** Linked orders: the first thing that happens to one cancels the other, once, and no third. */

import { describe, expect, it } from 'vitest';
import { Side, TradingStatus } from '../../feed/index.ts';
import { SelfTrade, TimeInForce } from '../protocol/index.ts';
import { midPeg, primaryPeg, RulesFixture, stop, stopLimit } from '../testing/rules-fixture.ts';

const { Bid, Ask } = Side;
const { Day, Fok, Gtd, Ioc } = TimeInForce;

describe('linked orders', () => {
  it('end with the first fill of either, however small; the filled one goes on', () => {
    const one = new RulesFixture();
    one.sell(1, 10, 110);
    expect(one.sell(2, 10, 0, { ...stop(95), linkedTo: 1 })).toEqual(['2 accepted']);
    expect(one.take(Bid, 3, 1)).toEqual([
      '3 accepted',
      '3 filled 1 @ 110',
      '1 filled 1 @ 110',
      '2 cancelled 10: LinkedOrder',
    ]);
    expect(one.ladder).toBe('| 110 | 1:9');
    expect(one.cancel(1)).toEqual(['1 cancelled 9: ByRequest']);
  });

  it('end when the stop of the two is elected, before it enters', () => {
    const one = new RulesFixture();
    one.buy(1, 5, 90);
    one.sell(2, 10, 110);
    one.sell(3, 10, 0, { ...stop(95), linkedTo: 2 });
    expect(one.trade(50, 95)).toEqual([
      '2 cancelled 10: LinkedOrder',
      '3 triggered',
      '3 filled 5 @ 90',
      '1 filled 5 @ 90',
      '3 cancelled 5: NoLiquidity',
    ]);
  });

  it('end when one of them is cancelled', () => {
    const one = new RulesFixture();
    one.buy(1, 5, 90);
    one.buy(2, 5, 91, { linkedTo: 1 });
    expect(one.cancel(1)).toEqual(['1 cancelled 5: ByRequest', '2 cancelled 5: LinkedOrder']);
    expect(one.ladder).toBe('');
  });

  it('go on when one of them is changed', () => {
    const one = new RulesFixture();
    one.buy(1, 5, 90);
    one.buy(2, 5, 91, { linkedTo: 1 });
    one.replace(1, 92, 7);
    expect(one.ladder).toBe('1:7 | 92 |\n2:5 | 91 |');
    expect(one.cancel(2)).toEqual(['2 cancelled 5: ByRequest', '1 cancelled 7: LinkedOrder']);
  });

  it('are both filled by one that trades with both, for it is done first', () => {
    const one = new RulesFixture();
    one.sell(1, 5, 101);
    one.sell(2, 5, 102, { linkedTo: 1 });
    expect(one.take(Bid, 3, 8)).toEqual([
      '3 accepted',
      '3 filled 5 @ 101',
      '1 filled 5 @ 101',
      '3 filled 3 @ 102',
      '2 filled 3 @ 102',
      '2 cancelled 2: LinkedOrder',
    ]);
  });

  it('that trade with each other: what is left of the one that came is cancelled', () => {
    const one = new RulesFixture();
    one.sell(1, 5, 101);
    expect(one.buy(2, 8, 101, { linkedTo: 1 })).toEqual([
      '2 accepted',
      '2 filled 5 @ 101',
      '1 filled 5 @ 101',
      '2 cancelled 3: LinkedOrder',
    ]);
    expect(one.ladder).toBe('');
  });

  it('end with one that fills when it comes', () => {
    const one = new RulesFixture();
    one.buy(1, 5, 90);
    one.do({ ...one.order(Ask, 2, 3, 100) }, 2);
    expect(one.buy(3, 5, 100, { linkedTo: 1 })).toEqual([
      '3 accepted',
      '3 filled 3 @ 100',
      '2 filled 3 @ 100',
      '1 cancelled 5: LinkedOrder',
    ]);
    expect(one.ladder).toBe('3:2 | 100 |');
  });

  it('end with one that prevents a self-trade by ending', () => {
    const one = new RulesFixture();
    one.buy(1, 5, 90);
    one.sell(2, 3, 100);
    const terms = { linkedTo: 1, selfTrade: SelfTrade.CancelNewest };
    expect(one.buy(3, 5, 100, terms)).toEqual([
      '3 accepted',
      '3 cancelled 5: SelfTradePrevented',
      '1 cancelled 5: LinkedOrder',
    ]);
  });

  it('of two stops elected by one trade: the one elected first ends the other', () => {
    const one = new RulesFixture();
    one.buy(1, 5, 9, stopLimit(103));
    one.buy(2, 5, 9, { ...stopLimit(102), linkedTo: 1 });
    expect(one.trade(50, 103)).toEqual(['1 cancelled 5: LinkedOrder', '2 triggered']);
  });

  it('may be parked, and expire', () => {
    const one = new RulesFixture();
    one.buy(1, 5, 999, primaryPeg(0));
    one.buy(2, 5, 999, {
      ...midPeg(0),
      linkedTo: 1,
      timeInForce: Gtd,
      expiresAtMs: one.nowMs + 10,
    });
    expect(one.wait(10)).toEqual(['2 cancelled 5: Expired', '1 cancelled 5: LinkedOrder']);
  });

  it('end in an uncross as soon as it is done', () => {
    const one = new RulesFixture();
    one.status(TradingStatus.Auction);
    one.buy(1, 5, 100);
    one.buy(2, 5, 99, { linkedTo: 1 });
    one.do(one.order(Ask, 3, 5, 95), 2);
    expect(one.status(TradingStatus.Continuous)).toEqual([
      '1 filled 5 @ 100',
      '3 filled 5 @ 100',
      '2 cancelled 5: LinkedOrder',
    ]);
  });

  it('are never three, never of another owner, and both may wait', () => {
    const one = new RulesFixture();
    one.buy(1, 5, 90);
    expect(one.buy(2, 5, 91, { linkedTo: 9 })).toEqual(['2 rejected: UnknownOrder']);
    expect(one.buy(2, 5, 91, { linkedTo: 2 })).toEqual(['2 rejected: UnknownOrder']);
    expect(one.do({ ...one.order(Bid, 2, 5, 91), linkedTo: 1 }, 2)).toEqual([
      '2 rejected: UnknownOrder',
    ]);
    one.buy(2, 5, 91, { linkedTo: 1 });
    expect(one.buy(3, 5, 92, { linkedTo: 1 })).toEqual(['3 rejected: ConditionsConflict']);
    for (const timeInForce of [Ioc, Fok]) {
      const terms = { linkedTo: 1, timeInForce };
      expect(one.buy(3, 5, 92, terms)).toEqual(['3 rejected: ConditionsConflict']);
    }
  });

  it('do not become linked by an order that is refused', () => {
    const one = new RulesFixture();
    one.sell(1, 5, 100);
    one.sell(2, 5, 99);
    const refused = { linkedTo: 1, postOnly: 1, timeInForce: Day } as const;
    expect(one.buy(3, 5, 99, refused)).toEqual(['3 rejected: PostOnlyWouldTrade']);
    expect(one.buy(3, 5, 98, { linkedTo: 1 })).toEqual(['3 accepted']);
    expect(one.cancel(3)).toEqual(['3 cancelled 5: ByRequest', '1 cancelled 5: LinkedOrder']);
  });
});
