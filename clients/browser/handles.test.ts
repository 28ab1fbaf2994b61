import { describe, expect, it } from 'vitest';
import { MessageType } from '../../gateway/protocol/index.ts';
import { copyLevels, type LevelsCopy, type LevelsView } from './index.ts';
import {
  ANCHOR,
  CLASS,
  confirm,
  connected,
  diff,
  INSTRUMENT,
  liveBook,
  snapshot,
} from './testing/played-gateway.ts';

const LIVE = [MessageType.Status, CLASS, INSTRUMENT, 2, 'LIVE', 'NONE'] as const;

function best(sequence: number, bid: number[], ask: number[]) {
  return [MessageType.Best, CLASS, sequence, 50, 1e15, 300, bid, ask] as const;
}

describe('the top of a book', () => {
  it('is both best levels, each as the newest message says, or none', () => {
    const { client, socket } = connected();
    const top = client.top('ABC', { interval: 0 });
    expect(socket.of(MessageType.Subscribe).at(-1)?.slice(2)).toEqual([
      'best',
      'ABC',
      { interval: 0 },
    ]);
    confirm(socket);
    socket.tell(LIVE);
    expect(top.state).toBe('SYNCING');
    socket.tell(best(5, [-1, 7, 2], [3, 4, 1]));
    expect([top.state, top.sequence, top.best.bid, top.best.ask]).toEqual(['LIVE', 5, 999, 1003]);
    expect([top.bids.quantity(0), top.bids.orderCount(0)]).toEqual([7, 2]);
    expect(top.formatPrice(999)).toBe('9.99');
    socket.tell(best(9, [], [2, 4, 1]));
    expect([top.best.bid, top.best.ask, top.asks.length]).toEqual([undefined, 1002, 1]);
    expect(top.transaction).toBe(50);
  });

  it('comes back without resuming, and is not live before it has been told', () => {
    const { client, socket, platform } = connected();
    const top = client.top('ABC');
    confirm(socket);
    socket.tell(best(5, [-1, 7, 2], []));
    socket.tell(LIVE);
    expect(top.state).toBe('LIVE');
    socket.end(1006);
    expect(top.state).toBe('STALE');
    platform.pass(1000);
    const again = platform.welcome();
    expect(again.of(MessageType.Subscribe).at(-1)?.[4]).toEqual({ interval: 100 });
    confirm(again);
    again.tell(LIVE);
    expect(top.state).toBe('SYNCING');
    again.tell(best(8, [-2, 7, 2], []));
    expect([top.state, top.best.bid]).toEqual(['LIVE', 998]);
  });

  it('changes its interval in place', () => {
    const { client, socket } = connected();
    const top = client.top('ABC');
    confirm(socket);
    top.modify({ interval: 1000 });
    expect(socket.of(MessageType.Modify).at(-1)?.slice(2)).toEqual([CLASS, { interval: 1000 }]);
  });
});

describe('the status of an instrument', () => {
  it('is state, trading status and why, and needs no levels', () => {
    const { client, socket } = connected();
    const status = client.status('ABC');
    const seen: unknown[] = [];
    status.on('change', () => seen.push([status.state, status.status, status.statusReason]));
    confirm(socket);
    socket.tell(LIVE);
    socket.tell([MessageType.Status, CLASS, INSTRUMENT, 3, 'LIVE', 'NONE', 8]);
    socket.tell([MessageType.Status, CLASS, INSTRUMENT, 3, 'LIVE', 'NONE', 8]);
    socket.tell([MessageType.Status, CLASS, INSTRUMENT, 3, 'GAPPED', 'MISSED_RECORDS', 8]);
    expect(seen).toEqual([
      ['LIVE', 2, 0],
      ['LIVE', 3, 8],
      ['GAPPED', 3, 8],
    ]);
  });
});

describe('frames', () => {
  it('are told once of all that has changed since the last', () => {
    const { book, socket, platform } = liveBook();
    const frames: unknown[] = [];
    book.on('frame', (change) => frames.push({ ...change, sequence: book.sequence }));
    expect(platform.paint()).toBe(0);
    for (let i = 1; i <= 5; i += 1) socket.tell(diff(10 + i, 1, [-i, 6, 1]));
    expect(frames).toEqual([]);
    expect(platform.paint()).toBe(1);
    expect(frames).toEqual([{ kind: 'diff', merged: 5, sequence: 15 }]);
    expect(platform.paint()).toBe(0);
    socket.tell(snapshot(20, [[999, 5]]));
    socket.tell([MessageType.Status, CLASS, INSTRUMENT, 2, 'STALE', 'LOWER_EPOCH']);
    platform.paint();
    expect(frames.at(-1)).toEqual({ kind: 'snapshot', merged: 0, sequence: 20 });
  });

  it('are not asked for where nobody listens, nor told to who has closed', () => {
    const { book, socket, platform } = liveBook();
    socket.tell(diff(11, 1, [-1, 6, 1]));
    expect(platform.paint()).toBe(0);
    let frames = 0;
    book.on('frame', () => {
      frames += 1;
    });
    socket.tell(diff(12, 1, [-1, 7, 1]));
    book.close();
    platform.paint();
    expect(frames).toBe(0);
  });
});

describe('levels', () => {
  it('are a view that follows the book, and a copy that does not', () => {
    const { book, socket } = liveBook();
    const view = book.bids;
    const copy = copyLevels(view);
    socket.tell(diff(11, 1, [2, 8, 3]));
    expect([view.length, view.price(0), view.quantity(0)]).toEqual([2, ANCHOR + 2, 8]);
    expect([copy.length, ...copy.prices, ...copy.quantities, ...copy.orderCounts]).toEqual([
      1, 999, 5, 1,
    ]);
  });

  it('say in their types how long they hold', () => {
    const keep = (copy: LevelsCopy) => copy.length;
    const read = (view: Pick<LevelsView, 'length' | 'valid'>) => view.length;
    const { book } = liveBook();
    // @ts-expect-error A view may not be kept as if it were a copy.
    expect(() => keep(book.bids)).not.toThrow();
    // @ts-expect-error Nor is a copy what the book now is.
    expect(read(copyLevels(book.bids))).toBe(1);
  });
});
