/** The browser client as somebody gets it: packed, installed elsewhere, compiled against and run. */

import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BROWSER_ENTRIES, buildBrowserPackage } from './browser-package.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const LIMIT_BYTES = 10_000;

let folder: string;
let app: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchline-browser-package-'));
  const built = await buildBrowserPackage(join(folder, 'built'));
  const packed = npm(folder, 'pack', '--silent', built);
  expect(packed.stderr).toBe('');
  app = join(folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'package.json'), '{"type":"module"}\n');
  // It depends on nothing, so no registry is asked.
  const options = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  const installed = npm(app, 'install', ...options, `../${packed.stdout.trim()}`);
  expect(installed.status, installed.stderr).toBe(0);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function npm(cwd: string, ...options: readonly string[]) {
  return spawnSync('npm', options, { cwd, encoding: 'utf8', env: quietNpm() });
}

/** What the machine's npm is told is no matter of the package. */
function quietNpm(): NodeJS.ProcessEnv {
  return { ...process.env, npm_config_loglevel: 'error' };
}

function node(code: string) {
  const options = ['--input-type=module', '--eval', code];
  return spawnSync(process.execPath, options, { cwd: app, encoding: 'utf8' });
}

test('installs without anything else, and each entry is one file that imports nothing', async () => {
  const packed = join(app, 'node_modules/touchline-browser');
  const manifest = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8'));
  expect(manifest.dependencies).toBeUndefined();
  for (const file of Object.keys(BROWSER_ENTRIES)) {
    const code = await readFile(join(packed, `${file}.js`), 'utf8');
    expect(code, file).not.toMatch(/\b(node:|require\(|import ?[{'"(*]|from ?['"`])/);
  }
  const client = await readFile(join(packed, 'index.js'));
  expect(gzipSync(client, { level: 9 }).length).toBeLessThan(LIMIT_BYTES);
});

test('every entry can be imported on a server, which has no page', () => {
  for (const file of Object.keys(BROWSER_ENTRIES)) {
    const entry = file === 'index' ? 'touchline-browser' : `touchline-browser/${file}`;
    const run = node(
      `console.log(typeof document, Object.keys(await import('${entry}')).length > 0)`,
    );
    expect(`${entry} ${run.stdout}${run.stderr}`).toBe(`${entry} undefined true\n`);
  }
});

test('the README’s example with the mock runs there', async () => {
  const readme = await readFile(join(app, 'node_modules/touchline-browser/README.md'), 'utf8');
  const code = /```ts mock\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const run = node(code);
  expect(run.stderr).toBe('');
  expect(run.stdout).toBe('LIVE 100.00\nSTALE HEARTBEAT_LOST\nLIVE NONE\n');
});

test('the types say what may be kept, to the strictest compiler', async () => {
  const lines = [
    `import { type Book, connect, copyLevels, type LevelsCopy, Side } from 'touchline-browser';`,
    `import { openOrders } from 'touchline-browser/channels';`,
    `import { MockGateway } from 'touchline-browser/mock';`,
    `import { STATE_REASON_TEXT } from 'touchline-browser/reasons';`,
    `import { connectShared } from 'touchline-browser/shared';`,
    `const client = connect('ws://127.0.0.1:7180/feed', { transports: ['long polling'] });`,
    `const book: Book = client.book('ACME', { depth: 10 });`,
    `const words: string = STATE_REASON_TEXT[book.reason];`,
    `const kept: LevelsCopy = copyLevels(book.bids);`,
    `// @ts-expect-error A view may not be kept.`,
    `const wrong: LevelsCopy = book.bids;`,
    `// @ts-expect-error There is no such event.`,
    `book.on('changed', () => {});`,
    `openOrders(client, 'ACME').queue(Side.Bid, 1);`,
    `connectShared('ws://127.0.0.1:7180/feed', { worker: new SharedWorker('./worker.js') });`,
    `new MockGateway().inject({ fault: 'stall' });`,
    `export { kept, words, wrong };`,
  ];
  await writeFile(join(app, 'user.ts'), `${lines.join('\n')}\n`);
  const compilerOptions = {
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    ...{ noEmit: true, target: 'es2023', module: 'esnext', moduleResolution: 'bundler' },
    ...{ lib: ['es2023', 'dom', 'dom.iterable'], types: [], skipLibCheck: false },
  };
  const project = { compilerOptions, files: ['user.ts'] };
  await writeFile(join(app, 'tsconfig.json'), JSON.stringify(project));
  const compiler = join(REPOSITORY, 'node_modules/typescript/bin/tsc');
  const compiled = spawnSync(process.execPath, [compiler, '-p', app], { encoding: 'utf8' });
  expect(compiled.stdout).toBe('');
  expect(compiled.status).toBe(0);
});
