import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Book, connect, type TouchlineClient } from '../clients/browser/index.ts';
import { type Stack, startStack } from '../clients/cli/index.ts';
import { type FeedInstrument, FeedState, Side } from '../feed/index.ts';
import { FeedSubscriber } from '../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../feed/process/index.ts';

const DEPTH = 25;

let stack: Stack;
let client: TouchlineClient;

beforeAll(async () => {
  stack = await startStack({ source: 'sim:7' });
  client = connect(wsAddress());
}, 120_000);

afterAll(async () => {
  client?.close();
  await stack?.stop();
});

function wsAddress(): string {
  return `${stack.endpoints.gateway.replace('http', 'ws')}feed`;
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 6000; i += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`waited in vain until ${what}`);
}

function clientText(book: Book): string {
  const side = (view: Book['bids']) =>
    Array.from({ length: view.length }, (_, i) => {
      return `${view.price(i)}:${view.quantity(i)}/${view.orderCount(i)}`;
    }).join(' ');
  return `${side(book.bids)} | ${side(book.asks)}`;
}

function feedText({ book }: FeedInstrument): string {
  const side = (of: Side) =>
    Array.from({ length: Math.min(DEPTH, book.levelCount(of)) }, (_, i) => {
      return `${book.priceAt(of, i)}:${book.quantityAt(of, i)}/${book.orderCountAt(of, i)}`;
    }).join(' ');
  return `${side(Side.Bid)} | ${side(Side.Ask)}`;
}

/** Follows the feed beside the gateway, and keeps what every book was at each of its sequences. */
function observer(kept: Map<string, string>): FeedSubscriber {
  const touched = new Set<FeedInstrument>();
  const touch = (instrument: FeedInstrument) => {
    touched.add(instrument);
  };
  return new FeedSubscriber(
    {
      feed: [stack.endpoints.publish],
      repair: [stack.endpoints.relay],
      wallClock,
      nowMs: monotonicMs,
      crc32,
    },
    {
      levelChanged: touch,
      bookReset: touch,
      traded: touch,
      transactionApplied: () => {
        for (const instrument of touched) {
          if (instrument.state !== FeedState.Live) continue;
          kept.set(`${instrument.symbol} ${instrument.sequence}`, feedText(instrument));
        }
        touched.clear();
      },
    },
  );
}

/** Compares the client's books with the feed's, at the same sequence, until enough were seen. */
async function compare(count: number): Promise<void> {
  const kept = new Map<string, string>();
  const subscriber = observer(kept);
  await subscriber.start();
  const shown = new Map<string, string>();
  const symbols = client.instruments.map(({ symbol }) => symbol);
  const books = symbols.map((symbol) => client.book(symbol, { depth: DEPTH, interval: 0 }));
  for (const book of books) {
    book.on('change', () => {
      if (book.state === FeedState.Live) {
        shown.set(`${book.symbol} ${book.sequence}`, clientText(book));
      }
    });
  }
  const both = () => [...shown.keys()].filter((key) => kept.has(key));
  await until(`${count} books are known at both ends`, () => both().length >= count);
  for (const book of books) book.close();
  await subscriber.close();
  for (const key of both()) expect([key, shown.get(key)]).toEqual([key, kept.get(key)]);
}

describe('a gateway among the real processes', () => {
  it('shows every book as the feed has it, level by level, at the same sequence', async () => {
    await until('the instruments are listed', () => client.instruments.length >= 8);
    await compare(500);
  });

  it('comes back after it was killed, and the books with it', async () => {
    const book = client.book(client.instruments[0]?.symbol ?? '');
    await until('the book is live', () => book.state === FeedState.Live);
    await stack.gateway.kill('SIGKILL');
    await until('the client says so', () => book.state === FeedState.Stale);
    expect(book.reason).toBe('DISCONNECTED');
    await stack.gateway.restart();
    await until('the book is live again', () => book.state === FeedState.Live);
    book.close();
    await compare(200);
  });

  it('says STALE when the engine is killed, and follows the new history', async () => {
    const book = client.book(client.instruments[0]?.symbol ?? '');
    await until('the book is live', () => book.state === FeedState.Live);
    const states = new Set<string>();
    book.on('change', () => states.add(book.state));
    await stack.engine.kill('SIGKILL');
    await until('the book is stale', () => book.state === FeedState.Stale);
    expect(client.link.status).toBe('open');
    await stack.engine.restart();
    await stack.source.restart();
    await until('the book is live again', () => book.state === FeedState.Live);
    book.close();
    await compare(200);
  });
});
