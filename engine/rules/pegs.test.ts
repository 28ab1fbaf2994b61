/** Pegged orders: their price, their places, when they follow and when they are parked. */

import { describe, expect, it } from 'vitest';
import { Side, TradingStatus } from '../../feed/index.ts';
import { CommandType, PegTo, TimeInForce } from '../protocol/index.ts';
import { midPeg, primaryPeg, RulesFixture, stop } from '../testing/rules-fixture.ts';
import { pegPrice } from './pegs.ts';

const { Bid, Ask } = Side;
const { Mid, Primary } = PegTo;

describe('the price of a pegged order', () => {
  it.each([
    // side, peg, offset, limit, bid, ask, price
    [Bid, Primary, 0, 999, 100, 110, 100],
    [Bid, Primary, 3, 999, 100, undefined, 97],
    [Bid, Primary, 0, 95, 100, 110, 95],
    [Bid, Primary, 0, 999, undefined, 110, undefined],
    [Ask, Primary, 2, 0, 100, 110, 112],
    [Ask, Primary, 0, 115, undefined, 110, 115],
    [Ask, Primary, 0, 0, 100, undefined, undefined],
    [Bid, Mid, 0, 999, 100, 105, 102],
    [Ask, Mid, 0, 0, 100, 105, 103],
    [Bid, Mid, 2, 999, 100, 105, 100],
    [Ask, Mid, 2, 0, 100, 105, 105],
    [Bid, Mid, 0, 101, 100, 105, 101],
    [Bid, Mid, 0, 999, 100, undefined, undefined],
    [Ask, Mid, 0, 0, undefined, 105, undefined],
    [Bid, Mid, 0, 999, -5, 0, -3],
    [Ask, Mid, 0, -999, -5, 0, -2],
    [Bid, Mid, 0, 999, 100, 101, 100],
  ] as const)('of side %i pegged to %i by %i, limit %i, between %s and %s is %s', (...row) => {
    const [side, pegTo, pegOffset, price, bid, ask, expected] = row;
    expect(pegPrice({ side, pegTo, pegOffset, price }, { bid, ask })).toBe(expected);
  });
});

describe('a pegged order', () => {
  it('stands hidden at its price, and moves to the back of the next one', () => {
    const one = new RulesFixture();
    one.buy(1, 10, 100);
    one.sell(2, 10, 110);
    expect(one.buy(3, 5, 999, primaryPeg(0))).toEqual(['3 accepted']);
    one.buy(4, 6, 103, { isHidden: true });
    expect(one.ladder).toBe('| 110 | 2:10\n(4:6) | 103 |\n1:10 (3:5) | 100 |');
    expect(one.buy(5, 1, 103)).toEqual(['5 accepted']);
    expect(one.ladder).toBe('| 110 | 2:10\n5:1 (4:6) (3:5) | 103 |\n1:10 | 100 |');
    expect(one.take(Ask, 6, 7)).toEqual([
      '6 accepted',
      '6 filled 1 @ 103',
      '5 filled 1 @ 103',
      '6 filled 6 @ 103',
      '4 filled 6 @ 103',
    ]);
    expect(one.ladder).toBe('| 110 | 2:10\n1:10 (3:5) | 100 |');
  });

  it('keeps its place where its price stays, though others move', () => {
    const one = new RulesFixture();
    one.buy(1, 10, 100);
    one.buy(2, 5, 100, primaryPeg(0));
    one.buy(3, 5, 999, primaryPeg(0));
    one.buy(4, 5, 100, { isHidden: true });
    one.buy(5, 1, 104);
    expect(one.ladder).toBe('5:1 (3:5) | 104 |\n1:10 (2:5) (4:5) | 100 |');
  });

  it('trades with what it meets where it moves to, as the one that comes', () => {
    const one = new RulesFixture();
    one.buy(1, 10, 100);
    one.sell(2, 10, 110);
    one.sell(3, 4, 106, { isHidden: true });
    one.buy(4, 5, 999, midPeg(0));
    expect(one.sell(5, 1, 113)).toEqual(['5 accepted']);
    expect(one.cancel(2)).toEqual([
      '2 cancelled 10: ByRequest',
      '4 filled 4 @ 106',
      '3 filled 4 @ 106',
    ]);
    expect(one.ladder).toBe('| 113 | 5:1\n(4:1) | 106 |\n1:10 | 100 |');
  });

  it('elects stops where it trades, which enter before the next one follows again', () => {
    const one = new RulesFixture();
    one.buy(1, 10, 100);
    one.sell(2, 10, 110);
    one.sell(3, 4, 106, { isHidden: true });
    one.buy(4, 5, 999, midPeg(0));
    one.buy(5, 2, 0, stop(106));
    one.sell(6, 1, 113);
    expect(one.cancel(2)).toEqual([
      '2 cancelled 10: ByRequest',
      '4 filled 4 @ 106',
      '3 filled 4 @ 106',
      '5 triggered',
      '5 filled 1 @ 113',
      '6 filled 1 @ 113',
      '5 cancelled 1: NoLiquidity',
    ]);
    // No ask is left, so there is no middle.
    expect(one.beside).toEqual(['4 Parked 1 @ 999']);
  });

  it('is priced as all others by what was best when the first of them followed', () => {
    const one = new RulesFixture();
    one.buy(1, 10, 100);
    one.sell(2, 9, 110);
    one.sell(3, 4, 106, { isHidden: true });
    one.buy(4, 5, 999, midPeg(0));
    one.buy(5, 5, 999, primaryPeg(0));
    one.buy(6, 1, 100, { isHidden: true });
    // The best bid as long as peg 4, which moves because of it, has not traded.
    expect(one.buy(7, 1, 102, { linkedTo: 4 })).toEqual([
      '7 accepted',
      '4 filled 4 @ 106',
      '3 filled 4 @ 106',
      '7 cancelled 1: LinkedOrder',
    ]);
    // Peg 5 has been at 102 all the same, and comes back behind order 6.
    expect(one.ladder).toBe('| 110 | 2:9\n(4:1) | 105 |\n1:10 (6:1) (5:5) | 100 |');
  });

  it('is parked while there is nothing to follow, with what has filled, and returns', () => {
    const one = new RulesFixture();
    one.buy(1, 10, 100);
    one.buy(2, 5, 999, primaryPeg(0));
    one.take(Ask, 3, 12);
    expect(one.beside).toEqual(['2 Parked 3 @ 999']);
    expect(one.ladder).toBe('');
    expect(one.modify(2, 999, 2)).toEqual(['2 rejected: QuantityAlreadyFilled']);
    one.buy(4, 1, 98);
    expect(one.ladder).toBe('4:1 (2:3) | 98 |');
    expect(one.modify(2, 999, 4)).toEqual(['2 replaced 2 @ 999, kept its place']);
  });

  it('is parked where its price would be outside the price band', () => {
    const one = new RulesFixture();
    one.buy(1, 10, -999_998);
    expect(one.buy(2, 5, 0, primaryPeg(3))).toEqual(['2 accepted']);
    expect(one.beside).toEqual(['2 Parked 5 @ 0']);
    one.buy(3, 1, -999_997);
    expect(one.ladder).toBe('3:1 | -999997 |\n1:10 | -999998 |\n(2:5) | -1000000 |');
  });

  it('is parked in every status but Continuous, and comes to what is best then', () => {
    const one = new RulesFixture();
    one.buy(1, 10, 100);
    one.buy(2, 5, 999, primaryPeg(0));
    for (const status of [TradingStatus.Halted, TradingStatus.Auction]) {
      one.status(status);
      expect(one.beside).toEqual(['2 Parked 5 @ 999']);
    }
    expect(one.buy(3, 1, 105, primaryPeg(0))).toEqual(['3 accepted']);
    one.cancel(1);
    one.buy(4, 1, 90);
    one.status(TradingStatus.Continuous);
    expect(one.ladder).toBe('4:1 (2:5) (3:1) | 90 |');
  });

  it('keeps its place with less, and takes a new one among the pegged with anything else', () => {
    const one = new RulesFixture();
    one.buy(1, 10, 100);
    for (const id of [2, 3, 4]) one.buy(id, 5, 999, primaryPeg(0));
    expect(one.modify(2, 999, 4)).toEqual(['2 replaced 4 @ 999, kept its place']);
    expect(one.modify(3, 998, 5)).toEqual(['3 replaced 5 @ 998']);
    expect(one.ladder).toBe('1:10 (2:4) (4:5) (3:5) | 100 |');
    expect(one.replace(2, 999, 4)).toEqual(['2 replaced 4 @ 999']);
    one.buy(5, 1, 101);
    expect(one.ladder).toBe('5:1 (4:5) (3:5) (2:4) | 101 |\n1:10 | 100 |');
    expect(one.modify(4, 99, 5)).toEqual(['4 replaced 5 @ 99']);
    expect(one.ladder).toBe('5:1 (3:5) (2:4) | 101 |\n1:10 | 100 |\n(4:5) | 99 |');
    expect(one.modify(3, 998, 6)).toEqual(['3 replaced 6 @ 998']);
    one.buy(6, 1, 102);
    expect(one.ladder).toBe('6:1 (2:4) (3:6) | 102 |\n5:1 | 101 |\n1:10 | 100 |\n(4:5) | 99 |');
    expect(one.modify(4, 99, 5, 7)).toEqual(['4 rejected: BadField']);
    expect(one.modify(4, 2_000_000, 5)).toEqual(['4 rejected: PriceOutsideBand']);
  });

  it('never shows: not in a level of the stream, nor in a count', () => {
    const one = new RulesFixture();
    one.buy(1, 10, 100);
    one.buy(2, 5, 999, primaryPeg(0));
    one.buy(3, 5, 102);
    const replica = one.fixture.publish();
    const [book] = replica.instruments.values();
    expect(book?.book.levelCount(Bid)).toBe(2);
    expect(book?.book.orderCountAt(Bid, 0)).toBe(1);
    expect(book?.book.quantityAt(Bid, 0)).toBe(5);
  });

  it('of the day ends with it, parked or not', () => {
    const one = new RulesFixture();
    one.buy(1, 10, 100);
    one.buy(2, 5, 999, { ...primaryPeg(0), timeInForce: TimeInForce.Day });
    expect(one.status(TradingStatus.Closed)).toEqual(['2 cancelled 5: EndOfDay']);
  });

  it('goes with all others of its owner', () => {
    const one = new RulesFixture();
    one.buy(1, 10, 100);
    one.buy(2, 5, 999, primaryPeg(0));
    one.sell(3, 5, 0, primaryPeg(0));
    expect(one.do({ type: CommandType.OwnerGone })).toEqual([
      '1 cancelled 10: Disconnected',
      '2 cancelled 5: Disconnected',
      '3 cancelled 5: Disconnected',
    ]);
  });
});
