import { expect, test } from 'vitest';
import { type FeedInstrument, Side } from '../../feed/index.ts';
import {
  EventQueue,
  MAX_QUEUED_EVENTS,
  type SubscriptionEvent,
  type TradeEvent,
} from './event-queue.ts';

const EPOCH = { seconds: 1, random: 2 };
/** Where the books are. */
let sequence = 1;

function newQueue(closed: () => void = () => {}): EventQueue {
  return new EventQueue(closed, () => ({ epoch: EPOCH, sequence }));
}

const instrument = (id: number, sequence: number): FeedInstrument =>
  ({ id, sequence, transaction: sequence * 10 }) as unknown as FeedInstrument;

test('gives events in the order they came, also to a reader that waits', async () => {
  const queue = newQueue();
  const first = queue.next();
  queue.push({ type: 'gap', from: 1, to: 2 });
  queue.push({ type: 'repaired', from: 1, to: 2 });
  expect((await first).value).toEqual({ type: 'gap', from: 1, to: 2 });
  expect((await queue.next()).value).toEqual({ type: 'repaired', from: 1, to: 2 });
});

test('merges book events that were not read, and keeps their place', async () => {
  const queue = newQueue();
  queue.book(instrument(1, 5));
  queue.book(instrument(2, 7));
  queue.book(instrument(1, 6));
  expect((await queue.next()).value).toMatchObject({ type: 'book', sequence: 6, merged: 2 });
  expect((await queue.next()).value).toMatchObject({ type: 'book', sequence: 7, merged: 1 });
  queue.book(instrument(1, 8));
  expect((await queue.next()).value).toMatchObject({ sequence: 8, merged: 1 });
});

test('a book event that goes to a waiting reader is not merged into', async () => {
  const queue = newQueue();
  const waiting = queue.next();
  queue.book(instrument(1, 5));
  queue.book(instrument(1, 6));
  expect((await waiting).value).toMatchObject({ sequence: 5 });
  expect((await queue.next()).value).toMatchObject({ sequence: 6, merged: 1 });
});

const TRADE: Omit<TradeEvent, 'tradeId'> = {
  type: 'trade',
  instrument: instrument(1, 5),
  aggressor: Side.Bid,
  price: 100,
  quantity: 3,
};

test('drops beyond its bound, says what, and never drops a book or what must be heard', async () => {
  const queue = newQueue();
  for (let i = 0; i < MAX_QUEUED_EVENTS; i++) queue.push({ ...TRADE, tradeId: i });
  sequence = 70;
  for (let i = 0; i < 4; i++) queue.push({ ...TRADE, tradeId: i });
  sequence = 80;
  queue.push({ type: 'hash-checked', symbol: 'A', sequence: 5 });
  queue.push({ type: 'trades-missed', from: 80, to: 90 });
  queue.book(instrument(1, 5));
  sequence = 90;
  const dropped = { count: 5, trades: 4, from: { epoch: EPOCH, sequence: 70 } };
  expect((await queue.next()).value).toEqual({
    type: 'dropped',
    ...dropped,
    to: { epoch: EPOCH, sequence: 90 },
  });
  const rest: SubscriptionEvent[] = [];
  for (let i = 0; i < MAX_QUEUED_EVENTS + 2; i++) rest.push((await queue.next()).value);
  expect(rest.slice(-2)).toMatchObject([
    { type: 'trades-missed', from: 80, to: 90 },
    { type: 'book', sequence: 5 },
  ]);
  // The next time it is told anew from where that began.
  for (let i = 0; i < MAX_QUEUED_EVENTS; i++) queue.push({ ...TRADE, tradeId: i });
  sequence = 120;
  queue.push({ ...TRADE, tradeId: 0 });
  expect((await queue.next()).value).toMatchObject({ count: 1, trades: 1, from: { sequence } });
});

test('never holds more than its bound and a reserve, whatever is told', async () => {
  const queue = newQueue();
  for (let i = 0; i < 3 * MAX_QUEUED_EVENTS; i++) queue.push({ type: 'gap', from: i, to: i });
  queue.close();
  let held = 0;
  for await (const { type } of queue) held += type === 'gap' ? 1 : 0;
  expect(held).toBe(1.1 * MAX_QUEUED_EVENTS);
});

test('merges still find their event after the queue has been compacted', async () => {
  const queue = newQueue();
  for (let i = 0; i < MAX_QUEUED_EVENTS; i++) queue.push({ type: 'gap', from: i, to: i });
  queue.book(instrument(1, 5));
  queue.book(instrument(2, 6));
  for (let i = 0; i < MAX_QUEUED_EVENTS; i++) await queue.next();
  queue.book(instrument(1, 7));
  expect((await queue.next()).value).toMatchObject({ sequence: 7, merged: 2 });
  expect((await queue.next()).value).toMatchObject({ sequence: 6, merged: 1 });
});

test('ends when closed, after what is queued', async () => {
  const queue = newQueue();
  queue.push({ type: 'gap', from: 1, to: 2 });
  queue.close();
  expect((await queue.next()).done).toBe(false);
  expect((await queue.next()).done).toBe(true);
});

test('tells when its reader leaves the loop', async () => {
  let left = 0;
  const queue = newQueue(() => {
    left += 1;
  });
  queue.push({ type: 'gap', from: 1, to: 2 });
  for await (const event of queue) {
    expect(event.type).toBe('gap');
    break;
  }
  expect(left).toBe(1);
});
