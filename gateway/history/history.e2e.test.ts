/** The past through the real processes: engine, relay with an archive, gateway and the browser client. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import {
  type History,
  type HistoryOptions,
  openHistory,
} from '../../clients/browser/channels/index.ts';
import { connect, type LevelsView, type TouchlineClient } from '../../clients/browser/index.ts';
import { type Stack, startStack } from '../../clients/cli/index.ts';
import { type FeedInstrument, type LevelView, nanosToMicros, Side } from '../../feed/index.ts';
import { FeedSubscriber } from '../../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';

const WAIT = { timeout: 60_000, interval: 10 };
const SYMBOL = 'AAPL';
const DEPTH = 50;
/** Transactions of the symbol that are recorded. */
const RECORDED = 300;

interface Recorded {
  /** Of the stream, behind the transaction; 0 where that was not to be seen. */
  position: number;
  readonly sequence: number;
  readonly timeMicros: number;
  readonly text: string;
}

let stack: Stack;
let directory: string;
/** What a subscriber of the feed had after each transaction of the symbol. */
const recorded: Recorded[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'touchline-history-'));
  stack = await startStack({ relayOptions: ['--archive', directory] });
  const subscriber = await record();
  const source = stack.startSource('sim:5');
  await source.ready();
  await vi.waitFor(() => expect(recorded.length).toBeGreaterThan(RECORDED), WAIT);
  await source.stop();
  // Until nothing comes any more, so that the newest of the past is the present.
  let length = -1;
  while (length !== recorded.length) {
    length = recorded.length;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await subscriber.close();
}, 120_000);

afterAll(async () => {
  await stack?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function record(): Promise<FeedSubscriber> {
  const { publish, relay } = stack.endpoints;
  let touched: FeedInstrument | undefined;
  const touch = (instrument: FeedInstrument) => {
    if (instrument.symbol === SYMBOL) touched = instrument;
  };
  // A position moves on with a packet: what was recorded last before that is the book there.
  let boundary = 0;
  const mark = () => {
    const { sequence } = subscriber.position;
    const last = recorded.at(-1);
    if (sequence !== boundary && last?.position === 0) last.position = sequence;
    boundary = sequence;
  };
  const subscriber: FeedSubscriber = new FeedSubscriber(
    { feed: [publish], repair: [relay], wallClock, nowMs: monotonicMs, crc32 },
    {
      levelChanged: touch,
      bookReset: touch,
      traded: touch,
      transactionApplied({ engineTime }) {
        mark();
        if (touched === undefined) return;
        recorded.push({
          position: 0,
          sequence: touched.sequence,
          timeMicros: nanosToMicros(engineTime.high, engineTime.low),
          text: `${levelsText(touched.book, Side.Bid)} | ${levelsText(touched.book, Side.Ask)}`,
        });
        touched = undefined;
      },
    },
  );
  await subscriber.start();
  return subscriber;
}

function levelsText(book: LevelView, side: Side): string {
  return Array.from({ length: Math.min(DEPTH, book.levelCount(side)) }, (_, i) => {
    return `${book.priceAt(side, i)}:${book.quantityAt(side, i)}/${book.orderCountAt(side, i)}`;
  }).join(' ');
}

function textOf({ bids, asks }: { bids: LevelsView; asks: LevelsView }): string {
  const side = (view: LevelsView) =>
    Array.from({ length: view.length }, (_, i) => {
      return `${view.price(i)}:${view.quantity(i)}/${view.orderCount(i)}`;
    }).join(' ');
  return `${side(bids)} | ${side(asks)}`;
}

function connected(): TouchlineClient {
  const client = connect(`${stack.endpoints.gateway.replace('http', 'ws')}feed`);
  onTestFinished(() => client.close());
  return client;
}

function opened(client: TouchlineClient, options: HistoryOptions): History {
  return openHistory(client, SYMBOL, { depth: DEPTH, ...options });
}

/** The book that was recorded with an instrument's sequence, or the last one before it. */
function recordedAt(sequence: number): Recorded | undefined {
  return recorded.findLast((one) => one.sequence <= sequence);
}

test('any position shows the book that a subscriber had recorded there', async () => {
  const history = opened(connected(), {});
  await vi.waitFor(() => expect(history.state).toBe('shown'), WAIT);
  const seen = recorded.filter(({ position }) => position > 0);
  expect(seen.length).toBeGreaterThan(12);
  for (let i = 0; i < 16; i += 1) {
    const one = seen[Math.floor(((i * 7 + 3) % 16) * (seen.length / 16))];
    if (one === undefined) throw new Error('nothing was recorded');
    const { position, timeMicros } = one;
    history.seek(i % 2 === 0 ? { position } : { timeMicros });
    expect(history.state).toBe('loading');
    await vi.waitFor(() => expect(history.state).toBe('shown'), WAIT);
    // Several transactions may have happened in one microsecond.
    const expected = i % 2 === 0 ? one : recorded.findLast((two) => two.timeMicros <= timeMicros);
    expect(textOf(history)).toBe(expected?.text);
    expect(history.sequence).toBe(expected?.sequence);
  }
  await vi.waitFor(() => expect(history.range?.latest.timeMicros).toBeGreaterThan(0), WAIT);
  expect(history.range?.earliest.position).toBe(1);
  expect(history.range?.latest.position).toBeGreaterThanOrEqual(seen.at(-1)?.position ?? 0);
  expect(history.hashesChecked).toBeGreaterThan(12);
});

test('played forward, each book is one that was there, and the last one is the live book', async () => {
  const client = connected();
  const live = client.book(SYMBOL, { depth: DEPTH });
  const start = recorded.find(({ position }) => position > 0);
  if (start === undefined) throw new Error('nothing was recorded');
  const history = opened(client, { at: { position: start.position }, speed: 2, interval: 16 });
  const wrong: string[] = [];
  let diffs = 0;
  let trades = 0;
  let before = 0;
  history.on('trades', (told) => {
    trades += told.length;
  });
  history.on('change', ({ kind }) => {
    if (kind === 'state') return;
    if (kind === 'diff') diffs += 1;
    if (history.sequence < before) wrong.push(`${history.sequence} after ${before}`);
    before = history.sequence;
    const expected = recordedAt(history.sequence)?.text;
    if (textOf(history) !== expected) wrong.push(`${history.sequence}: ${textOf(history)}`);
  });
  await vi.waitFor(() => expect(history.state).toBe('ended'), WAIT);
  await vi.waitFor(() => expect(live.state).toBe('LIVE'), WAIT);
  expect(wrong).toEqual([]);
  expect(diffs).toBeGreaterThan(1);
  expect(trades).toBeGreaterThan(0);
  expect(textOf(history)).toBe(textOf(live));
  expect(textOf(history)).toBe(recorded.at(-1)?.text);
});

test('what the archive does not hold is refused, and the book that was shown stays', async () => {
  const shown = recorded.find(({ position }) => position > 0);
  const history = opened(connected(), { at: { position: shown?.position ?? 0 } });
  await vi.waitFor(() => expect(history.state).toBe('shown'), WAIT);
  for (const place of [{ timeMicros: 1_000_000 }, { position: 2 ** 40 }]) {
    history.seek(place);
    await vi.waitFor(() => expect(history.state).toBe('refused'), WAIT);
    expect(history.refusal).toMatchObject({ code: 115, retryable: false });
    expect(history.reason).toMatch(/^NOT_HELD: /);
    expect(textOf(history)).toBe(shown?.text);
  }
});

test('a client that goes leaves no book of the past behind at the gateway', async () => {
  const open = async () => {
    const answer = await fetch(`${stack.endpoints.gateway}metrics`);
    const line = /^touchline_gateway_members\{[^}]*channel="history"[^}]*\} (\d+)$/m;
    return Number(line.exec(await answer.text())?.[1]);
  };
  const client = connected();
  const all = [opened(client, {}), opened(client, { speed: 1 }), opened(client, {})];
  await vi.waitFor(() => expect(all.every(({ range }) => range !== undefined)).toBe(true), WAIT);
  expect(await open()).toBeGreaterThanOrEqual(3);
  all[0]?.close();
  client.close();
  await vi.waitFor(async () => expect(await open()).toBe(0), WAIT);
});
