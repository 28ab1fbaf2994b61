/** Pages in a real Chromium: without a bundler, in React, sharing a worker, cut off, and hidden. */

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { openBrowserWindow } from '../../bench/harness/browser-window.ts';
import { startCuttingProxy } from '../../bench/harness/cutting-proxy.ts';
import { launchBrowser } from '../../bench/setup/browser.ts';
import type { SkippableTest } from '../../bench/setup/test-data.ts';
import { FeedState, Side } from '../../feed/index.ts';
import {
  bestLevels,
  type FakeInstrument,
  startTestGateway,
  type TestGateway,
} from '../../gateway/testing/index.ts';

const WAIT_MS = 30_000;
const EXAMPLES = ['plain.html', 'plain.css', 'plain.js'] as const;
/** The file that a page loads, and what it is made of. */
const BUNDLES = {
  'touchline.js': 'index.ts',
  'shared.js': 'shared/index.ts',
  'worker.js': 'shared/worker.ts',
  'react-page.js': 'examples/react-page.ts',
} as const;
/** The README's example, with this test's places. */
const README = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
const SHARED_PAGE = `${/```ts shared\n([\s\S]*?)```/.exec(README)?.[1]}
watch(client);
`
  .replace('touchline-browser/shared', './shared.js')
  .replace('/touchline/worker.js', './worker.js')
  .replace("'ws://127.0.0.1:7180/feed'", 'address');
const SINGLE_PAGE = `
import { connect } from './touchline.js';
watch(connect(address));
`;
/** What a test reads of a page. */
const WATCH = `
const address = location.origin.replace('http', 'ws') + '/feed';
function watch(client) {
  const book = client.book('AAPL', { depth: 100, interval: 0 });
  const side = (view) => Array.from({ length: view.length },
    (_, i) => [view.price(i), view.quantity(i), view.orderCount(i)]);
  const changes = [];
  book.on('change', ({ kind }) => changes.push([document.visibilityState, kind, book.state]));
  window.shown = () => ({ link: client.link, state: book.state, reason: book.reason,
    transaction: book.transaction, interval: book.interval, bids: side(book.bids),
    asks: side(book.asks), online: navigator.onLine });
  window.changes = () => changes.splice(0);
}
`;

interface Shown {
  readonly link: { readonly status: string; readonly transport: string };
  readonly state: string;
  readonly reason: string;
  readonly transaction: number;
  readonly interval: number;
  readonly bids: unknown;
  readonly asks: unknown;
  readonly online: boolean;
}

let folder: string;
let gateway: TestGateway;
let instrument: FakeInstrument;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'touchline-pages-'));
  for (const [file, entry] of Object.entries(BUNDLES)) await bundle(entry, file);
  for (const file of EXAMPLES) {
    copyFileSync(join(import.meta.dirname, 'examples', file), join(folder, file));
  }
  for (const [name, code] of [
    ['shared', WATCH + SHARED_PAGE],
    ['single', WATCH + SINGLE_PAGE],
  ] as const) {
    writeFileSync(join(folder, `${name}-page.js`), code);
    writeHtml(name, `${name}-page.js`);
  }
  writeHtml('react', 'react-page.js');
  writeHtml('index', 'single-page.js');
  gateway = await startTestGateway({ page: folder });
  instrument = gateway.feed.list('AAPL');
  change(10);
});

afterAll(async () => {
  await gateway?.close();
  rmSync(folder, { recursive: true });
});

async function bundle(entry: string, file: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: folder,
      emptyOutDir: false,
      lib: { entry: join(import.meta.dirname, entry), formats: ['es'], fileName: () => file },
    },
  });
}

function writeHtml(name: string, script: string): void {
  const body = `<main></main><script type="module" src="./${script}"></script>`;
  writeFileSync(join(folder, `${name}.html`), `<!doctype html><title>${name}</title>${body}`);
}

let step = 0;

/** Changes the book so many times; returns the last transaction. */
function change(times: number): number {
  let last = 0;
  for (let i = 0; i < times; i += 1) {
    step += 1;
    const side = step % 2 === 0 ? Side.Bid : Side.Ask;
    const price = side === Side.Bid ? 1000 - (step % 40) : 1001 + (step % 40);
    last = gateway.feed.transaction((steps) => {
      steps.level(instrument, side, price, 1 + ((step * 7) % 11), 1 + (step % 3));
    });
  }
  return last;
}

async function open(context: SkippableTest, path: string, origin = gateway.http) {
  const browser = await launchBrowser(context);
  onTestFinished(() => browser.close());
  const pages = await browser.newContext();
  const problems: string[] = [];
  pages.on('weberror', (error) => problems.push(error.error().message));
  const another = async (): Promise<Page> => {
    const page = await pages.newPage();
    await page.goto(`${origin}/${path}`);
    return page;
  };
  return { page: await another(), another, problems };
}

const read = (page: Page) => page.evaluate(() => (window as unknown as { shown(): Shown }).shown());

/** The page shows the gateway's book, level by level, at this transaction. */
async function expectBook(page: Page, transaction: number): Promise<void> {
  await vi.waitFor(async () => {
    expect(await read(page)).toMatchObject({ state: FeedState.Live, transaction });
  }, WAIT_MS);
  const { bids, asks } = await read(page);
  expect(bids).toEqual(bestLevels(instrument.book, Side.Bid, 100));
  expect(asks).toEqual(bestLevels(instrument.book, Side.Ask, 100));
}

/** Decimal texts of a side, as a page with one row a level has them. */
function decimals(side: Side, depth: number): string[] {
  return bestLevels(instrument.book, side, depth).map(([price]) => (price / 100).toFixed(2));
}

test('a plain HTML page shows a live book, with no bundler and one file', async (context) => {
  const { page, problems } = await open(context, 'plain.html');
  const last = change(50);
  await page.waitForSelector(`#ladder[data-transaction="${last}"]`, { timeout: WAIT_MS });
  const prices = await page.locator('#ladder tr td:last-child').allTextContents();
  expect(prices).toEqual([...decimals(Side.Ask, 10).reverse(), ...decimals(Side.Bid, 10)]);
  expect(await page.textContent('#state')).toBe('LIVE');
  expect(problems).toEqual([]);
});

test('the hook of the React example draws the book, follows its props, and gives it back', async (context) => {
  const { page, problems } = await open(context, 'react.html?symbol=AAPL');
  const show = (symbol: string, depth: number) =>
    page.evaluate(
      ([name, levels]) =>
        (window as unknown as { show(...of: unknown[]): void }).show(name, levels),
      [symbol, depth],
    );
  const last = change(50);
  await page.waitForSelector(`table[data-transaction="${last}"]`, { timeout: WAIT_MS });
  const prices = page.locator('td:first-child');
  // The book is there before the depth that was asked for is.
  await vi.waitFor(async () => {
    expect(await prices.allTextContents()).toEqual(decimals(Side.Bid, 10));
  }, WAIT_MS);
  await show('AAPL', 5);
  await vi.waitFor(async () => {
    expect(await prices.allTextContents()).toEqual(decimals(Side.Bid, 5));
  }, WAIT_MS);
  await show('NONE', 5);
  // Of the book before nothing is left: the list, and nobody's book.
  await vi.waitFor(() => expect(gateway.server.gateway.classCount).toBe(1), WAIT_MS);
  expect(problems).toEqual([]);
});

test('pages of one origin share a connection, and each shows the book', async (context) => {
  const { page, another, problems } = await open(context, 'shared.html');
  const second = await another();
  const last = change(200);
  for (const one of [page, second]) await expectBook(one, last);
  expect(gateway.server.gateway.sessionCount).toBe(1);
  await page.close();
  const third = await another();
  const later = change(20);
  for (const one of [second, third]) await expectBook(one, later);
  expect(gateway.server.gateway.sessionCount).toBe(1);
  await second.close();
  await third.close();
  await vi.waitFor(() => expect(gateway.server.gateway.sessionCount).toBe(0), WAIT_MS);
  expect(problems).toEqual([]);
});

test('a page says STALE when the network is cut, while its socket is still open', async (context) => {
  const proxy = await startCuttingProxy(gateway.http.replace('http', 'tcp'));
  onTestFinished(() => proxy.close());
  const origin = proxy.endpoint.replace('tcp', 'http');
  const { page } = await open(context, 'single.html', origin);
  await expectBook(page, change(5));
  proxy.stall();
  change(5);
  await vi.waitFor(async () => {
    expect(await read(page)).toMatchObject({ state: 'STALE', reason: 'HEARTBEAT_LOST' });
  }, WAIT_MS);
  // Nobody has told the browser anything.
  expect(await read(page)).toMatchObject({ online: true, link: { status: 'open' } });
  proxy.cut();
  await expectBook(page, change(1));
});

test('a hidden page is told once a second, and shown, has the book with one message', async (context) => {
  const window = await openBrowserWindow(context);
  onTestFinished(() => window.close());
  const page = await window.open(`${gateway.http}/single.html`);
  const shown = () => page.evaluate<Shown>('window.shown?.()');
  await vi.waitFor(async () => expect((await shown()).state).toBe('LIVE'), WAIT_MS);
  const other = await window.open('about:blank');
  await vi.waitFor(async () => expect((await shown()).interval).toBe(1000), WAIT_MS);
  expect(await page.evaluate('document.visibilityState')).toBe('hidden');
  await page.evaluate('window.changes()');
  let last = 0;
  for (let i = 0; i < 100; i += 1) {
    last = change(5);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const hidden = await page.evaluate<string[][]>('window.changes()');
  // Of 500 changes, told one by one to a page that is seen; how many seconds it took is no matter.
  expect(hidden.length).toBeLessThan(50);
  expect(hidden.every(([visibility, , state]) => visibility === 'hidden' && state === 'LIVE')).toBe(
    true,
  );
  await page.show();
  await vi.waitFor(async () => {
    expect(await shown()).toMatchObject({ interval: 0, transaction: last, state: 'LIVE' });
  }, WAIT_MS);
  const caughtUp = await page.evaluate<string[][]>('window.changes()');
  expect(caughtUp.at(-1)).toEqual(['visible', 'snapshot', 'LIVE']);
  const seen = caughtUp.filter(([visibility]) => visibility === 'visible');
  expect(seen.filter(([, kind]) => kind === 'snapshot')).toHaveLength(1);
  // The second may end just while the answer is under way.
  expect(seen.length).toBeLessThanOrEqual(2);
  const { bids } = await shown();
  expect(bids).toEqual(bestLevels(instrument.book, Side.Bid, 100));
  await other.show();
});
