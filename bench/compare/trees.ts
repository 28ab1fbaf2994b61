/** Another state of the repository, laid out beside this one and ready to run these benchmarks. */

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { git } from '../harness/run-facts.ts';

export const REPOSITORY = resolve(import.meta.dirname, '../..');

/** What measures goes along, so that both trees are asked the same questions. */
const MEASURING = [
  'bench/micro',
  'bench/harness',
  'bench/journal',
  'bench/league',
  'bench/setup/compiled.ts',
];
/** Far more than the repository has, and still not all of a machine. */
const MAX_ARCHIVE_BYTES = 512 * 2 ** 20;

export interface Tree {
  readonly name: string;
  readonly folder: string;
  remove(): void;
}

export function thisTree(): Tree {
  return { name: 'this tree', folder: REPOSITORY, remove: () => {} };
}

/**
 * A revision, or a folder that holds a checkout. The revision's own code runs under this tree's
 * benchmarks and packages; a folder is copied first, so that nothing of it is changed.
 */
export function otherTree(which: string): Tree {
  const folder = mkdtempSync(join(tmpdir(), 'touchline-compare-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    if (existsSync(which) && statSync(which).isDirectory()) copyTree(resolve(which), folder);
    else extract(which, folder);
    for (const part of MEASURING) {
      rmSync(join(folder, part), { recursive: true, force: true });
      cpSync(join(REPOSITORY, part), join(folder, part), { recursive: true });
    }
    symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
    return { name: which, folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The full name of a commit, or undefined when there is none of that name. */
export function commitNamed(revision: string): string | undefined {
  try {
    return git(REPOSITORY, 'rev-parse', '--verify', '--quiet', `${revision}^{commit}`);
  } catch {
    return undefined;
  }
}

function extract(revision: string, folder: string): void {
  const commit = commitNamed(revision);
  if (commit === undefined) {
    throw new Error(`"${revision}" is neither a folder nor a commit of this repository.`);
  }
  const archive = execFileSync('git', ['-C', REPOSITORY, 'archive', commit], {
    maxBuffer: MAX_ARCHIVE_BYTES,
  });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
}

function copyTree(from: string, to: string): void {
  const left = new Set(['node_modules', '.git', 'dist']);
  cpSync(from, to, {
    recursive: true,
    filter: (path) => !left.has(path.slice(path.lastIndexOf('/') + 1)),
  });
}
