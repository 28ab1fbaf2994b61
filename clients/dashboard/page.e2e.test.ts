/** The page in a real Chromium, fed by the real processes: it shows the engine's book, or says no. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { openBrowserWindow } from '../../bench/harness/browser-window.ts';
import { startCuttingProxy } from '../../bench/harness/cutting-proxy.ts';
import { type Stack, startStack } from '../../bench/harness/stack.ts';
import { EngineBooks, type WrittenBook } from '../../bench/page/engine-books.ts';
import { openDashboard, type PageOptions } from '../../bench/page/open-page.ts';
import {
  readShownTable,
  type ShownTable,
  shownTable,
  waitUntilLive,
} from '../../bench/page/shown-table.ts';
import { launchBrowser } from '../../bench/setup/browser.ts';
import type { SkippableTest } from '../../bench/setup/test-data.ts';
import { MessageType } from '../../gateway/protocol/index.ts';

const WAIT_MS = 60_000;
const DEPTH = 25;
/** The liveliest of the demo's instruments. */
const SYMBOL = 'BTC-USD';

let archive = '';
let stack: Stack;
let browser: Browser | undefined;

beforeAll(async () => {
  archive = await mkdtemp(join(tmpdir(), 'touchline-page-'));
  const relayOptions = ['--archive', archive];
  stack = await startStack({ source: 'sim:7', page: true, logLevel: 'warn', relayOptions });
});

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await rm(archive, { recursive: true, force: true });
});

async function openPage(
  context: SkippableTest,
  options: PageOptions = {},
  url = stack.endpoints.gateway,
) {
  browser ??= await launchBrowser(context);
  const choices = { symbol: SYMBOL, ...options.choices };
  const opened = await openDashboard(browser, url, { ...options, choices });
  onTestFinished(() => opened.context.close());
  await waitUntilLive(opened.page, WAIT_MS);
  return opened;
}

async function recordBooks(symbol: string, depth = DEPTH): Promise<EngineBooks> {
  const { publish, relay } = stack.endpoints;
  const books = new EngineBooks(publish, relay, symbol, depth);
  await books.start();
  onTestFinished(() => books.close());
  await vi.waitFor(() => expect(books.changes).toBeGreaterThan(0), WAIT_MS);
  return books;
}

/** The engine's book at the place that the page shows, as soon as it has come here. */
async function engineBookAt(
  shown: ShownTable,
  books: EngineBooks,
  grouping?: number,
): Promise<WrittenBook> {
  const transaction = Number(shown.transaction);
  await vi.waitFor(() => expect(books.reached).toBeGreaterThanOrEqual(transaction), WAIT_MS);
  const engine = books.after(transaction, grouping);
  if (engine === undefined) throw new Error(`No book of transaction ${transaction} is remembered.`);
  return engine;
}

/** One reading of the page, compared level by level with the engine's book at the same place. */
async function compareOnce(page: Page, books: EngineBooks): Promise<ShownTable> {
  const shown = await readShownTable(page);
  const { bids, asks, sequence } = await engineBookAt(shown, books);
  expect({ bids: shown.bids, asks: shown.asks }).toEqual({ bids, asks });
  expect(shown.sequence).toBe(String(sequence));
  expect(shown.stripSequence).toBe(shown.sequence);
  expect(shown.stripTransaction).toBe(shown.transaction);
  return shown;
}

/** The same, for books that are remembered only from a moment ago on. */
async function compareSoon(page: Page, symbol: string): Promise<void> {
  const books = await recordBooks(symbol);
  await vi.waitFor(() => compareOnce(page, books), WAIT_MS);
}

test('the table reads as the engine’s book, level by level, through thousands of changes', async (context) => {
  const books = await recordBooks(SYMBOL);
  const { page } = await openPage(context);
  const start = books.changes;
  const sequences = new Set<string>();
  while (books.changes < start + 3000 || sequences.size < 30) {
    const shown = await compareOnce(page, books);
    expect(shown.bids.length).toBeGreaterThan(0);
    expect(shown.asks.length).toBeGreaterThan(0);
    sequences.add(shown.sequence);
  }
});

test('gathered in steps it reads as the engine’s book gathered in steps', async (context) => {
  const grouping = 10;
  const depth = 5;
  const symbol = 'AAPL';
  // Enough levels that every step shown is whole.
  const books = await recordBooks(symbol, depth * grouping * 4);
  const { page } = await openPage(context, {
    choices: { symbol, depth, groupings: { [symbol]: grouping } },
  });
  const sequences = new Set<string>();
  while (sequences.size < 10) {
    const shown = await readShownTable(page);
    const engine = await engineBookAt(shown, books, grouping);
    expect(shown.bids).toEqual(engine.bids.slice(0, depth));
    expect(shown.asks).toEqual(engine.asks.slice(0, depth));
    sequences.add(shown.sequence);
  }
});

test('however often the book changes, the table is written once a frame', async (context) => {
  const { page } = await openPage(context, { choices: { interval: 0 } });
  const counted = await page.evaluate(
    () =>
      new Promise<{ writes: number; twice: number }>((resolve) => {
        const table = document.querySelector('.ladder-table') as HTMLTableElement;
        let frame = 0;
        let lastFrame = -1;
        let writes = 0;
        let twice = 0;
        // Registered later than the page's own callback, so it runs at the end of each frame.
        const nextFrame = () => {
          frame += 1;
          requestAnimationFrame(nextFrame);
        };
        requestAnimationFrame(nextFrame);
        const observer = new MutationObserver(() => {
          writes += 1;
          if (frame === lastFrame) twice += 1;
          lastFrame = frame;
          if (writes < 120) return;
          observer.disconnect();
          resolve({ writes, twice });
        });
        observer.observe(table, { attributes: true, attributeFilter: ['data-sequence'] });
      }),
  );
  expect(counted).toEqual({ writes: 120, twice: 0 });
});

/** In the page: remembers the type of every message that it sends. */
function keepSentTypes(): void {
  const sent: number[] = [];
  Object.assign(window, { sent });
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    // An array's head, then its first element.
    if (data instanceof Uint8Array) sent.push(data[1] ?? 0);
    return send.call(this, data);
  };
}

/** In the page: a hand that is faster than any frame. Returns how many messages had been sent before. */
function dragThroughAll(): number {
  const slider = document.querySelector<HTMLInputElement>('.past-slider');
  if (slider === null) throw new Error('no slider');
  const from = slider.valueAsNumber;
  for (let move = 1; move <= 50; move += 1) {
    slider.value = String(from - move * 20);
    slider.dispatchEvent(new Event('input'));
  }
  return (window as unknown as { sent: number[] }).sent.length;
}

/** In the page: what has been sent since. */
function sentSince(count: number): number[] {
  const { sent } = window as unknown as { sent: number[] };
  return sent.slice(count);
}

/** Waits for the book of another place than `before`, and compares it with what the engine had there. */
async function comparePast(page: Page, books: EngineBooks, before: string): Promise<ShownTable> {
  await page.waitForFunction(
    (transaction) => {
      const table = document.querySelector<HTMLElement>('#ladder .ladder-table');
      const now = table?.dataset['transaction'] ?? '';
      return now !== '' && now !== transaction && !document.querySelector('[data-kind="waiting"]');
    },
    before,
    { timeout: WAIT_MS },
  );
  const shown = await readShownTable(page);
  const { bids, asks, sequence } = await engineBookAt(shown, books);
  expect({ bids: shown.bids, asks: shown.asks }).toEqual({ bids, asks });
  expect(shown.sequence).toBe(String(sequence));
  expect([shown.stripSequence, shown.state, shown.veil]).toEqual([shown.sequence, 'PAST', 'past']);
  return shown;
}

/** Two keys of a second each, and a drag of another one. */
const FURTHEST_BACK_MS = 3500;

test('the past is the engine’s book as it was there, stepped and played; then it is live again', async (context) => {
  const books = await recordBooks(SYMBOL);
  const recordedSinceMs = Date.now();
  await vi.waitFor(() => expect(books.changes).toBeGreaterThan(300), WAIT_MS);
  const { page, complaints } = await openPage(context, { script: keepSentTypes });
  const isRecorded = () => expect(Date.now() - recordedSinceMs).toBeGreaterThan(FURTHEST_BACK_MS);
  await vi.waitFor(isRecorded, WAIT_MS);
  const live = await compareOnce(page, books);
  await page.keyboard.press('t');
  const newest = await comparePast(page, books, live.transaction);
  expect(await page.textContent('.headline-last'), 'no price of now').toBe('');

  const momentMs = async () => Date.parse((await page.textContent('.past-time')) ?? '');
  const newestMs = await momentMs();
  await page.keyboard.press('ArrowLeft');
  let shown = await comparePast(page, books, newest.transaction);
  expect(Number(shown.transaction)).toBeLessThan(Number(newest.transaction));
  expect(Math.round((newestMs - (await momentMs())) / 100), 'tenths of a second back').toBe(10);
  for (let step = 0; step < 4; step += 1) {
    await page.keyboard.press('.');
    const next = await comparePast(page, books, shown.transaction);
    expect(Number(next.sequence)).toBeGreaterThan(Number(shown.sequence));
    shown = next;
  }
  await page.keyboard.press('ArrowLeft');
  shown = await comparePast(page, books, shown.transaction);
  await page.keyboard.press('Space');
  for (let reading = 0; reading < 5; reading += 1) {
    const next = await comparePast(page, books, shown.transaction);
    expect(Number(next.transaction)).toBeGreaterThan(Number(shown.transaction));
    shown = next;
  }
  await page.keyboard.press('Space');
  const sought = await page.evaluate(dragThroughAll);
  shown = await comparePast(page, books, shown.transaction);
  const isAsked = (type: number) => type !== MessageType.Ack && type !== MessageType.Ping;
  const asked = (await page.evaluate(sentSince, sought)).filter(isAsked);
  expect(asked, 'only the last place').toEqual([MessageType.Seek]);

  await page.keyboard.press('Escape');
  await waitUntilLive(page, WAIT_MS);
  const back = await compareOnce(page, books);
  expect(Number(back.transaction)).toBeGreaterThan(Number(newest.transaction));
  expect(complaints).toEqual([]);
});

test('several books at once, each the engine’s', async (context) => {
  const { page } = await openPage(context, {
    choices: { layout: 'several', pinned: ['ETH-USD', 'AAPL'] },
  });
  const symbols = () =>
    page.$$eval('.panel.ladder .ladder-table', (tables) =>
      tables.map((table) => (table as HTMLElement).dataset['symbol']),
    );
  expect(await symbols()).toEqual(['ETH-USD', 'AAPL', SYMBOL]);
  await page.click('.pinned-symbol:text-is("AAPL")');
  await waitUntilLive(page, WAIT_MS);
  expect(await symbols()).toEqual(['ETH-USD', 'AAPL']);
  await compareSoon(page, 'AAPL');
});

test('a network that is cut leaves no price looking live, though no socket notices', async (context) => {
  const gateway = new URL(stack.endpoints.gateway);
  const proxy = await startCuttingProxy(`tcp://${gateway.host}`);
  onTestFinished(() => proxy.close());
  const { page } = await openPage(context, {}, proxy.endpoint.replace('tcp:', 'http:'));

  proxy.stall();
  await page.waitForSelector('#ladder .veil[data-kind="warning"]', { timeout: WAIT_MS });
  const shown = await readShownTable(page);
  expect([shown.state, await page.evaluate(() => navigator.onLine)]).toEqual(['STALE', true]);
  expect(shown.veilText).toMatch(/Stale.*old/);
  expect(shown.bids.length, 'the last prices stay readable').toBeGreaterThan(0);
  const covered = await page.$$eval('.panel .veil', (veils) =>
    veils.map((veil) => (veil as HTMLElement).dataset['kind']),
  );
  expect(new Set(covered), 'every panel is covered').toEqual(new Set(['warning']));

  proxy.cut();
  await waitUntilLive(page, WAIT_MS);
  expect(await page.textContent('.state-reason')).toMatch(/^Live again after/);
  await compareSoon(page, SYMBOL);
});

test('a page that was hidden shows the engine’s book when it is seen again', async (context) => {
  const books = await recordBooks('AAPL');
  const window = await openBrowserWindow(context);
  onTestFinished(() => window.close());
  const tab = await window.open(stack.endpoints.gateway);
  const read = () => tab.evaluate<ShownTable>(`(${shownTable})()`);
  await vi.waitFor(async () => expect((await read()).state).toBe('LIVE'), WAIT_MS);
  await window.open('about:blank');
  await vi.waitFor(
    async () => expect(await tab.evaluate('document.visibilityState')).toBe('hidden'),
    WAIT_MS,
  );
  const before = await read();
  const start = books.changes;
  await vi.waitFor(() => expect(books.changes).toBeGreaterThan(start + 100), WAIT_MS);

  await tab.show();
  await vi.waitFor(async () => {
    const shown = await read();
    expect(Number(shown.sequence)).toBeGreaterThan(Number(before.sequence) + 50);
    expect([shown.symbol, shown.state, shown.veil]).toEqual(['AAPL', 'LIVE', 'none']);
  }, WAIT_MS);
  const shown = await read();
  const { bids, asks } = await engineBookAt(shown, books);
  expect({ bids: shown.bids, asks: shown.asks }).toEqual({ bids, asks });
});

test('a gateway that dies leaves no price looking live, and one that comes back heals the page', async (context) => {
  const books = await recordBooks(SYMBOL);
  const { page, complaints } = await openPage(context);
  await compareOnce(page, books);
  const complaintsBefore = complaints.length;

  await stack.gateway.kill('SIGKILL');
  await page.waitForSelector('.panel.ladder .veil[data-kind="broken"]', { timeout: WAIT_MS });
  const lost = await readShownTable(page);
  expect(lost.state).toBe('STALE');
  expect(lost.veilText).toMatch(/Connection lost.*old/);
  expect(lost.bids.length, 'the last prices stay readable').toBeGreaterThan(0);
  const shade = await page.$eval('.ladder-scroll', (ladder) => getComputedStyle(ladder).opacity);
  expect(Number(shade)).toBeLessThan(1);
  // The title is written more slowly than the veil.
  await page.waitForFunction(() => !/\d{2}/.test(document.title), null, { timeout: WAIT_MS });

  await stack.gateway.start();
  await waitUntilLive(page, WAIT_MS);
  const healed = await compareOnce(page, books);
  expect(Number(healed.sequence)).toBeGreaterThan(Number(lost.sequence));
  // A refused connection is the browser's complaint, not the page's.
  const isRefused = (one: string) => /WebSocket|ERR_CONNECTION_REFUSED/.test(one);
  const own = complaints.slice(complaintsBefore).filter((one) => !isRefused(one));
  expect(own).toEqual([]);
});

test('an engine that dies leaves no price looking live, and the next one’s book is shown', async (context) => {
  const { page } = await openPage(context);
  await stack.engine.kill('SIGKILL');
  await page.waitForSelector('#ladder .veil[data-kind="warning"]', { timeout: WAIT_MS });
  const lost = await readShownTable(page);
  expect([lost.state, lost.bids.length > 0]).toEqual(['STALE', true]);

  await stack.engine.start();
  await waitUntilLive(page, WAIT_MS);
  await compareSoon(page, SYMBOL);
});
