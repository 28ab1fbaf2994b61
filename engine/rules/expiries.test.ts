/** What time brings: orders end when their time is over, before anything that comes at that time. */

import { describe, expect, it } from 'vitest';
import { type InstrumentId, Side, TradingStatus } from '../../feed/index.ts';
import { type Command, CommandType, ENGINE_OWNER, TimeInForce } from '../protocol/index.ts';
import { primaryPeg, RulesFixture, stop, stopLimit } from '../testing/rules-fixture.ts';

const { Ask } = Side;
const { Day, Gtd } = TimeInForce;

describe('an order good till a date', () => {
  it('ends when its time is over, wherever it is, and not a millisecond before', () => {
    const one = new RulesFixture();
    const expiresAtMs = one.nowMs + 100;
    const terms = { timeInForce: Gtd, expiresAtMs };
    one.buy(1, 5, 90, terms);
    one.buy(2, 5, 0, { ...terms, ...stop(103) });
    one.buy(3, 5, 0, { ...terms, ...primaryPeg(0), expiresAtMs: expiresAtMs + 1 });
    expect(one.fixture.engine.market.nextDueMs).toBe(expiresAtMs);
    expect(one.wait(99)).toEqual([]);
    expect(one.wait(1)).toEqual(['1 cancelled 5: Expired', '2 cancelled 5: Expired']);
    expect(one.wait(50)).toEqual(['3 cancelled 5: Expired']);
    expect(one.fixture.engine.market.nextDueMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('does not trade with one that comes when its time is over, though nobody has woken the engine', () => {
    const one = new RulesFixture();
    one.buy(1, 5, 90, { timeInForce: Gtd, expiresAtMs: one.nowMs + 100 });
    one.fixture.advance(100);
    expect(one.take(Ask, 2, 5)).toEqual([
      '1 cancelled 5: Expired',
      '2 accepted',
      '2 cancelled 5: NoLiquidity',
    ]);
  });

  it('that was a stop ends in the book, too', () => {
    const one = new RulesFixture();
    const terms = { ...stopLimit(103), timeInForce: Gtd, expiresAtMs: one.nowMs + 100 };
    one.buy(1, 5, 90, terms);
    one.trade(50, 103);
    expect(one.ladder).toBe('1:5 | 90 |');
    expect(one.wait(100)).toEqual(['1 cancelled 5: Expired']);
  });

  it('leaves nothing behind when it ends before', () => {
    const one = new RulesFixture();
    one.buy(1, 5, 90, { timeInForce: Gtd, expiresAtMs: one.nowMs + 100 });
    one.buy(2, 5, 90, { timeInForce: Gtd, expiresAtMs: one.nowMs + 200 });
    one.cancel(1);
    expect(one.fixture.engine.market.nextDueMs).toBe(one.nowMs + 200);
    one.take(Ask, 3, 5);
    expect(one.fixture.engine.market.nextDueMs).toBe(Number.POSITIVE_INFINITY);
    const { transaction } = one.fixture.engine.sequencer;
    expect(one.wait(1_000)).toEqual([]);
    expect(one.fixture.engine.sequencer.transaction).toBe(transaction);
  });

  it('must end later than now, and nothing else has an end', () => {
    const one = new RulesFixture();
    const gtd = { timeInForce: Gtd, expiresAtMs: one.nowMs };
    expect(one.buy(1, 5, 90, gtd)).toEqual(['1 rejected: BadField']);
    expect(one.buy(1, 5, 90, { expiresAtMs: one.nowMs + 5 })).toEqual(['1 rejected: BadField']);
    expect(one.buy(1, 5, 90, { ...gtd, expiresAtMs: one.nowMs + 1 })).toEqual(['1 accepted']);
  });

  it('ends by due time, at one time by arrival, over all instruments', () => {
    const one = new RulesFixture();
    const at = (id: number, milliseconds: number): Command => ({
      ...one.order(Ask, id, 5, 90),
      timeInForce: Gtd,
      expiresAtMs: one.nowMs + milliseconds,
    });
    one.do(at(1, 30));
    one.do(at(2, 20));
    one.do(at(3, 30));
    one.do(at(4, 10));
    expect(one.wait(50)).toEqual([4, 2, 1, 3].map((id) => `${id} cancelled 5: Expired`));
  });

  it('is ended by a command of the engine’s own, which belongs to nobody', () => {
    const one = new RulesFixture();
    one.buy(1, 5, 90, { timeInForce: Gtd, expiresAtMs: one.nowMs + 1 });
    const { transaction } = one.fixture.engine.sequencer;
    one.wait(5);
    expect(one.fixture.engine.sequencer.transaction).toBe(transaction + 1);
    expect(one.do({ type: CommandType.AdvanceTime }, ENGINE_OWNER)).toEqual([]);
  });
});

describe('an order good for the day', () => {
  it('ends when the instrument closes, plain or not, by arrival; the others stay', () => {
    const one = new RulesFixture();
    one.buy(1, 5, 90, { timeInForce: Day });
    one.buy(2, 5, 91);
    one.sell(3, 5, 0, { ...stop(80), timeInForce: Day });
    one.buy(4, 5, 92, { timeInForce: Day });
    expect(one.status(TradingStatus.Halted)).toEqual([]);
    expect(one.status(TradingStatus.Closed)).toEqual(
      [1, 3, 4].map((id) => `${id} cancelled 5: EndOfDay`),
    );
    expect(one.ladder).toBe('2:5 | 91 |');
  });

  it('that was filled or cancelled before does not end twice', () => {
    const one = new RulesFixture();
    one.buy(1, 5, 90, { timeInForce: Day });
    one.buy(2, 5, 89, { timeInForce: Day });
    one.take(Ask, 3, 5);
    one.cancel(2);
    expect(one.status(TradingStatus.Closed)).toEqual([]);
  });
});

describe('a delisted instrument', () => {
  it('ends all its orders, wherever they are', () => {
    const one = new RulesFixture();
    one.buy(1, 5, 90);
    one.sell(2, 5, 0, stop(80));
    one.sell(3, 5, 0, primaryPeg(0));
    const instrument = 1 as InstrumentId;
    const status = TradingStatus.Delisted;
    expect(one.do({ type: CommandType.SetStatus, instrument, status })).toEqual(
      [1, 2, 3].map((id) => `${id} cancelled 5: Delisted`),
    );
  });
});
