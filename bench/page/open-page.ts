/** Opens the dashboard in a browser with the reader's choices made beforehand, and hears its complaints. */

import type { Browser, BrowserContext, Page } from 'playwright-core';

/** As the page keeps them; what is left out is the page's own default. */
export type Choices = Readonly<Record<string, unknown>>;

export interface PageOptions {
  readonly size?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'dark' | 'light';
  readonly choices?: Choices;
  /** Run in the page before any of its own scripts. */
  readonly script?: () => void;
  readonly reducedMotion?: 'reduce';
}

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors, and complaints of the Content-Security-Policy, that the page's console heard. */
  readonly complaints: readonly string[];
  /** Every host that was asked for anything. */
  readonly hosts: ReadonlySet<string>;
}

const KEY = 'touchline.preferences';
const DESKTOP = { width: 1440, height: 900 };

/** Each page has a context of its own: no choice of one is met by another. */
export async function openDashboard(
  browser: Browser,
  url: string,
  { size = DESKTOP, colorScheme = 'dark', choices, script, reducedMotion }: PageOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: size,
    colorScheme,
    ...(reducedMotion === undefined ? {} : { reducedMotion }),
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const hosts = new Set<string>();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  page.on('websocket', (socket) => hosts.add(new URL(socket.url()).host));
  if (script !== undefined) await page.addInitScript(script);
  if (choices !== undefined) {
    // Only at first: what the reader chooses afterwards outlives a reload.
    await page.addInitScript(
      ([key, kept]) => {
        if (localStorage.getItem(key) === null) localStorage.setItem(key, kept);
      },
      [KEY, JSON.stringify(choices)] as const,
    );
  }
  await page.goto(url);
  return { page, context, complaints, hosts };
}
