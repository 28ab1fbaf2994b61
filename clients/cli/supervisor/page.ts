/** The dashboard's page, built when it is missing or older than its sources. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BUILDER = new URL('../../dashboard/build.ts', import.meta.url);
const BUILT = new URL('../../dashboard/dist/', import.meta.url);

/**
 * The folder that the gateway is to serve; `undefined` where there is neither a page nor the
 * means to build one. Rejects when building fails.
 */
export async function ensurePage(): Promise<string | undefined> {
  if (existsSync(BUILDER)) {
    // By URL, because an installed package carries the built page and no builder.
    const { ensurePageBuilt } = await import(BUILDER.href);
    await ensurePageBuilt();
  }
  return existingPage();
}

/** The page that was built last, however old; `undefined` when there is none. */
export function existingPage(): string | undefined {
  return existsSync(BUILT) ? fileURLToPath(BUILT) : undefined;
}
