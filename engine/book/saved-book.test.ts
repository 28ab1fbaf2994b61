/** A book saved and loaded is the same book, whatever comes; damaged bytes do no harm. */

import { describe, expect, test } from 'vitest';
import { Side } from '../../feed/index.ts';
import { TimeInForce } from '../protocol/index.ts';
import { StateError, StateReader, StateWriter } from '../state.ts';
import { BookMemory } from './book-memory.ts';
import { ROW } from './book-rows.ts';
import { findFault, readBook } from './book-state.ts';
import { EventRecorder } from './event-recorder.ts';
import { enterLadder } from './ladder-table.ts';
import { MatchingBook } from './matching-book.ts';
import { IdSource, type Regime, randomCommand } from './random-commands.suite.ts';
import { SEED, seededRandom } from './seeded-random.suite.ts';

const { COUNT, LEVEL, NEXT, OPEN, ORDER_ID, QUANTITY, SHIFT } = ROW;
const REGIME: Regime = { name: 'any', price: (below) => 100 + below(25) };
const LADDER = `
                     | 103 | 6:10+20
                     | 102 | 5:10 (7:10)
  1:10 2:5+9 (3:20)  | 100 |
  (4:7)              |  90 |
`;

class Saved {
  readonly told = new EventRecorder();
  readonly memory = new BookMemory(1000, 2);
  readonly book = new MatchingBook(5, this.memory, this.told);

  save(): Uint8Array {
    const writer = new StateWriter();
    this.book.saveState(writer);
    return writer.written.slice();
  }

  load(bytes: Uint8Array): this {
    const reader = new StateReader(bytes);
    this.book.loadState(reader);
    reader.end();
    return this;
  }
}

describe('a saved book', () => {
  test('goes on as the one that was saved, hidden orders and icebergs included', () => {
    const below = seededRandom(SEED);
    const ids = new IdSource(below, (n) => n + 1);
    let old = new Saved();
    for (let step = 0; step < 3000; step += 1) {
      const where = `seed ${SEED}, step ${step}`;
      if (step % 50 === 0) {
        const bytes = old.save();
        const young = new Saved().load(bytes);
        expect(young.save(), where).toEqual(bytes);
        for (let i = 0; i < 20; i += 1) {
          const command = randomCommand(REGIME, ids, below, step, true);
          expect(command.run(young.book), where).toBe(command.run(old.book));
          expect(young.told.take(), where).toEqual(old.told.take());
        }
        expect(readBook(young.book), where).toEqual(readBook(old.book));
        expect(findFault(young.book), where).toBeUndefined();
        old = young;
      }
      randomCommand(REGIME, ids, below, step, true).run(old.book);
      old.told.take();
    }
  });

  test('may cross only where matching was switched off before it is loaded', () => {
    const old = new Saved();
    old.book.setMatching(false);
    enterLadder(old.book, '(2:5) 1:10 | 100 | 3:5', 7);
    expect(() => new Saved().load(old.save())).toThrow(/crossed/);
    const young = new Saved();
    young.book.setMatching(false);
    const { book, told } = young.load(old.save());
    expect(book.isCrossed).toBe(true);
    book.uncross(100);
    expect(told.take()[0]).toEqual(['crossed', 100, 5, 1, 7, 5, 3, 7, 0]);
  });

  test('that holds a hidden order is not plain: what comes meets it', () => {
    const old = new Saved();
    enterLadder(old.book, '(1:5) | 100 |', 7);
    const { book } = new Saved().load(old.save());
    book.limit(2, 8, Side.Ask, 100, 5, TimeInForce.Gtc);
    expect(book.orderCount).toBe(0);
  });

  test('is not saved where a lot is lost or an order is nowhere', () => {
    const damages: ((memory: BookMemory, order: number, level: number) => void)[] = [
      ({ values }, order) => (values[(order << SHIFT) + OPEN]! += 1),
      ({ values }, _, level) => (values[(level << SHIFT) + QUANTITY]! -= 1),
      ({ links }, _, level) => (links[(level << SHIFT) + COUNT]! += 1),
      ({ links }, order, level) => (links[(order << SHIFT) + LEVEL] = level + 1),
      ({ index, values }, order) =>
        index.remove(index.bucketOf(values[(order << SHIFT) + ORDER_ID]!), order),
      ({ links }, _, level) => (links[(level << SHIFT) + NEXT] = level),
    ];
    for (const ladder of ['1:10 2:5 | 100 |', '| 100 | (1:10) (2:5)']) {
      for (const damage of damages) {
        const old = new Saved();
        enterLadder(old.book, ladder, 7);
        const { index, links } = old.memory;
        const order = index.find(index.bucketOf(1), 1);
        expect(() => old.save()).not.toThrow();
        damage(old.memory, order, links[(order << SHIFT) + LEVEL]!);
        expect(() => old.save()).toThrow(/book of instrument 5 is broken/);
      }
    }
  });

  test('survives any damage: it is refused, or a book that is in order', () => {
    const old = new Saved();
    enterLadder(old.book, LADDER, 7);
    const whole = old.save();
    const below = seededRandom(SEED);
    let loaded = 0;
    for (let turn = 0; turn < 4000; turn += 1) {
      const bytes = whole.slice(0, below(10) === 0 ? below(whole.length) : whole.length);
      for (let i = below(3); i >= 0 && bytes.length > 0; i -= 1) {
        bytes[below(bytes.length)] = below(2) === 0 ? below(256) : 255 * below(2);
      }
      const young = new Saved();
      try {
        young.load(bytes);
        loaded += 1;
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        continue;
      }
      expect(findFault(young.book), `seed ${SEED}, turn ${turn}`).toBeUndefined();
    }
    expect(loaded).toBeGreaterThan(100);
  });
});
