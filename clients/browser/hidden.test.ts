import { expect, it } from 'vitest';
import { MessageType, type Request } from '../../gateway/protocol/index.ts';
import { Client } from './client.ts';
import {
  ANCHOR,
  CLASS,
  connected,
  diff,
  FakePlatform,
  type FakeSocket,
  INSTRUMENT,
  liveBook,
  snapshot,
} from './testing/played-gateway.ts';

type Modify = Extract<Request, readonly [typeof MessageType.Modify, ...unknown[]]>;

/** Answers the newest modification as a gateway does: subscribed to `classId`. */
function moved(socket: FakeSocket, classId: number): void {
  const [, id, , options] = socket.of(MessageType.Modify).at(-1) as Modify;
  const { depth, interval, grouping } = options as Record<string, number>;
  socket.tell([
    ...([MessageType.Subscribed, id, classId, 'book', 'ABC', INSTRUMENT, '0.01', '1'] as const),
    ...([depth ?? 0, interval ?? 0, ANCHOR, 1, 2, grouping ?? 1, 0] as const),
  ]);
}

function refuse(socket: FakeSocket, id: number): void {
  socket.tell([MessageType.Error, id, 105, 'ALREADY_SUBSCRIBED', false, 0]);
}

const intervals = (socket: FakeSocket) =>
  socket.of(MessageType.Modify).map(([, , , options]) => options['interval']);

it('asks for a message a second when hidden, and is up to date with one when it is shown', () => {
  const { platform, socket, book } = liveBook();
  const changes: string[] = [];
  platform.hide(true);
  expect(intervals(socket)).toEqual([1000]);
  moved(socket, 8);
  socket.tell([...snapshot(10, [[999, 5]])].with(1, 8) as never);
  expect([book.state, book.interval]).toEqual(['LIVE', 1000]);
  socket.tell([...diff(40, 30, [-1, 6, 1])].with(1, 8) as never);
  platform.hide(false);
  expect(intervals(socket)).toEqual([1000, 100]);
  book.on('change', ({ kind }) => changes.push(`${kind} ${book.state}`));
  moved(socket, CLASS);
  socket.tell(snapshot(55, [[998, 7]]));
  expect(changes).toEqual(['snapshot LIVE']);
  expect([book.sequence, book.best.bid, book.interval]).toEqual([55, 998, 100]);
});

it('does not take part when it was told not to', () => {
  const platform = new FakePlatform();
  const client = new Client('ws://gateway/feed', { slowWhenHidden: false }, platform);
  const socket = platform.welcome();
  platform.hide(true);
  client.book('ABC');
  expect(socket.of(MessageType.Subscribe).at(-1)?.[4]).toMatchObject({ interval: 100 });
  expect(intervals(socket)).toEqual([]);
});

it('subscribes slowly on a page that was opened unseen', () => {
  const platform = new FakePlatform();
  platform.startsHidden = true;
  const client = new Client('ws://gateway/feed', {}, platform);
  const socket = platform.welcome();
  client.trades('ABC');
  expect(socket.of(MessageType.Subscribe).at(-1)?.[4]).toEqual({ interval: 1000 });
});

it('settles on what is wanted when hidden and shown before an answer came', () => {
  const { platform, socket } = liveBook();
  platform.hide(true);
  platform.hide(false);
  expect(intervals(socket)).toEqual([1000]);
  moved(socket, 8);
  expect(intervals(socket)).toEqual([1000, 100]);
  moved(socket, CLASS);
  expect(intervals(socket)).toEqual([1000, 100]);
});

it('lets two books stay two that would be the same when slowed', () => {
  const { platform, socket, client, book } = liveBook();
  const errors: number[] = [];
  client.on('error', ({ code }) => errors.push(code));
  const other = client.book('ABC', { depth: 10, interval: 250 });
  const [, id] = socket.of(MessageType.Subscribe).at(-1) ?? [];
  socket.tell([17, id as number, 9, 'book', 'ABC', 3, '0.01', '1', 10, 250, ANCHOR, 1, 2, 1, 0]);
  socket.tell([...snapshot(10, [[999, 5]])].with(1, 9) as never);
  platform.hide(true);
  const [first, second] = socket.of(MessageType.Modify);
  expect([first?.[2], second?.[2]]).toEqual([CLASS, 9]);
  refuse(socket, second?.[1] as number);
  expect([book.state, other.state, other.interval]).toEqual(['LIVE', 'LIVE', 250]);
  expect(socket.of(MessageType.Modify)).toHaveLength(2);
  expect(errors).toEqual([]);
});

it('subscribes as it was wished where the slowed one is there already', () => {
  const { platform, socket, client } = connected();
  platform.hide(true);
  client.book('ABC', { depth: 10 });
  client.book('ABC', { depth: 10, interval: 250 });
  const [, second] = socket.of(MessageType.Subscribe).slice(-2);
  refuse(socket, second?.[1] as number);
  expect(socket.of(MessageType.Subscribe).at(-1)?.[4]).toMatchObject({ interval: 250 });
});

it('hears no more of the page once it is closed', () => {
  const { platform, socket, client } = liveBook();
  client.close();
  platform.hide(true);
  expect(intervals(socket)).toEqual([]);
});
