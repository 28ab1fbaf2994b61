/**
 * Takes the pictures of the dashboard that the README shows: the real processes, a seeded order
 * flow, a real Chromium. Run it with `node bench/screenshots/main.ts [folder]`.
 */

import { mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { startStack } from '../harness/stack.ts';
import { waitUntilLive } from '../page/shown-table.ts';
import { launchBrowser } from '../setup/browser.ts';

const DEFAULT_FOLDER = resolve(import.meta.dirname, '../../clients/dashboard/screenshots');
const SOURCE = 'sim:7';
const LIVE_LIMIT_MS = 60_000;

/** They are kept in the repository, so they must stay small. */
const MOST_BYTES = 300 * 1024;

interface Shot {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'dark' | 'light';
  readonly symbol: string;
}

const SHOTS: readonly Shot[] = [
  { name: 'desktop-dark', width: 1440, height: 900, colorScheme: 'dark', symbol: 'AAPL' },
  { name: 'desktop-light', width: 1440, height: 900, colorScheme: 'light', symbol: 'ES-FUT' },
  { name: 'phone-dark', width: 390, height: 844, colorScheme: 'dark', symbol: 'ETH-USD' },
];

const folder = resolve(process.argv[2] ?? DEFAULT_FOLDER);
await mkdir(folder, { recursive: true });
const stack = await startStack({ source: SOURCE, page: true, logLevel: 'warn' });
try {
  const browser = await launchBrowser({ skip: noBrowser });
  try {
    for (const shot of SHOTS) await take(browser, shot);
  } finally {
    await browser.close();
  }
} finally {
  await stack.stop();
}

async function take(browser: Browser, shot: Shot): Promise<void> {
  const { width, height, colorScheme } = shot;
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.addInitScript((symbol) => {
    localStorage.setItem('touchline.preferences', JSON.stringify({ symbol }));
  }, shot.symbol);
  await page.goto(stack.endpoints.gateway);
  await waitUntilLive(page, LIVE_LIMIT_MS);
  // Filled: the tape down to the bottom, and some way for the price lines to go.
  await page.waitForFunction(
    () => {
      const rows = [...document.querySelectorAll<HTMLElement>('.trade')];
      const lines = [...document.querySelectorAll('.instrument polyline')];
      const isDrawn = (line: Element) =>
        (line.getAttribute('points') ?? '').split(' ').length >= 24;
      return rows.filter((row) => !row.hidden).length >= 40 && lines.every(isDrawn);
    },
    undefined,
    { timeout: LIVE_LIMIT_MS },
  );
  const path = join(folder, `${shot.name}.png`);
  await page.screenshot({ path });
  await page.close();
  const { size } = await stat(path);
  console.log(`${path}  ${Math.round(size / 1024)} KiB`);
  if (size > MOST_BYTES) throw new Error(`${path} is larger than ${MOST_BYTES / 1024} KiB.`);
}

function noBrowser(why?: string): never {
  throw new Error(why ?? 'no browser');
}
