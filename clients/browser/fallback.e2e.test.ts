/** The client where no WebSocket comes through: in a real Chromium behind an old proxy, and in Node. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type OldProxy, startOldProxy } from '../../bench/harness/old-proxy.ts';
import { launchBrowser } from '../../bench/setup/browser.ts';
import type { SkippableTest } from '../../bench/setup/test-data.ts';
import { FeedState, Side } from '../../feed/index.ts';
import {
  bestLevels,
  type FakeInstrument,
  seeded,
  startTestGateway,
  type TestGateway,
} from '../../gateway/testing/index.ts';
import { connect } from './index.ts';

const WAIT_MS = 30_000;
const SCRIPT = `
import { connect } from './assets/client.js';
const client = connect(location.origin.replace('http', 'ws') + '/feed');
const book = client.book('ABC', { depth: 100, interval: 0 });
const side = (view) => Array.from({ length: view.length },
  (_, i) => [view.price(i), view.quantity(i), view.orderCount(i)]);
window.shown = () => ({ link: client.link, state: book.state, transaction: book.transaction,
  bids: side(book.bids), asks: side(book.asks) });
`;

let folder: string;
let gateway: TestGateway;
let instrument: FakeInstrument;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'touchline-fallback-'));
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      outDir: join(folder, 'assets'),
      lib: {
        entry: fileURLToPath(new URL('./index.ts', import.meta.url)),
        formats: ['es'],
        fileName: () => 'client.js',
      },
    },
  });
  writeFileSync(join(folder, 'page.js'), SCRIPT);
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><title>fallback</title><script type="module" src="./page.js"></script>',
  );
  gateway = await startTestGateway({ page: folder });
  instrument = gateway.feed.list('ABC');
  gateway.feed.transaction((steps) => steps.level(instrument, Side.Bid, 1000, 1));
});

afterAll(async () => {
  await gateway?.close();
  rmSync(folder, { recursive: true });
});

function walk(transactions: number): number {
  const random = seeded(transactions);
  let last = 0;
  for (let i = 0; i < transactions; i += 1) {
    last = gateway.feed.transaction((steps) => {
      const isBid = random.next() < 0.5;
      const price = isBid ? random.integer(960, 1000) : random.integer(1001, 1040);
      const quantity = random.integer(0, 9);
      steps.level(instrument, isBid ? Side.Bid : Side.Ask, price, quantity, quantity);
    });
  }
  return last;
}

interface Shown {
  readonly link: { readonly transport: string; readonly fallbackReason?: string };
  readonly state: string;
  readonly transaction: number;
  readonly bids: unknown;
  readonly asks: unknown;
}

function read(page: Page): Promise<Shown> {
  return page.evaluate(() => (window as unknown as { shown(): Shown }).shown());
}

async function openBehind(context: SkippableTest, gathersStreams: boolean) {
  const proxy = await startOldProxy(gateway.http, gathersStreams);
  onTestFinished(() => proxy.close());
  const browser = await launchBrowser(context);
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.goto(proxy.http);
  await vi.waitFor(async () => expect((await read(page)).state).toBe(FeedState.Live), WAIT_MS);
  return { page, proxy };
}

async function expectEqualBooks(page: Page): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    const last = walk(40);
    await vi.waitFor(async () => expect((await read(page)).transaction).toBe(last), WAIT_MS);
    const { bids, asks } = await read(page);
    expect(bids).toEqual(bestLevels(instrument.book, Side.Bid, 100));
    expect(asks).toEqual(bestLevels(instrument.book, Side.Ask, 100));
  }
}

function streamed({ asked }: OldProxy): boolean {
  return asked.some((path) => path.startsWith('/session/events'));
}

test('a page behind a proxy without WebSockets reads an event stream, and says so', async (context) => {
  const { page, proxy } = await openBehind(context, false);
  const { link } = await read(page);
  expect(link.transport).toBe('SSE');
  expect(link.fallbackReason).toContain('WebSocket');
  expect(streamed(proxy)).toBe(true);
  await expectEqualBooks(page);
});

test('a page behind a proxy that gathers streams polls, and says so', async (context) => {
  const { page, proxy } = await openBehind(context, true);
  const { link } = await read(page);
  expect(link.transport).toBe('long polling');
  expect(link.fallbackReason).toContain('SSE');
  expect(proxy.asked).toContain('/feed');
  expect(streamed(proxy)).toBe(true);
  await expectEqualBooks(page);
});

test('a program in Node, which has no event streams, polls', async () => {
  const client = connect(gateway.ws, { transports: ['long polling'] });
  onTestFinished(() => client.close());
  const book = client.book('ABC', { depth: 100, interval: 0 });
  await vi.waitFor(() => expect(book.state).toBe(FeedState.Live), WAIT_MS);
  const last = walk(50);
  await vi.waitFor(() => expect(book.transaction).toBe(last), WAIT_MS);
  expect(book.bids.length).toBe(instrument.book.levelCount(Side.Bid));
  expect(client.link.transport).toBe('long polling');
});
