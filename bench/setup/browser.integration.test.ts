/** A real Chromium starts with our flags and runs a page's code. */

import { expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';

test('chromium starts, runs a script and closes', async (context) => {
  const browser = await launchBrowser(context);
  try {
    const page = await browser.newPage();
    await page.setContent('<p id="touch">100.25</p>');
    expect(await page.textContent('#touch')).toBe('100.25');
    expect(await page.evaluate(() => navigator.userAgent)).toContain('Chrome');
  } finally {
    await browser.close();
  }
});
