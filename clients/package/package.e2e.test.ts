/** The package as somebody gets it: packed, installed elsewhere, run on the oldest Node supported. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requireAll } from '../../bench/setup/test-data.ts';
import { buildPackage } from './build.ts';
import { OLDEST_NODE, PACKAGE_EXPORTS } from './manifest.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
/** Building and unpacking a hundred megabytes, on a machine that has other things to do as well. */
const INSTALL_LIMIT_MS = 600_000;
/** What npm says of a registry that cannot be reached. */
const NO_NETWORK = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|network/;

let folder = '';
let whyNot: string | undefined;
let up: ChildProcess | undefined;
let log = '';

/** Somebody's own folder: the package and the oldest Node, from the registry like everything else. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchline-package-'));
  const built = await buildPackage(join(folder, 'built'));
  const tarball = npm(folder, 'pack', '--silent', built).stdout.trim();
  await mkdir(join(folder, 'app'));
  await writeFile(join(folder, 'app/package.json'), '{"type":"module"}\n');
  const node = `${nodePackage()}@${OLDEST_NODE}`;
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  const installed = npm(join(folder, 'app'), 'install', ...options, `../${tarball}`, node);
  if (installed.status === 0) return;
  if (!NO_NETWORK.test(installed.stderr) || requireAll) throw new Error(installed.stderr);
  whyNot = 'the package registry cannot be reached';
}, INSTALL_LIMIT_MS);

afterAll(async () => {
  if (up !== undefined && up.exitCode === null) {
    up.kill('SIGKILL');
    await once(up, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
});

function npm(cwd: string, ...options: readonly string[]) {
  return spawnSync('npm', options, { cwd, encoding: 'utf8' });
}

function nodePackage(): string {
  return process.platform === 'darwin'
    ? `node-bin-darwin-${process.arch}`
    : `node-${process.platform}-${process.arch}`;
}

/** As a shell in that folder would: what is installed there comes first, Node too. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${folder}/app/node_modules/.bin:${process.env['PATH']}` };
}

function run(command: string, ...options: readonly string[]) {
  const cwd = join(folder, 'app');
  return spawnSync(command, options, { cwd, encoding: 'utf8', env: environment() });
}

/** The endpoint that a process of `touchline up` has told in the log, once it has. */
async function endpoint(name: string): Promise<string> {
  for (let i = 0; i < 3000; i++) {
    const found = log.match(new RegExp(`"${name}":"(tcp://[^"]+)"`))?.[1];
    if (found !== undefined && log.includes('Dashboard: http')) return found;
    if (up?.exitCode !== null) break;
    await new Promise((wake) => setTimeout(wake, 20));
  }
  throw new Error(`"touchline up" has not come up: ${log}`);
}

/** Example of the README as the reader has it, but for where the processes are. */
async function example(name: string): Promise<string> {
  const readme = await readFile(join(folder, 'built/clients/subscriber/README.md'), 'utf8');
  const code = readme.match(new RegExp(`\`\`\`ts ${name}\n([\\s\\S]*?)\`\`\``))?.[1] ?? '';
  expect(code, `README.md has no example "${name}"`).not.toBe('');
  return code
    .replaceAll('tcp://127.0.0.1:7101', await endpoint('publish'))
    .replaceAll('tcp://127.0.0.1:7104', await endpoint('serve'));
}

test('the package runs on the oldest Node: its command, and the README’s examples', async (context) => {
  if (whyNot !== undefined) context.skip(whyNot);
  expect(run('node', '--version').stdout).toBe(`v${OLDEST_NODE}\n`);

  up = spawn('touchline', ['up', '--ports', 'auto', '--port', '0', '--source', 'sim:3'], {
    cwd: join(folder, 'app'),
    env: { ...environment(), TOUCHLINE_LOG: 'info' },
  });
  for (const stream of [up.stdout, up.stderr]) {
    stream?.on('data', (data: Buffer) => {
      log += data.toString();
    });
  }
  const tail = run('touchline', 'tail', '--count', '5', '--feed', await endpoint('publish'));
  expect(tail.stderr).toBe('');
  expect(tail.stdout.trim().split('\n')).toHaveLength(5);

  for (const name of ['live-book', 'events', 'fake-feed']) {
    await writeFile(join(folder, `app/${name}.ts`), await example(name));
  }
  await writeFile(join(folder, 'app/tsconfig.json'), JSON.stringify(USER_PROJECT));
  const compiler = join(REPOSITORY, 'node_modules/typescript/bin/tsc');
  const compiled = spawnSync(process.execPath, [compiler, '-p', join(folder, 'app')], {
    encoding: 'utf8',
  });
  expect(compiled.stdout).toBe('');
  const book = run('node', 'live-book.js');
  expect(book.stderr).toBe('');
  expect(book.stdout).toMatch(/^bid \d+\.\d{2} \d+$/m);
  expect(run('node', 'events.js').stdout).toMatch(/^\S+ LIVE NONE$/m);

  expect(run('node', 'fake-feed.js').stdout).toContain('GAPPED MISSED_RECORDS');

  up.kill('SIGTERM');
  const [code] = await once(up, 'exit');
  expect(code).toBe(0);
  // Everything has come and gone in order: nothing was logged as an error.
  expect(log.split('\n').filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
});

test('every entry of the package can be imported there', (context) => {
  if (whyNot !== undefined) context.skip(whyNot);
  const entries = Object.keys(PACKAGE_EXPORTS).map((entry) => `touchline${entry.slice(1)}`);
  const source = entries
    .map((entry) => `console.log('${entry}', Object.keys(await import('${entry}')).length > 0);`)
    .join('\n');
  const imported = run('node', '--input-type=module', '--eval', source);
  expect(imported.stderr).toBe('');
  expect(imported.stdout.trim().split('\n')).toEqual(entries.map((entry) => `${entry} true`));
});

/** Strict, and the declarations of the package are checked, too; `await using` is no Node 20. */
const USER_PROJECT = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    target: 'es2022',
    lib: ['es2023', 'dom', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    typeRoots: [join(REPOSITORY, 'node_modules/@types')],
  },
};
