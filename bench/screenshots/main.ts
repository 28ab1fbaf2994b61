/**
 * Takes the pictures of the dashboard that the README shows: the real processes, a seeded order
 * flow, a real Chromium. Run it with `node bench/screenshots/main.ts [folder [names]]`.
 */

import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { startStack } from '../harness/stack.ts';
import { type Choices, openDashboard } from '../page/open-page.ts';
import { waitUntilLive } from '../page/shown-table.ts';
import { launchBrowser } from '../setup/browser.ts';

const DEFAULT_FOLDER = resolve(import.meta.dirname, '../../clients/dashboard/screenshots');
const SOURCE = 'sim:7';
const LIVE_LIMIT_MS = 180_000;
/** Seconds of price lines, so that heatmap and candles have something to show. */
const TREND_SAMPLES = 48;
const KEY_MS = 200;
/** For a queue of orders to come. */
const SETTLE_MS = 4000;

/** They are kept in the repository, so they must stay small. */
const MOST_BYTES = 360 * 1024;

interface Shot {
  readonly name: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly colorScheme: 'dark' | 'light';
  readonly choices: Choices;
  /** Pressed before the picture is taken. */
  readonly keys?: readonly string[];
}

const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

const SHOTS: readonly Shot[] = [
  {
    name: 'desktop-dark',
    size: DESKTOP,
    colorScheme: 'dark',
    choices: { symbol: 'AAPL' },
    keys: ['k', 'k', 'k'],
  },
  { name: 'desktop-light', size: DESKTOP, colorScheme: 'light', choices: { symbol: 'BTC-USD' } },
  {
    name: 'several-dark',
    size: DESKTOP,
    colorScheme: 'dark',
    choices: {
      symbol: 'ES-FUT',
      layout: 'several',
      pinned: ['AAPL', 'SPY', 'BTC-USD'],
      groupings: { 'BTC-USD': 100 },
    },
    keys: ['j', 'j'],
  },
  {
    name: 'past-dark',
    size: DESKTOP,
    colorScheme: 'dark',
    choices: { symbol: 'BTC-USD', candleSeconds: 1 },
    keys: ['t', ...Array.from({ length: 30 }, () => 'ArrowLeft'), '<', ' '],
  },
  { name: 'phone-dark', size: PHONE, colorScheme: 'dark', choices: { symbol: 'SPY' } },
  { name: 'phone-light', size: PHONE, colorScheme: 'light', choices: { symbol: 'ETH-USD' } },
];

const [wantedFolder, ...names] = process.argv.slice(2);
const folder = resolve(wantedFolder ?? DEFAULT_FOLDER);
await mkdir(folder, { recursive: true });
// One of them shows the past.
const archive = await mkdtemp(join(tmpdir(), 'touchline-pictures-'));
const relayOptions = ['--archive', archive];
const stack = await startStack({ source: SOURCE, page: true, logLevel: 'warn', relayOptions });
try {
  const browser = await launchBrowser({ skip: noBrowser });
  try {
    for (const shot of SHOTS) {
      if (names.length === 0 || names.includes(shot.name)) await take(browser, shot);
    }
  } finally {
    await browser.close();
  }
} finally {
  await stack.stop();
  await rm(archive, { recursive: true, force: true });
}

async function take(browser: Browser, shot: Shot): Promise<void> {
  const { page, context } = await openDashboard(browser, stack.endpoints.gateway, shot);
  await waitUntilLive(page, LIVE_LIMIT_MS);
  // Filled: the tape down to the bottom, and some way for the price lines to go.
  await page.waitForFunction(
    (fewest) => {
      const rows = [...document.querySelectorAll<HTMLElement>('.trade')];
      const lines = [...document.querySelectorAll('.instrument polyline')];
      const isDrawn = (line: Element) =>
        (line.getAttribute('points') ?? '').split(' ').length >= fewest;
      return rows.every((row) => !row.hidden) && lines.every(isDrawn);
    },
    TREND_SAMPLES,
    { timeout: LIVE_LIMIT_MS },
  );
  for (const key of shot.keys ?? []) {
    await page.keyboard.press(key);
    // What one key asks for may be what the next one begins from.
    await page.waitForTimeout(KEY_MS);
  }
  await page.waitForTimeout(SETTLE_MS);
  const path = join(folder, `${shot.name}.png`);
  await page.screenshot({ path });
  await context.close();
  const { size } = await stat(path);
  console.log(`${path}  ${Math.round(size / 1024)} KiB`);
  if (size > MOST_BYTES) throw new Error(`${path} is larger than ${MOST_BYTES / 1024} KiB.`);
}

function noBrowser(why?: string): never {
  throw new Error(why ?? 'no browser');
}
