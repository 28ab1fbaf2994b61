/**
 * Builds the npm package of the browser client: each entry one file that needs nothing else, so
 * that a page loads it without a bundler, and the types of all of them.
 */

import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import type { RepositoryManifest } from './manifest.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const DEFAULT_OUTPUT = join(REPOSITORY, 'dist/browser-package');

/** The file of each entry, and the module that it is made of. */
export const BROWSER_ENTRIES = {
  index: 'index',
  channels: 'channels/index',
  mock: 'mock/index',
  reasons: 'reasons',
  shared: 'shared/index',
  worker: 'shared/worker',
} as const;

/** Builds into an empty `output`. Throws what the compiler or the bundler said. */
export async function buildBrowserPackage(output: string = DEFAULT_OUTPUT): Promise<string> {
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  for (const [file, module] of Object.entries(BROWSER_ENTRIES)) await bundle(file, module, output);
  await declare(join(output, 'types'));
  await cp(join(REPOSITORY, 'LICENSE'), join(output, 'LICENSE'));
  await cp(join(REPOSITORY, 'clients/browser/README.md'), join(output, 'README.md'));
  await cp(join(REPOSITORY, 'clients/browser/examples'), join(output, 'examples'), {
    recursive: true,
  });
  const repository = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8'));
  const manifest = JSON.stringify(manifestOf(repository as RepositoryManifest), undefined, 2);
  await writeFile(join(output, 'package.json'), `${manifest}\n`);
  return output;
}

function manifestOf({ version, license }: RepositoryManifest): object {
  const exports: Record<string, unknown> = {};
  for (const [file, module] of Object.entries(BROWSER_ENTRIES)) {
    const types = `./types/clients/browser/${module}.d.ts`;
    exports[file === 'index' ? '.' : `./${file}`] = { types, default: `./${file}.js` };
  }
  exports['./package.json'] = './package.json';
  return {
    name: 'touchline-browser',
    version,
    description: 'A live order book in a browser that is proved to be the engine’s, or says not.',
    license,
    type: 'module',
    // Importing a client does nothing by itself; the worker begins to serve.
    sideEffects: ['./worker.js'],
    exports,
  };
}

async function bundle(file: string, module: string, output: string): Promise<void> {
  await build({
    configFile: false,
    root: REPOSITORY,
    logLevel: 'error',
    build: {
      outDir: output,
      emptyOutDir: false,
      rolldownOptions: { output: { minify: true } },
      lib: {
        entry: join(REPOSITORY, `clients/browser/${module}.ts`),
        formats: ['es'],
        fileName: () => `${file}.js`,
      },
    },
  });
}

/** The types of the entries and of what they name, as the compiler writes them. */
async function declare(output: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'touchline-types-'));
  try {
    const project = join(folder, 'tsconfig.json');
    const files = Object.values(BROWSER_ENTRIES).map((module) =>
      join(REPOSITORY, `clients/browser/${module}.ts`),
    );
    const compilerOptions = {
      emitDeclarationOnly: true,
      outDir: output,
      rootDir: REPOSITORY,
      typeRoots: [join(REPOSITORY, 'node_modules/@types')],
    };
    const base = join(import.meta.dirname, 'tsconfig.json');
    // The files alone: what they do not import is no part of the package.
    await writeFile(
      project,
      JSON.stringify({ extends: base, compilerOptions, files, include: [], exclude: [] }),
    );
    const compiler = join(REPOSITORY, 'node_modules/typescript/bin/tsc');
    const ended = spawnSync(process.execPath, [compiler, '-p', project], { encoding: 'utf8' });
    if (ended.status !== 0) throw new Error(`PACKAGE_NOT_BUILT: tsc says: ${ended.stdout}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const output = await buildBrowserPackage(process.argv[2] && resolve(process.argv[2]));
  process.stdout.write(`${output}\n`);
}
