/** The page as people use it: by keys alone, by ear, on a phone, in two languages. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type Stack, startStack } from '../../bench/harness/stack.ts';
import { measureContrasts } from '../../bench/page/contrast.ts';
import { openDashboard, type PageOptions } from '../../bench/page/open-page.ts';
import { readShownTable, waitUntilLive } from '../../bench/page/shown-table.ts';
import { findViolations } from '../../bench/page/violations.ts';
import { launchBrowser } from '../../bench/setup/browser.ts';
import type { SkippableTest } from '../../bench/setup/test-data.ts';
import { openCandles, openStatistics } from '../browser/channels/index.ts';
import { connect } from '../browser/index.ts';
import { PANEL_NAMES } from './layout.ts';
import { PALETTES } from './preferences.ts';

const WAIT_MS = 60_000;
const PHONE = { width: 390, height: 844 };

let archive = '';
let stack: Stack;
let browser: Browser | undefined;

beforeAll(async () => {
  archive = await mkdtemp(join(tmpdir(), 'touchline-use-'));
  const relayOptions = ['--archive', archive];
  stack = await startStack({ source: 'sim:7', page: true, logLevel: 'warn', relayOptions });
});

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await rm(archive, { recursive: true, force: true });
});

async function openPage(context: SkippableTest, options: PageOptions = {}) {
  browser ??= await launchBrowser(context);
  const opened = await openDashboard(browser, stack.endpoints.gateway, options);
  onTestFinished(() => opened.context.close());
  await waitUntilLive(opened.page, WAIT_MS);
  return opened;
}

const rootData = (page: Page, name: string) =>
  page.evaluate(
    (key) => ({ ...document.documentElement.dataset, ...document.body.dataset })[key],
    name,
  );

test('every key of the sheet does what it says', async (context) => {
  const { page, complaints } = await openPage(context);
  const symbols = await page.$$eval('.instrument button', (all) =>
    all.map((one) => one.textContent),
  );
  const shownSymbol = () => page.textContent('.headline-symbol');
  await page.keyboard.press('2');
  expect(await shownSymbol()).toBe(symbols[1]);
  await page.keyboard.press('ArrowDown');
  expect(await shownSymbol()).toBe(symbols[2]);
  await page.keyboard.press('ArrowUp');
  expect(await shownSymbol()).toBe(symbols[1]);

  const levels = () => page.$$eval('#ladder .level', (rows) => rows.length);
  await page.keyboard.press(']');
  expect(await levels()).toBe(100);
  await page.keyboard.press('[');
  expect(await levels()).toBe(50);
  const step = () => page.textContent('.stepper.grouping output');
  await page.keyboard.press('+');
  expect(await step()).toBe('0.02');
  await page.keyboard.press('-');
  expect(await step()).toBe('0.01');

  const centred = () => page.getAttribute('.control.centre', 'aria-pressed');
  expect(await centred()).toBe('true');
  await page.keyboard.press('c');
  expect(await centred()).toBe('false');

  for (const layout of ['book', 'charts', 'several', 'desk']) {
    await page.keyboard.press('v');
    expect(await rootData(page, 'layout')).toBe(layout);
  }
  await page.keyboard.press('w');
  expect(await page.getAttribute('.control.pin', 'aria-pressed')).toBe('true');
  const candle = () =>
    page.$eval('.candle select', (choice) => (choice as HTMLSelectElement).value);
  await page.keyboard.press('i');
  expect(await candle()).toBe('15');
  await page.keyboard.press('b');
  expect(await page.textContent('[aria-live="polite"]')).toContain(`${symbols[1]}: bid `);

  expect(await rootData(page, 'theme')).toBeUndefined();
  await page.keyboard.press('d');
  expect(await rootData(page, 'theme')).toBe('dark');
  await page.keyboard.press('p');
  expect(await rootData(page, 'palette')).toBe('green-red');

  const isSheetOpen = () => page.$eval('dialog', (sheet) => sheet.open);
  await page.keyboard.press('?');
  expect(await isSheetOpen()).toBe(true);
  await page.keyboard.press('Escape');
  expect(await isSheetOpen()).toBe(false);

  await page.keyboard.press('/');
  await page.keyboard.type(symbols[3] ?? '');
  await page.keyboard.press('Enter');
  expect(await shownSymbol()).toBe(symbols[3]);

  await page.reload();
  await waitUntilLive(page, WAIT_MS);
  const kept = [await rootData(page, 'theme'), await shownSymbol(), await candle()];
  expect(kept, 'choices last').toEqual(['dark', symbols[3], '15']);
  expect(complaints).toEqual([]);
});

test('a paused page stands still, steps when asked, and says that it is paused', async (context) => {
  const { page } = await openPage(context);
  await page.keyboard.press('Space');
  await page.waitForSelector('#ladder .veil[data-kind="paused"]');
  const paused = await readShownTable(page);
  const tape = () => page.textContent('.tape-table tbody');
  const trades = await tape();
  await page.waitForTimeout(600);
  expect((await readShownTable(page)).bids).toEqual(paused.bids);
  expect(await tape()).toBe(trades);

  await page.keyboard.press('.');
  const stepped = await readShownTable(page);
  expect(Number(stepped.sequence)).toBeGreaterThan(Number(paused.sequence));
  expect(stepped.veil).toBe('paused');
  // Another step of prices is another table: it goes on.
  await page.keyboard.press('+');
  await waitUntilLive(page, WAIT_MS);
});

test('j and k lead to what a sweep costs, and it is what the table adds up to', async (context) => {
  const { page } = await openPage(context, { choices: { symbol: 'AAPL' } });
  await page.keyboard.press('Space');
  for (const key of ['j', 'j', 'j']) await page.keyboard.press(key);
  const { bids } = await readShownTable(page);
  const plain = async (name: string) =>
    ((await page.textContent(`#ladder .sweep-${name} dd`)) ?? '').replaceAll(',', '');
  const [first, second, third] = bids;
  expect(await plain('price')).toBe(third?.price);
  expect(await plain('quantity')).toBe(third?.total);
  const cost = [first, second, third].reduce(
    (sum, level) => sum + Math.round(Number(level?.price) * 100) * Number(level?.size),
    0,
  );
  expect(await plain('cost')).toBe((cost / 100).toFixed(2));
  const swept = await page.$$eval('#ladder .level:not([data-swept="no"])', (rows) => rows.length);
  expect(swept).toBe(3);
  await page.keyboard.press('Escape');
  expect(await page.getAttribute('#ladder .sweep', 'data-side')).toBe('none');
});

test('the orders of a level stand in their queue, and add up to the level', async (context) => {
  const { page } = await openPage(context, { choices: { symbol: 'AAPL' } });
  // Ladder and queue are two subscriptions: at some moment both show the same transaction.
  const addsUp = () => {
    const figure = (cell: Element | null | undefined) =>
      Number((cell?.textContent ?? '').replaceAll(',', ''));
    const level = document.querySelector('#ladder .level[data-swept="last"]');
    const sizes = [...document.querySelectorAll('.order-queue tbody tr:not([hidden])')].map((row) =>
      figure(row.querySelector('.size')),
    );
    const sum = sizes.reduce((total, size) => total + size, 0);
    const size = figure(level?.querySelector('.size'));
    return sum > 0 && sum === size && sizes.length === figure(level?.querySelector('.orders'));
  };
  await vi.waitFor(async () => {
    // A level may be traded away before both have shown it: then another one is pointed at.
    for (const key of ['Escape', 'Escape', 'k', 'k', 'k', 'o']) await page.keyboard.press(key);
    await page.waitForFunction(addsUp, undefined, { timeout: 5000 });
  }, WAIT_MS);
  expect(await findViolations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  expect(await page.isVisible('.order-queue')).toBe(false);
});

test('the tape shows trades of the size asked for, and no smaller ones', async (context) => {
  const { page } = await openPage(context, { choices: { symbol: 'AAPL' } });
  await page.waitForFunction(() => document.querySelectorAll('.trade:not([hidden])').length > 12);
  await page.keyboard.press('f');
  await page.keyboard.type('100');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.trade:not([hidden])');
  const sizes = await page.$$eval('.trade:not([hidden]) .size', (cells) =>
    cells.map((cell) => Number(cell.textContent?.replaceAll(',', ''))),
  );
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(100);
  await page.fill('.tape-filter', 'many');
  expect(await page.getAttribute('.tape-filter', 'aria-invalid')).toBe('true');
});

test('candles and the day are the relay’s: they know what was traded before the page was opened', async (context) => {
  const symbol = 'AAPL';
  const client = connect(
    `${stack.endpoints.gateway.replace('http', 'ws').replace(/\/$/, '')}/feed`,
  );
  onTestFinished(() => client.close());
  const candles = openCandles(client, symbol, { interval: 3_600_000 });
  const statistics = openStatistics(client, symbol);
  const traded = () => Math.min(candles.all.at(-1)?.volume ?? 0, statistics.day?.volume ?? 0);
  await vi.waitFor(() => expect(traded()).toBeGreaterThan(0), WAIT_MS);
  const before = traded();

  const { page } = await openPage(context, { choices: { symbol, candleSeconds: 3600 } });
  const volumeIn = (text: string | null) =>
    Number(/vol ?([\d,]+)/i.exec(text ?? '')?.[1]?.replaceAll(',', ''));
  await vi.waitFor(async () => {
    const reading = await page.textContent('#price .reading');
    expect(reading).toContain(`O ${candles.formatPrice(candles.all.at(-1)?.open ?? 0)} `);
    expect(volumeIn(reading)).toBeGreaterThanOrEqual(before);
    expect(volumeIn(await page.textContent('.headline-day'))).toBeGreaterThanOrEqual(before);
  }, WAIT_MS);
  const label = await page.getAttribute('#price [role="img"]', 'aria-label');
  expect(label).toBe(`Candles of ${symbol}, 1 h each`);
});

/** Enters the past by its button, and waits until a book stands there. */
async function enterPast(page: Page): Promise<void> {
  await page.click('.control.travel');
  await page.waitForFunction(
    () =>
      document.querySelector<HTMLElement>('#ladder .veil')?.dataset['kind'] === 'past' &&
      Number(document.querySelector<HTMLInputElement>('.past-slider')?.max) > 0,
    undefined,
    { timeout: WAIT_MS },
  );
}

const sliderValue = (page: Page) =>
  page.$eval('.past-slider', (slider) => (slider as HTMLInputElement).valueAsNumber);

test('the past is never shown as live, in no theme, and no text of it is weak', async (context) => {
  const { page, complaints } = await openPage(context, { reducedMotion: 'reduce' });
  await enterPast(page);
  expect(await page.textContent('.state-name')).toBe('Past');
  expect(await page.title()).not.toMatch(/\d/);
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const weak = (await measureContrasts(page)).filter(({ ratio }) => ratio < 4.5);
    expect(weak, colorScheme).toEqual([]);
  }
  expect(await findViolations(page)).toEqual([]);
  // What the queue of now says would be wrong there.
  await page.keyboard.press('o');
  expect(await page.isVisible('.order-queue')).toBe(false);
  expect(complaints).toEqual([]);
});

test('the slider says its moment, moves by hand and by key, and another instrument keeps it', async (context) => {
  const { page } = await openPage(context);
  await enterPast(page);
  const slider = page.getByRole('slider');
  expect(await slider.getAttribute('aria-label')).toBe('Moment of the past');
  await page.waitForFunction(
    () => /^\d{4}-/.test(document.querySelector('.past-slider')?.ariaValueText ?? ''),
    undefined,
    { timeout: WAIT_MS },
  );
  const box = await slider.boundingBox();
  if (box === null) throw new Error('The slider is not shown.');
  const middle = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width - 10, middle);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 4, middle, { steps: 5 });
  await page.mouse.up();
  const most = Number(await slider.getAttribute('max'));
  const moved = await sliderValue(page);
  expect(moved / most).toBeGreaterThan(0.15);
  expect(moved / most).toBeLessThan(0.35);
  await page.keyboard.press('ArrowUp');
  await page.waitForFunction(
    (value) => Number(document.querySelector<HTMLInputElement>('.past-slider')?.value) > value,
    moved,
    { timeout: WAIT_MS },
  );

  const momentMs = async () => Date.parse((await page.textContent('.past-time')) ?? '');
  const before = await momentMs();
  await page.keyboard.press('2');
  await page.waitForFunction(
    () => document.querySelector('#ladder .level.bid .price')?.textContent !== '',
    undefined,
    { timeout: WAIT_MS },
  );
  expect((await readShownTable(page)).state).toBe('PAST');
  await vi.waitFor(
    async () => expect(Math.abs((await momentMs()) - before)).toBeLessThan(100),
    WAIT_MS,
  );
  await page.keyboard.press('Home');
  await page.waitForFunction(
    () => document.querySelector<HTMLInputElement>('.past-slider')?.value === '0',
    undefined,
    { timeout: WAIT_MS },
  );
  await page.click('.past-bar .live');
  await waitUntilLive(page, WAIT_MS);
});

test('a phone travels in time by thumb, in Spanish too', async (context) => {
  const { page } = await openPage(context, { size: PHONE, choices: { language: 'es' } });
  await enterPast(page);
  expect(await page.textContent('.past-bar .live')).toBe('Volver al vivo');
  await page.click('.past-bar .play');
  expect(await page.textContent('.past-bar .play')).toBe('Pausar');
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await page.click('.past-bar .live');
  await waitUntilLive(page, WAIT_MS);
});

test('the tab key leads through every control, each with a mark that is seen', async (context) => {
  const { page } = await openPage(context, {
    choices: { layout: 'several', pinned: ['SPY', 'MSFT'] },
  });
  // Between them they hold every panel and every control.
  for (const layout of ['desk', 'several', 'past']) {
    if (layout === 'past') await enterPast(page);
    else await page.selectOption('.choice.layout select', layout);
    const wanted = await page.evaluate(() => {
      const controls = 'button, select, input, a[href], [tabindex="0"]';
      const all = [...document.querySelectorAll<HTMLElement>(controls)];
      const shown = all.filter((one) => one.checkVisibility() && one.tabIndex >= 0);
      shown.forEach((one, index) => {
        one.dataset['walk'] = String(index);
      });
      // From the top of the page, not from where the last control was.
      document.body.tabIndex = -1;
      document.body.focus();
      document.body.removeAttribute('tabindex');
      return shown.length;
    });
    const met = new Set<string>();
    for (let press = 0; press < wanted + 10 && met.size < wanted; press += 1) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => {
        const active = document.activeElement as HTMLElement;
        const { outlineStyle, outlineWidth } = getComputedStyle(active);
        const isMarked = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1;
        return { walk: active.dataset['walk'], isMarked, where: active.outerHTML.slice(0, 80) };
      });
      if (focused.walk === undefined) continue;
      expect(focused.isMarked, focused.where).toBe(true);
      met.add(focused.walk);
    }
    expect(met.size, layout).toBe(wanted);
    expect(wanted, layout).toBeGreaterThan(15);
  }
});

test('axe-core finds nothing wrong, dark and light, nor while paused', async (context) => {
  const { page } = await openPage(context, {
    reducedMotion: 'reduce',
    choices: { layout: 'several', pinned: ['SPY', 'MSFT'] },
  });
  await page.waitForSelector('.trade:not([hidden])', { state: 'attached' });
  const seen = [
    ['several', 'dark'],
    ['charts', 'light'],
    ['desk', 'dark'],
    ['desk', 'light'],
  ] as const;
  for (const [layout, colorScheme] of seen) {
    await page.selectOption('.choice.layout select', layout);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await findViolations(page), `${layout}, ${colorScheme}`).toEqual([]);
    await page.keyboard.press('p');
  }
  await page.keyboard.press('Space');
  await page.keyboard.press('?');
  expect(await findViolations(page), 'paused, with the sheet of keys').toEqual([]);
});

test('every text stands out by 4.5 to 1 or more, in every theme and palette', async (context) => {
  const { page } = await openPage(context);
  await page.waitForSelector('.trade:not([hidden])');
  await page.keyboard.press('j');
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

test('the page speaks Spanish when asked, and remembers it', async (context) => {
  const { page, complaints } = await openPage(context);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('l')]);
  await waitUntilLive(page, WAIT_MS);
  expect(await page.getAttribute('html', 'lang')).toBe('es');
  expect(await page.textContent('#ladder-heading')).toBe('Libro de órdenes');
  expect(await page.textContent('.state-name')).toBe('En vivo');
  expect(await findViolations(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('the canvases are painted, and each says what it shows', async (context) => {
  const { page } = await openPage(context, { choices: { symbol: 'BTC-USD' } });
  for (const panel of ['price', 'heatmap', 'depth']) {
    await page.waitForFunction(
      (name) => {
        const canvas = document.querySelector<HTMLCanvasElement>(`#${name} canvas`);
        const context2d = canvas?.getContext('2d');
        if (!canvas || !context2d || canvas.width === 0) return false;
        const { data } = context2d.getImageData(0, 0, canvas.width, canvas.height);
        const colours = new Set(new Uint32Array(data.buffer));
        return colours.size > 4;
      },
      panel,
      { timeout: WAIT_MS },
    );
    const label = await page.getAttribute(`#${panel} [role="img"]`, 'aria-label');
    expect(label, panel).toContain('BTC-USD');
  }
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
  const { page } = await openPage(context, { size: PHONE });
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
  expect(await findViolations(page)).toEqual([]);
});
