/**
 * Plays hidden orders, trade bounds and uncrosses over and over through one fast book, in a process
 * of its own, and prints as JSON what the garbage collector did: started by
 * hidden-allocation.integration.test.ts with a small young generation.
 */

import { constants, PerformanceObserver } from 'node:perf_hooks';
import { type BookEvents, BookMemory, MatchingBook } from '../../engine/book/index.ts';
import { SelfTrade, TimeInForce } from '../../engine/protocol/index.ts';
import { MAX_INTEGER, Side } from '../../feed/index.ts';
import type { SteadyState } from './steady-state.ts';

const { Gtc, Ioc, Fok } = TimeInForce;
const ORDERS = 2000;
/** Long enough for the compiler to have settled. */
const WARM_UP_ROUNDS = 150;
/** Made once, as a client's commands are. */
const HIDDEN = { isHidden: true, selfTrade: SelfTrade.CancelOldest };
const MINIMUM = { minimumQuantity: 3, selfTrade: SelfTrade.Decrement };

let uncrosses = 0;
const ignore = () => {};
const events: BookEvents = {
  accepted: ignore,
  traded: ignore,
  crossed: ignore,
  cancelled: ignore,
  replaced: ignore,
  rested: ignore,
  reduced: ignore,
  levelChanged: ignore,
};
const memory = new BookMemory(100_000);
const book = new MatchingBook(1, memory, events);

let bestBid = 0;
const noteBest = (price: number) => {
  bestBid = price;
  return false;
};

/** Ends with an empty book, so that the ids may be used again; answers how many commands it was. */
function playRound(): number {
  let seed = 7;
  const below = (n: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return ((seed >>> 8) % n) | 0;
  };
  book.setTradeBounds(-MAX_INTEGER, 130);
  for (let id = 1; id <= ORDERS; id += 1) {
    const side = below(2) as Side;
    const price = 100 + below(40);
    const kind = below(10);
    const owner = below(5);
    if (kind < 4) book.limit(id, owner, side, price, 1 + below(9), Gtc, HIDDEN);
    else if (kind < 7) book.limit(id, owner, side, price, 1 + below(9), Gtc);
    else if (kind < 8) book.limit(id, owner, side, price, 4, Ioc, MINIMUM);
    else if (kind < 9) book.market(id, owner, side, 5, Fok, undefined, price);
    else if (book.park(id - 1) === 0) {
      book.unpark(id - 1, owner, side, price, 5, 1, SelfTrade.Allow);
    }
    book.move(below(ORDERS), price);
    book.replace(below(ORDERS), price, 1 + below(9));
    if (book.wasBounded && book.isCrossed) {
      book.setMatching(false);
      book.limit(ORDERS + 1, owner, side, price, 5, Gtc);
      while (book.isCrossed) {
        book.forEachOpen(Side.Bid, noteBest);
        book.uncross(bestBid);
        uncrosses += 1;
      }
      book.setMatching(true);
      book.cancel(ORDERS + 1);
    }
  }
  for (let id = 1; id <= ORDERS; id += 1) book.cancel(id);
  return 4 * ORDERS;
}

const scavenges: number[] = [];
const observer = new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const { kind } = (entry as unknown as { detail: { kind: number } }).detail;
    if (kind === constants.NODE_PERFORMANCE_GC_MINOR) scavenges.push(entry.startTime);
  }
});
for (let round = 0; round < WARM_UP_ROUNDS; round += 1) playRound();
const sizesBefore = [memory.links, memory.values, memory.index.heads];
observer.observe({ entryTypes: ['gc'] });
let messages = 0;
const start = performance.now();
while (messages < 1_000_000) messages += playRound();
const end = performance.now();
const sizesAfter = [memory.links, memory.values, memory.index.heads];
// Entries of the run are delivered after it.
setTimeout(() => {
  const result: SteadyState & { readonly uncrosses: number } = {
    messages,
    scavenges: scavenges.filter((time) => time >= start && time <= end).length,
    grown: sizesBefore.some((array, i) => array !== sizesAfter[i]),
    uncrosses,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}, 50);
