/** The page in a real Chromium, fed by the real processes: it shows the engine's book, or says no. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type Stack, startStack } from '../../bench/harness/stack.ts';
import { measureContrasts } from '../../bench/page/contrast.ts';
import { EngineBooks } from '../../bench/page/engine-books.ts';
import { readShownTable, type ShownTable, waitUntilLive } from '../../bench/page/shown-table.ts';
import { launchBrowser } from '../../bench/setup/browser.ts';
import type { SkippableTest } from '../../bench/setup/test-data.ts';
import { PANEL_NAMES } from './layout.ts';
import { PALETTES } from './preferences.ts';

const WAIT_MS = 60_000;
const DEPTH = 25;
/** The liveliest of the demo's instruments. */
const SYMBOL = 'BTC-USD';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ source: 'sim:7', page: true, logLevel: 'warn' });
});

afterAll(async () => {
  await stack?.stop();
});

interface OpenPage {
  readonly page: Page;
  /** Errors, and complaints of the Content-Security-Policy, that the page's console heard. */
  readonly complaints: readonly string[];
  readonly hosts: ReadonlySet<string>;
}

async function openPage(context: SkippableTest, size = { width: 1440, height: 900 }) {
  const browser = await launchBrowser(context);
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: size });
  const complaints: string[] = [];
  const hosts = new Set<string>();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  page.on('websocket', (socket) => hosts.add(new URL(socket.url()).host));
  await page.goto(stack.endpoints.gateway);
  await waitUntilLive(page, WAIT_MS);
  return { page, complaints, hosts } satisfies OpenPage;
}

async function choose(page: Page, symbol: string): Promise<void> {
  await page.click(`.instrument button:text-is("${symbol}")`);
  await page.waitForSelector(`.ladder-table[data-symbol="${symbol}"]`);
  await waitUntilLive(page, WAIT_MS);
}

async function recordBooks(symbol: string): Promise<EngineBooks> {
  const { publish, relay } = stack.endpoints;
  const books = new EngineBooks(publish, relay, symbol, DEPTH);
  await books.start();
  onTestFinished(() => books.close());
  await vi.waitFor(() => expect(books.changes).toBeGreaterThan(0), WAIT_MS);
  return books;
}

/** One reading of the page, compared level by level with the engine's book at the same place. */
async function compareOnce(page: Page, books: EngineBooks): Promise<ShownTable> {
  const shown = await readShownTable(page);
  const transaction = Number(shown.transaction);
  await vi.waitFor(() => expect(books.reached).toBeGreaterThanOrEqual(transaction), WAIT_MS);
  const engine = books.after(transaction);
  expect(engine, `the engine’s book at transaction ${transaction}`).toBeDefined();
  expect({ bids: shown.bids, asks: shown.asks }).toEqual({
    bids: engine?.bids,
    asks: engine?.asks,
  });
  expect(shown.sequence).toBe(String(engine?.sequence));
  expect(shown.stripSequence).toBe(shown.sequence);
  expect(shown.stripTransaction).toBe(shown.transaction);
  return shown;
}

test('the table reads as the engine’s book, level by level, through thousands of changes', async (context) => {
  const books = await recordBooks(SYMBOL);
  const { page } = await openPage(context);
  await choose(page, SYMBOL);
  const start = books.changes;
  const sequences = new Set<string>();
  while (books.changes < start + 3000 || sequences.size < 30) {
    const shown = await compareOnce(page, books);
    expect(shown.bids.length).toBeGreaterThan(0);
    expect(shown.asks.length).toBeGreaterThan(0);
    sequences.add(shown.sequence);
  }
});

test('however often the book changes, the table is written once a frame', async (context) => {
  const { page } = await openPage(context);
  await page.selectOption('.choice.interval select', '0');
  await choose(page, SYMBOL);
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

test('a gateway that dies leaves no price looking live, and one that comes back heals the page', async (context) => {
  const books = await recordBooks(SYMBOL);
  const { page, complaints } = await openPage(context);
  await choose(page, SYMBOL);
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

test('every key of the sheet does what it says', async (context) => {
  const { page, complaints } = await openPage(context);
  const symbols = await page.$$eval('.instrument button', (all) =>
    all.map((one) => one.textContent),
  );
  const shownSymbol = () => page.$eval('.headline-symbol', (heading) => heading.textContent);

  await page.keyboard.press('2');
  expect(await shownSymbol()).toBe(symbols[1]);
  await page.keyboard.press('ArrowDown');
  expect(await shownSymbol()).toBe(symbols[2]);
  await page.keyboard.press('ArrowUp');
  expect(await shownSymbol()).toBe(symbols[1]);

  const levels = () => page.$$eval('.level', (rows) => rows.length);
  await page.keyboard.press(']');
  expect(await levels()).toBe(100);
  await page.keyboard.press('[');
  expect(await levels()).toBe(50);

  await waitUntilLive(page, WAIT_MS);
  await page.keyboard.press('Space');
  await page.waitForSelector('.panel.ladder .veil[data-kind="paused"]');
  const paused = await readShownTable(page);
  await page.waitForTimeout(500);
  expect((await readShownTable(page)).bids).toEqual(paused.bids);
  await page.keyboard.press('Space');
  await waitUntilLive(page, WAIT_MS);

  const centred = () => page.getAttribute('.control.centre', 'aria-pressed');
  expect(await centred()).toBe('true');
  await page.keyboard.press('c');
  expect(await centred()).toBe('false');

  const theme = () => page.$eval('html', (root) => root.dataset['theme']);
  expect(await theme()).toBeUndefined();
  await page.keyboard.press('t');
  expect(await theme()).toBe('dark');
  await page.keyboard.press('p');
  expect(await page.$eval('html', (root) => root.dataset['palette'])).toBe('green-red');

  await page.keyboard.press('?');
  expect(await page.$eval('dialog', (sheet) => sheet.open)).toBe(true);
  await page.keyboard.press('Escape');
  expect(await page.$eval('dialog', (sheet) => sheet.open)).toBe(false);

  await page.keyboard.press('/');
  await page.keyboard.type(symbols[3] ?? '');
  await page.keyboard.press('Enter');
  expect(await shownSymbol()).toBe(symbols[3]);

  await page.reload();
  await waitUntilLive(page, WAIT_MS);
  expect([await theme(), await shownSymbol()], 'choices last').toEqual(['dark', symbols[3]]);
  expect(complaints).toEqual([]);
});

test('the page asks only its own host, under a strict policy, and complains of nothing', async (context) => {
  const { page, complaints, hosts } = await openPage(context);
  const response = await page.reload();
  await waitUntilLive(page, WAIT_MS);
  expect(response?.headers()['content-security-policy']).toContain("default-src 'self'");
  expect(response?.headers()['content-security-policy']).not.toContain('unsafe');
  expect([...hosts]).toEqual([new URL(stack.endpoints.gateway).host]);
  expect(complaints).toEqual([]);
});

test('a phone shows one panel at a time and never scrolls sideways', async (context) => {
  const { page } = await openPage(context, { width: 390, height: 844 });
  const visible = () =>
    page.$$eval('.panel', (panels) =>
      panels.filter((panel) => panel.checkVisibility()).map((panel) => panel.id),
    );
  expect(await visible()).toEqual(['ladder']);
  for (const [index, name] of PANEL_NAMES.entries()) {
    await page.click(`.tab:nth-child(${index + 1})`);
    expect(await visible()).toEqual([name]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  }
});

test('every text stands out by 4.5 to 1 or more, in every theme and palette', async (context) => {
  const { page } = await openPage(context);
  await choose(page, SYMBOL);
  await page.waitForSelector('.trade:not([hidden])');
  for (const palette of PALETTES) {
    for (const colorScheme of ['dark', 'light'] as const) {
      // Without motion, so that no colour is measured on its way to another.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const contrasts = await measureContrasts(page);
      expect(contrasts.length).toBeGreaterThan(20);
      const tooWeak = contrasts.filter(({ ratio }) => ratio < 4.5);
      expect(tooWeak, `${palette}, ${colorScheme}`).toEqual([]);
    }
    await page.keyboard.press('p');
  }
});
