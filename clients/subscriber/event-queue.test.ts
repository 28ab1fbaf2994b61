import { expect, test } from 'vitest';
import type { FeedInstrument } from '../../feed/index.ts';
import { EventQueue, MAX_QUEUED_EVENTS } from './event-queue.ts';

const instrument = (id: number, sequence: number): FeedInstrument =>
  ({ id, sequence, transaction: sequence * 10 }) as unknown as FeedInstrument;

test('gives events in the order they came, also to a reader that waits', async () => {
  const queue = new EventQueue(() => {});
  const first = queue.next();
  queue.push({ type: 'gap', from: 1, to: 2 });
  queue.push({ type: 'repaired', from: 1, to: 2 });
  expect((await first).value).toEqual({ type: 'gap', from: 1, to: 2 });
  expect((await queue.next()).value).toEqual({ type: 'repaired', from: 1, to: 2 });
});

test('merges book events that were not read, and keeps their place', async () => {
  const queue = new EventQueue(() => {});
  queue.book(instrument(1, 5));
  queue.book(instrument(2, 7));
  queue.book(instrument(1, 6));
  expect((await queue.next()).value).toMatchObject({ type: 'book', sequence: 6, merged: 2 });
  expect((await queue.next()).value).toMatchObject({ type: 'book', sequence: 7, merged: 1 });
  queue.book(instrument(1, 8));
  expect((await queue.next()).value).toMatchObject({ sequence: 8, merged: 1 });
});

test('a book event that goes to a waiting reader is not merged into', async () => {
  const queue = new EventQueue(() => {});
  const waiting = queue.next();
  queue.book(instrument(1, 5));
  queue.book(instrument(1, 6));
  expect((await waiting).value).toMatchObject({ sequence: 5 });
  expect((await queue.next()).value).toMatchObject({ sequence: 6, merged: 1 });
});

test('drops beyond its bound, says how many, and never drops a book', async () => {
  const queue = new EventQueue(() => {});
  for (let i = 0; i < MAX_QUEUED_EVENTS + 5; i++) queue.push({ type: 'gap', from: i, to: i });
  queue.book(instrument(1, 5));
  expect((await queue.next()).value).toEqual({ type: 'dropped', count: 5 });
  let last: unknown;
  for (let i = 0; i <= MAX_QUEUED_EVENTS; i++) last = (await queue.next()).value;
  expect(last).toMatchObject({ type: 'book', sequence: 5 });
});

test('merges still find their event after the queue has been compacted', async () => {
  const queue = new EventQueue(() => {});
  for (let i = 0; i < MAX_QUEUED_EVENTS; i++) queue.push({ type: 'gap', from: i, to: i });
  queue.book(instrument(1, 5));
  queue.book(instrument(2, 6));
  for (let i = 0; i < MAX_QUEUED_EVENTS; i++) await queue.next();
  queue.book(instrument(1, 7));
  expect((await queue.next()).value).toMatchObject({ sequence: 7, merged: 2 });
  expect((await queue.next()).value).toMatchObject({ sequence: 6, merged: 1 });
});

test('ends when closed, after what is queued', async () => {
  const queue = new EventQueue(() => {});
  queue.push({ type: 'gap', from: 1, to: 2 });
  queue.close();
  expect((await queue.next()).done).toBe(false);
  expect((await queue.next()).done).toBe(true);
});

test('tells when its reader leaves the loop', async () => {
  let left = 0;
  const queue = new EventQueue(() => {
    left += 1;
  });
  queue.push({ type: 'gap', from: 1, to: 2 });
  for await (const event of queue) {
    expect(event.type).toBe('gap');
    break;
  }
  expect(left).toBe(1);
});
