/** A market seen in a mirror, bids for asks and prices negated, does the same in the mirror. */

import { expect, test } from 'vitest';
import { Side } from '../../feed/index.ts';
import type { TestedBook } from './book-fixture.suite.ts';
import { BookMemory } from './book-memory.ts';
import { EventRecorder, type RecordedEvent } from './event-recorder.ts';
import { MatchingBook } from './matching-book.ts';
import { IdSource, type Regime, randomCommand } from './random-commands.suite.ts';
import { SEED, seededRandom } from './seeded-random.suite.ts';

const STEPS = 20_000;
const LOWEST = 3;
const HIGHEST = 27;
const REGIME: Regime = { name: 'around zero', price: (below) => below(31) - 10 };

/** Where side and price stand in what is told. */
const PLACES: Partial<Record<RecordedEvent[0], readonly [side: number, price: number]>> = {
  accepted: [2, 3],
  traded: [0, 1],
  cancelled: [2, 3],
  replaced: [2, 3],
  rested: [1, 2],
  levelChanged: [0, 1],
};

function mirrored([name, ...values]: RecordedEvent): RecordedEvent {
  const places = PLACES[name];
  if (places === undefined) return [name, ...values];
  const [side, price] = places;
  const seen = [...values];
  seen[side] = 1 - Number(values[side]);
  seen[price] = -Number(values[price]) + 0;
  return [name, ...seen];
}

/** A book that hands every command on as its mirror image. */
function inMirror(book: TestedBook): TestedBook {
  const turn = (side: Side) => (1 - side) as Side;
  const seen: Partial<TestedBook> = {
    limit: (id, owner, side, price, ...rest) => book.limit(id, owner, turn(side), -price, ...rest),
    market: (id, owner, side, quantity, timeInForce, conditions, worst) =>
      book.market(
        id,
        owner,
        turn(side),
        quantity,
        timeInForce,
        conditions,
        worst === undefined ? undefined : -worst,
      ),
    cancel: (id) => book.cancel(id),
    modify: (id, price, quantity) => book.modify(id, -price, quantity),
    replace: (id, price, quantity) => book.replace(id, -price, quantity),
    move: (id, price) => book.move(id, -price),
    park: (id) => book.park(id),
    unpark: (id, owner, side, price, ...rest) =>
      book.unpark(id, owner, turn(side), -price, ...rest),
  };
  return seen as TestedBook;
}

test('a mirrored stream of commands has the mirrored outcome', () => {
  const told = new EventRecorder();
  const toldInMirror = new EventRecorder();
  const book = new MatchingBook(1, new BookMemory(300), told);
  const other = new MatchingBook(1, new BookMemory(300), toldInMirror);
  book.setPriceBand(LOWEST - 20, HIGHEST);
  other.setPriceBand(-HIGHEST, 20 - LOWEST);
  const below = seededRandom(SEED);
  const ids = new IdSource(below, (n) => n + 1);
  let bounded = 0;
  for (let step = 0; step < STEPS; step += 1) {
    const where = `seed ${SEED}, step ${step}`;
    if (step % 100 === 0) {
      const lowest = below(40) - 15;
      const highest = lowest + below(30);
      book.setTradeBounds(lowest, highest);
      other.setTradeBounds(-highest, -lowest);
    }
    const command = randomCommand(REGIME, ids, below, step, true);
    expect(command.run(inMirror(other)), where).toBe(command.run(book));
    expect(toldInMirror.take().map(mirrored), where).toEqual(told.take());
    expect([other.wasBounded, other.isCrossed], where).toEqual([book.wasBounded, book.isCrossed]);
    if (!book.isCrossed) continue;
    // Matching goes off, until what crosses has been taken back.
    bounded += 1;
    book.setMatching(false);
    other.setMatching(false);
    while (book.isCrossed) {
      let orderId = 0;
      const note = (id: number) => {
        if (orderId === 0) orderId = id;
      };
      book.forEachHidden(Side.Bid, note);
      book.forEachOrder(Side.Bid, book.bestPrice(Side.Bid) ?? 0, note);
      expect(other.cancel(orderId)).toBe(book.cancel(orderId));
    }
    book.setMatching(true);
    other.setMatching(true);
    expect(toldInMirror.take().map(mirrored), where).toEqual(told.take());
  }
  expect(bounded).toBeGreaterThan(50);
});
