/** How the page is built: one small bundle, everything from its own host, nothing inlined. */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // light-dark() and @property are as old as this in all three engines.
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // A data: URL would break the page's Content-Security-Policy, `default-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
