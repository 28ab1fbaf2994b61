import { describe, expect, it } from 'vitest';
import { FeedState, Side, TradingStatus } from '../feed/index.ts';
import { Market } from './market.ts';
import type { MarketInstrument } from './market-instrument.ts';
import { FakeFeed, FakeInstrument } from './testing/fake-feed.ts';

function recorded() {
  const market = new Market();
  const told: string[] = [];
  const tell = (what: string) => (instrument: MarketInstrument) => {
    told.push(`${what} ${instrument.symbol} ${instrument.sequence}`);
  };
  market.listen({
    transactionApplied: tell('applied'),
    stateChanged: tell('state'),
    listed: tell('listed'),
    gone: tell('gone'),
  });
  return { market, told, feed: new FakeFeed(market) };
}

function find(market: Market, symbol: string): MarketInstrument {
  const instrument = market.find(symbol);
  if (instrument === undefined) throw new Error(`no ${symbol}`);
  return instrument;
}

describe('the market', () => {
  it('tells of a transaction once per instrument that it touched', () => {
    const { told, feed } = recorded();
    const [a, b] = [feed.list('A'), feed.list('B')];
    told.length = 0;
    feed.transaction((steps) => {
      steps.level(a, Side.Bid, 10, 1);
      steps.level(b, Side.Bid, 10, 1);
      steps.level(a, Side.Bid, 11, 1);
    });
    expect(told).toEqual(['applied A 3', 'applied B 2']);
  });

  it('has the instrument that a transaction names show it, though nothing changed', () => {
    const { market, told, feed } = recorded();
    feed.list('A');
    const b = feed.list('B');
    told.length = 0;
    const number = feed.transaction(() => {}, b);
    expect(told).toEqual(['applied B 1']);
    expect([find(market, 'A').transaction, find(market, 'B').transaction]).toEqual([1, number]);
  });

  it('has all instruments show a transaction that touched none and names none', () => {
    const { told, feed } = recorded();
    feed.list('A');
    feed.list('B');
    told.length = 0;
    feed.transaction(() => {});
    expect(told).toEqual(['applied A 1', 'applied B 1']);
  });

  it('tells of a changed status at the end of its transaction, not in the middle', () => {
    const { told, feed } = recorded();
    const a = feed.list('A');
    told.length = 0;
    feed.transaction((steps) => {
      steps.status(a, TradingStatus.Halted);
      expect(told).toEqual([]);
      steps.level(a, Side.Bid, 10, 1);
    });
    expect(told).toEqual(['applied A 3', 'state A 3']);
  });

  it('keeps instruments that joined before their epoch was known', () => {
    const { market, feed } = recorded();
    const a = feed.list('A');
    feed.list('B');
    feed.transaction((steps) => steps.level(a, Side.Bid, 10, 1));
    expect([find(market, 'A').isJoined, find(market, 'B').isJoined]).toEqual([true, true]);
    expect(find(market, 'B').epoch).toEqual(feed.epoch);
  });

  it('keeps nothing of an epoch that ends before any transaction of it was heard', () => {
    const { market, feed } = recorded();
    const a = new FakeInstrument(1, 'A', '0.01', '1');
    a.sequence = 7;
    a.transaction = 28;
    feed.replaceBook(a, 7, (book) => book.apply(Side.Bid, 10, 1, 1));
    expect([find(market, 'A').isJoined, find(market, 'A').transaction]).toEqual([true, 28]);
    feed.restart([a], []);
    expect([find(market, 'A').isJoined, find(market, 'A').transaction]).toEqual([false, 0]);
    expect(find(market, 'A').epoch).toEqual(feed.epoch);
  });

  it('follows the new objects of a new epoch, and forgets what it does not list again', () => {
    const { market, told, feed } = recorded();
    const [a, b] = [feed.list('A'), feed.list('B')];
    feed.transaction((steps) => steps.level(a, Side.Bid, 10, 1));
    const before = find(market, 'A');
    const [again] = feed.restart([a, b], [a]);
    feed.transaction((steps) => steps.level(again as FakeInstrument, Side.Ask, 77, 2));
    expect(find(market, 'A')).toBe(before);
    expect([before.book.priceAt(Side.Ask, 0), before.book.levelCount(Side.Bid)]).toEqual([77, 0]);
    expect([before.sequence, before.anchor, before.epoch]).toEqual([2, 77, feed.epoch]);
    expect(market.isLive).toBe(false);
    market.tick(1000);
    market.tick(4000);
    expect(market.find('B')).toBeDefined();
    market.tick(7000);
    expect(market.find('B')).toBeUndefined();
    expect(told.at(-1)).toBe('gone B 0');
    expect(market.isLive).toBe(true);
  });

  it('names the trades that a jump of the sequence left out, and only those', () => {
    const { market, feed } = recorded();
    const a = feed.list('A');
    feed.transaction((steps) => steps.trade(a, 10, 1));
    const { trades } = find(market, 'A');
    expect(trades.lostUpTo).toBe(0);
    feed.state(a, FeedState.Gapped, 'MISSED_RECORDS');
    feed.state(a, FeedState.Live, 'NONE');
    expect(trades.lostUpTo).toBe(0);
    feed.replaceBook(a, 50, () => {});
    expect([trades.lostFrom, trades.lostUpTo]).toEqual([2, 50]);
    expect(trades.since(0).map(({ sequence }) => sequence)).toEqual([2]);
  });

  it('replaces an instrument whose definition changed', () => {
    const { market, told, feed } = recorded();
    const a = feed.list('A', { id: 1 });
    feed.list('A', { id: a.id, tickSize: '0.5' });
    expect(told.filter((words) => /gone|listed/.test(words))).toEqual([
      'listed A 1',
      'gone A 1',
      'listed A 1',
    ]);
    expect(find(market, 'A').tickSize).toBe('0.5');
  });
});
