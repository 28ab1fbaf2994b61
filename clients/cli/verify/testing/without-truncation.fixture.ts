/**
 * Loaded into every process of a stack (`NODE_OPTIONS=--import ...`): an engine then no longer cuts
 * a venue's book to its depth. A planted fault, put into the module as it is loaded.
 */

import { registerHooks } from 'node:module';

const MODULE = '/engine/venue-book.ts';
const TRUNCATES = 'if (depth > 0) {';

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(MODULE)) return loaded;
    const text = Buffer.from(loaded.source as Uint8Array).toString();
    // The fault must be there, or the test would prove nothing.
    if (!text.includes(TRUNCATES)) throw new Error(`${MODULE} no longer says "${TRUNCATES}"`);
    return { ...loaded, source: text.replace(TRUNCATES, 'if (depth < 0) {') };
  },
});
