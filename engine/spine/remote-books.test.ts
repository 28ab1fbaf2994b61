/** Books fetched from another thread: each answer goes to the request that it belongs to. */

import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import {
  LATER,
  RejectCode,
  type RepairTransfer,
  RepairType,
  type SnapshotRequest,
  StreamLevel,
} from '../../feed/index.ts';
import { RemoteBooks } from './remote-books.ts';
import type { BooksAnswer, BooksRequest } from './spine-messages.ts';

const EPOCH = { seconds: 7, random: 1 };
const NAMED: SnapshotRequest = {
  type: RepairType.Snapshot,
  level: StreamLevel.L2,
  shard: 0,
  request: 1,
  epoch: EPOCH,
  minimumSequence: 5,
  credit: 1,
  ids: [],
  symbols: ['ABC'],
};

function setUp(level: StreamLevel) {
  const asked: BooksRequest[] = [];
  const ring = { isEmpty: false, firstSequence: 1, nextSequence: 9, replay: () => expect.fail() };
  const ask = (one: BooksRequest) => asked.push(one);
  const wallClock = (): void => {};
  const books = new RemoteBooks({ level, epoch: EPOCH, ring, ask, crc32, wallClock });
  let calls = 0;
  const open = (): RepairTransfer => books.open(NAMED, () => (calls += 1));
  return { books, asked, open, calls: () => calls };
}

function piece(level: StreamLevel, id: number, next: number, ...bytes: number[]): BooksAnswer {
  const packets = bytes.map((byte) => Uint8Array.of(byte));
  return { type: 'books', level, id, ids: [3, 4, 5], next, packets };
}

it('asks for a piece once, hands its packets out one by one, and then asks for the next', () => {
  const { books, asked, open, calls } = setUp(StreamLevel.L2);
  const transfer = open();
  expect([transfer.nextChunk(), transfer.nextChunk()]).toEqual([LATER, LATER]);
  expect(asked).toMatchObject([{ ids: undefined, from: 0, named: { symbols: ['ABC'] } }]);
  books.answered(piece(StreamLevel.L2, asked[0]!.id, 2, 10, 11));
  expect(calls()).toBe(1);
  expect(transfer.nextChunk()).toEqual({ packets: [Uint8Array.of(10)], isLast: false });
  expect(transfer.nextChunk()).toEqual({ packets: [Uint8Array.of(11)], isLast: false });
  expect(transfer.nextChunk()).toBe(LATER);
  expect(asked[1]).toMatchObject({ ids: [3, 4, 5], from: 2 });
  books.answered(piece(StreamLevel.L2, asked[1]!.id, 3, 12));
  expect(transfer.nextChunk()).toEqual({ packets: [Uint8Array.of(12)], isLast: true });
});

it('keeps the answers of two requests apart, and those of two streams', () => {
  const levels = setUp(StreamLevel.L2);
  const orders = setUp(StreamLevel.L3);
  const [first, second, other] = [levels.open(), levels.open(), orders.open()];
  for (const transfer of [first, second, other]) transfer.nextChunk();
  const everywhere = (answer: BooksAnswer): void => {
    levels.books.answered(answer);
    orders.books.answered(answer);
  };
  everywhere(piece(StreamLevel.L3, orders.asked[0]!.id, 3, 30));
  expect([first.nextChunk(), second.nextChunk()]).toEqual([LATER, LATER]);
  expect(other.nextChunk()).toEqual({ packets: [Uint8Array.of(30)], isLast: true });
  everywhere(piece(StreamLevel.L2, levels.asked[1]!.id, 3, 20));
  expect(first.nextChunk()).toBe(LATER);
  expect(second.nextChunk()).toEqual({ packets: [Uint8Array.of(20)], isLast: true });
});

it('hands a refusal on', () => {
  const { books, asked, open } = setUp(StreamLevel.L2);
  const transfer = open();
  transfer.nextChunk();
  const code = RejectCode.UNKNOWN_INSTRUMENT;
  books.answered({ type: 'refused-books', level: StreamLevel.L2, id: asked[0]!.id, code });
  expect(transfer.nextChunk()).toBe(code);
});
