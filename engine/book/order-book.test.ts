/** Both order books do what every order book must do. */

import { BookMemory } from './book-memory.ts';
import { MatchingBook } from './matching-book.ts';
import { NaiveBook, NaiveMemory } from './naive-book.ts';
import { describeOrderBook } from './order-book.suite.ts';

describeOrderBook('the matching book', (maxOrders) => {
  const memory = new BookMemory(maxOrders);
  let instrument = 0;
  return (events) => {
    instrument += 1;
    return new MatchingBook(instrument, memory, events);
  };
});

describeOrderBook('the naive book', (maxOrders) => {
  const memory = new NaiveMemory(maxOrders);
  return (events) => new NaiveBook(memory, events);
});
