/** Other order books from npm on the same stream, through the calls that their documentation shows. */

import { OrderBook as HftOrderBook } from 'hft-limit-order-book';
import { OrderBook as NodejsOrderBook } from 'nodejs-order-book';
import { BookMemory, MatchingBook } from '../../engine/book/index.ts';
import { Side } from '../../feed/index.ts';
import { LeaguePlayer } from './league-player.ts';
import { type LeagueStream, MessageType } from './league-stream.ts';
import { ReportRing } from './report-ring.ts';

/** What both have: they are two ages of one code. */
interface PeerBook {
  limit(order: { side: string; id: string; size: number; price: number; timeInForce: string }): {
    readonly err: unknown;
  };
  cancel(id: string): unknown;
  modify(id: string, terms: { size: number; price: number }): unknown;
  /** Asks, then bids: price and quantity. */
  depth(): [[number, number][], [number, number][]];
}

/** Their typings want members of their own enums; the values are these texts. */
const PEERS = {
  'nodejs-order-book': () => new NodejsOrderBook() as unknown as PeerBook,
  'hft-limit-order-book': () => new HftOrderBook() as unknown as PeerBook,
} as const;

export type PeerName = keyof typeof PEERS;
export const PEER_NAMES = Object.keys(PEERS) as PeerName[];

export interface PeerRun {
  readonly messagesPerSecond: number;
  /** Messages it came through before its time was up. */
  readonly completed: number;
}

/** Looking at the clock costs as much as a message; a slow peer needs about 0.1 ms for one. */
const MESSAGES_PER_LOOK = 64;
const MAX_ORDERS = 4_000_000;

/** Texts are made before the clock starts. Throws when the peer's book is not what ours would be. */
export function playPeer(name: PeerName, stream: LeagueStream, limitMs: number): PeerRun {
  const book = PEERS[name]();
  const ids = Array.from(stream.orderIds, String);
  const start = performance.now();
  const completed = play(book, stream, ids, start + limitMs);
  const messagesPerSecond = (completed * 1000) / (performance.now() - start);
  checkDepth(name, book, stream, completed);
  return { messagesPerSecond, completed };
}

/** Answers how many messages were played before the deadline. */
function play(
  book: PeerBook,
  stream: LeagueStream,
  ids: readonly string[],
  deadline: number,
): number {
  const { types, sides, immediate, quantities, prices, count } = stream;
  for (let i = 0; i < count; i += 1) {
    if (i % MESSAGES_PER_LOOK === 0 && performance.now() > deadline) return i;
    const id = ids[i]!;
    const type = types[i]!;
    if (type === MessageType.New) {
      const side = sides[i] === 0 ? 'buy' : 'sell';
      const timeInForce = immediate[i] === 1 ? 'IOC' : 'GTC';
      book.limit({ side, id, size: quantities[i]!, price: prices[i]!, timeInForce });
    } else if (type === MessageType.Cancel) book.cancel(id);
    else book.modify(id, { size: quantities[i]!, price: prices[i]! });
  }
  return count;
}

/** They report no fills one by one; but the levels left behind must be those of the same messages. */
function checkDepth(name: string, book: PeerBook, stream: LeagueStream, completed: number): void {
  const [asks, bids] = book.depth();
  const ours = bookAfter(stream, completed);
  for (const [side, theirs] of [
    [Side.Ask, asks],
    [Side.Bid, bids],
  ] as const) {
    const levels: [number, number][] = [];
    ours.forEachLevel(side, (price, quantity) => levels.push([price, quantity]));
    const [found, wanted] = [theirs, levels].map((rows) => {
      return JSON.stringify([...rows].sort(([a], [b]) => a - b));
    });
    if (found !== wanted) throw new Error(`${name}: another book after ${completed} messages.`);
  }
}

function bookAfter(stream: LeagueStream, completed: number): MatchingBook {
  let book: MatchingBook | undefined;
  const player = new LeaguePlayer(
    (events) => {
      book = new MatchingBook(1, new BookMemory(MAX_ORDERS), events);
      return book;
    },
    new ReportRing(() => {}),
  );
  player.play(stream, 0, completed);
  if (book === undefined) throw new Error('The player has made no book.');
  return book;
}
