import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, it } from 'vitest';

const LIMIT_BYTES = 10_000;

it('bundles to less than 10 KB gzipped, decoder included, and asks nothing of Node', async () => {
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      // As a page's bundler does; a library build alone would keep its white space.
      rolldownOptions: { output: { minify: true } },
      lib: { entry: fileURLToPath(new URL('./index.ts', import.meta.url)), formats: ['es'] },
    },
  });
  const [bundle] = Array.isArray(output) ? output : [output];
  if (bundle === undefined || !('output' in bundle)) throw new Error('vite gave no bundle');
  const code = bundle.output.map((chunk) => ('code' in chunk ? chunk.code : '')).join('');
  expect(code).toContain('touchline.v1.msgpack');
  expect(code).not.toMatch(/\b(node:|require\(|from ?['"`])/);
  expect(gzipSync(code, { level: 9 }).length).toBeLessThan(LIMIT_BYTES);
});
