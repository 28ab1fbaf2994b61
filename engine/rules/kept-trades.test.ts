/** The ring of trades against a plain list. */

import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '../state.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import { KeptTrades } from './kept-trades.ts';

describe('kept trades', () => {
  it('are the newest, found by id and instrument', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const capacity = 4096;
    const trades = new KeptTrades(capacity);
    const list: { id: number; instrument: number; owner: number; isBusted: boolean }[] = [];
    let id = 0;
    for (let run = 0; run < 20_000; run += 1) {
      id += 1 + random(3);
      const instrument = 1 + random(3);
      const owner = 1 + random(2 ** 22);
      trades.add(id, instrument, owner, id * 5, id * 7, 2, 2 ** 53 - 1, id * 11);
      list.push({ id, instrument, owner, isBusted: false });
      const named = random(id + 3);
      const of = 1 + random(3);
      const row = trades.find(named, of);
      const kept = list
        .slice(-capacity)
        .find((trade) => trade.id === named && trade.instrument === of);
      expect(row >= 0, `seed ${seed}, trade ${named} of ${id}`).toBe(kept !== undefined);
      if (kept === undefined) continue;
      expect(trades.isBusted(row)).toBe(kept.isBusted);
      expect(trades.ordersOf(row)).toEqual([
        { owner: kept.owner, clientOrderId: named * 5, orderId: named * 7 },
        { owner: 2, clientOrderId: 2 ** 53 - 1, orderId: named * 11 },
      ]);
      if (random(4) === 0) {
        trades.bust(row);
        kept.isBusted = true;
      }
    }
    expect(list.some(({ isBusted }) => isBusted)).toBe(true);
  });

  it('come back from their saved state, however they lay', () => {
    const filled = (from: number) => {
      const trades = new KeptTrades(8);
      for (let id = from; id <= 20; id += 1) trades.add(id, 1, 1, id, id, 2, id, id);
      trades.bust(trades.find(18, 1));
      return trades;
    };
    const saved = (trades: KeptTrades) => {
      const writer = new StateWriter();
      trades.saveState(writer);
      return writer.written.slice();
    };
    const bytes = saved(filled(1));
    expect(saved(filled(7))).toEqual(bytes);
    const loaded = new KeptTrades(8);
    loaded.loadState(new StateReader(bytes));
    expect(saved(loaded)).toEqual(bytes);
    expect(loaded.find(12, 1)).toBe(-1);
    expect(loaded.isBusted(loaded.find(18, 1))).toBe(true);
    loaded.add(21, 2, 1, 1, 1, 2, 2, 2);
    expect(loaded.find(13, 1)).toBe(-1);
    expect(loaded.find(14, 1)).toBeGreaterThan(-1);
  });
});
