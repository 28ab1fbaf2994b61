/** Starts a real Chromium for a test; without one the test is skipped, or fails by the common rule. */

import { type Browser, chromium } from 'playwright-core';
import { findCommand, installCommand, SYSTEM_PACKAGES } from './system-packages.ts';
import { type SkippableTest, skipOrFail } from './test-data.ts';

/** Nothing but the page under test may use the processor or the network. */
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser's path: TOUCHLINE_CHROMIUM, or the first Chromium on the PATH. */
export function browserPath(): string | undefined {
  return process.env['TOUCHLINE_CHROMIUM'] ?? findCommand(SYSTEM_PACKAGES.chromium.commands);
}

/**
 * Starts a browser without a window; the caller closes it. Call it inside a test, so that the test
 * can be skipped where there is no Chromium. `extraFlags` come after the common ones.
 */
export async function launchBrowser(
  context: SkippableTest,
  extraFlags: readonly string[] = [],
): Promise<Browser> {
  const executablePath = browserPath();
  if (executablePath === undefined) {
    const how = installCommand([SYSTEM_PACKAGES.chromium]);
    return skipOrFail(context, `no Chromium found; install it with: ${how}`);
  }
  // Chromium's sandbox refuses to run as root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return await chromium.launch({
    executablePath,
    headless: true,
    args: ['--headless', ...FLAGS, ...sandbox, ...extraFlags],
  });
}
