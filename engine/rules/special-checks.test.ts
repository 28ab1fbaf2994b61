/** What is refused of each order type: fields it does not need, prices, conditions, one too many. */

import { describe, expect, it } from 'vitest';
import { Side, TradingStatus } from '../../feed/index.ts';
import { type NewOrder, OrderType, PegTo, TimeInForce } from '../protocol/index.ts';
import {
  midPeg,
  primaryPeg,
  RulesFixture,
  stop,
  stopLimit,
  trailing,
} from '../testing/rules-fixture.ts';

type Terms = Parameters<RulesFixture['buy']>[3] & object;

const { Day, Fok, Gtd, Ioc } = TimeInForce;
const FAR_MS = 2 ** 50;
const MARKET = { orderType: OrderType.Market };

/** Each type as it is taken, and its price. */
const TYPES: Readonly<Record<string, readonly [price: number, terms: Terms]>> = {
  limit: [50, {}],
  market: [0, MARKET],
  stop: [0, stop(100)],
  'stop-limit': [50, stopLimit(100)],
  'trailing stop': [0, trailing(5)],
  'primary peg': [50, primaryPeg(0)],
  'mid peg': [50, midPeg(3)],
};

function answer(name: string, more: Terms, price?: number): string | undefined {
  const [usual, terms] = TYPES[name] ?? [0, {}];
  return new RulesFixture().buy(1, 5, price ?? usual, { ...terms, ...more })[0]?.slice(2);
}

/** The names of those that are refused with this. */
function refused(more: Terms, reason: string): string[] {
  return Object.keys(TYPES).filter((name) => answer(name, more) === `rejected: ${reason}`);
}

describe('an order', () => {
  it('is taken as its type wants it', () => {
    for (const name of Object.keys(TYPES)) expect(answer(name, {}), name).toBe('accepted');
  });

  it.each([
    [{ triggerPrice: 7 }, ['limit', 'market', 'trailing stop', 'primary peg', 'mid peg']],
    [{ trailBy: 7 }, ['limit', 'market', 'stop', 'stop-limit', 'primary peg', 'mid peg']],
    [{ pegTo: PegTo.Mid }, ['limit', 'market', 'stop', 'stop-limit', 'trailing stop']],
    [{ pegOffset: 7 }, ['limit', 'market', 'stop', 'stop-limit', 'trailing stop']],
    [{ expiresAtMs: FAR_MS }, Object.keys(TYPES)],
    [{ timeInForce: Gtd, expiresAtMs: FAR_MS }, ['market']],
    [{ timeInForce: Gtd }, Object.keys(TYPES)],
    [{ timeInForce: Day }, ['market']],
    [{ timeInForce: Ioc }, ['trailing stop', 'primary peg', 'mid peg']],
    [{ timeInForce: Fok }, ['trailing stop', 'primary peg', 'mid peg']],
    [{ trailBy: 0 }, ['trailing stop']],
    [{ pegTo: PegTo.None }, ['primary peg', 'mid peg']],
    [{ orderType: 6 as OrderType }, Object.keys(TYPES)],
  ] as const)('with %o is BadField, where it makes no sense', (more, names) => {
    expect(refused(more, 'BadField')).toEqual(names);
  });

  it.each([
    [{ postOnly: 1 }, ['market', 'stop', 'trailing stop', 'primary peg', 'mid peg']],
    [{ displayQuantity: 2 }, ['market', 'stop', 'trailing stop', 'primary peg', 'mid peg']],
    [{ isHidden: true }, ['market', 'stop', 'trailing stop', 'primary peg', 'mid peg']],
    [{ minimumQuantity: 2 }, ['trailing stop', 'primary peg', 'mid peg']],
    [{ postOnly: 1, minimumQuantity: 2 }, Object.keys(TYPES)],
    [{ isHidden: true, displayQuantity: 2 }, Object.keys(TYPES)],
    [{ linkedTo: 1, orderType: OrderType.Market }, ['market']],
  ] as const)(
    'with %o is ConditionsConflict, where one makes the other senseless',
    (more, names) => {
      const all = Object.keys(TYPES).filter((name) => !('orderType' in more) || name === 'market');
      const found = all.filter((name) => answer(name, more) === 'rejected: ConditionsConflict');
      expect(found).toEqual(names);
    },
  );

  it.each([
    ['market', 5, 'BadPrice'],
    ['stop', 5, 'BadPrice'],
    ['trailing stop', 5, 'BadPrice'],
    ['limit', 1_000_001, 'PriceOutsideBand'],
    ['stop-limit', -1_000_001, 'PriceOutsideBand'],
    ['mid peg', 1_000_001, 'PriceOutsideBand'],
  ] as const)('that is a %s at %i is %s', (name, price, reason) => {
    expect(answer(name, {}, price)).toBe(`rejected: ${reason}`);
  });

  it('has its trigger within the price band', () => {
    expect(refused({ triggerPrice: 1_000_001 }, 'PriceOutsideBand')).toEqual([
      'stop',
      'stop-limit',
    ]);
    expect(refused({ triggerPrice: -1_000_001 }, 'PriceOutsideBand')).toEqual([
      'stop',
      'stop-limit',
    ]);
  });

  it('has a quantity, and conditions that fit it, also while it waits', () => {
    for (const name of Object.keys(TYPES)) {
      expect(answer(name, { quantity: 0 }), name).toBe('rejected: BadQuantity');
      expect(answer(name, { minimumQuantity: 6 }), name).toBe('rejected: BadQuantity');
    }
    const iceberg = { quantity: 1025, displayQuantity: 1 };
    expect(answer('stop-limit', iceberg)).toBe('rejected: BadQuantity');
    expect(answer('stop-limit', { ...iceberg, quantity: 1024 })).toBe('accepted');
  });

  it('is looked at before an id that is taken', () => {
    const one = new RulesFixture();
    one.buy(1, 5, 50);
    expect(one.buy(1, 5, 50, trailing(1))).toEqual(['1 rejected: BadPrice']);
    expect(one.buy(1, 5, 0, { ...trailing(1), quantity: 0 })).toEqual([
      '1 rejected: DuplicateOrderId',
    ]);
  });

  it('that could only trade is not taken in an auction, unless it is a stop', () => {
    const one = new RulesFixture();
    one.status(TradingStatus.PreOpen);
    const some: Terms[] = [
      { timeInForce: Ioc },
      { timeInForce: Fok },
      { minimumQuantity: 1 },
      { postOnly: 1 },
    ];
    for (const more of some) {
      expect(one.buy(1, 5, 50, more)).toEqual(['1 rejected: NotInAuction']);
    }
    expect(one.buy(1, 5, 0, MARKET)).toEqual(['1 rejected: NotInAuction']);
    for (const [i, more] of some.entries()) {
      expect(one.buy(1 + i, 5, 50, { ...stopLimit(100), ...more })).toEqual([`${1 + i} accepted`]);
    }
    one.status(TradingStatus.Halted);
    expect(one.buy(9, 5, 0, stop(100))).toEqual(['9 rejected: InstrumentNotTrading']);
    expect(one.modify(1, 50, 4)).toEqual(['1 rejected: InstrumentNotTrading']);
    expect(one.cancel(1)).toEqual(['1 cancelled 5: ByRequest']);
  });

  it('that is one stop or peg too many is not taken', () => {
    const one = new RulesFixture({ waiting: 3 });
    one.buy(1, 1, 0, stop(100));
    one.sell(2, 1, 0, trailing(5));
    one.buy(3, 1, 50, primaryPeg(0));
    const order: NewOrder = { ...one.order(Side.Bid, 4, 1, 50), ...primaryPeg(0) };
    expect(one.do(order, 2)).toEqual(['4 rejected: TooManyWaiting']);
    expect(one.buy(4, 1, 0, stop(100))).toEqual(['4 rejected: TooManyWaiting']);
    expect(one.buy(4, 1, 50, { timeInForce: Day })).toEqual(['4 accepted']);
    one.cancel(1);
    expect(one.do({ ...order, clientOrderId: 5 }, 2)).toEqual(['5 accepted']);
  });
});
