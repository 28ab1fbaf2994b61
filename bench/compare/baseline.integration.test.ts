/** Which commit is compared with, in repositories made for it. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { acceptedSlower, BASELINE_VARIABLE, findBaseline } from './baseline.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'touchline-baseline-'));
  git('init', '-q', '-b', 'main');
});
afterEach(() => rmSync(folder, { recursive: true }));

function git(...args: string[]): string {
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.org'];
  return execFileSync('git', ['-C', folder, ...who, ...args], { encoding: 'utf8' }).trim();
}

function commit(message: string): string {
  git('commit', '-q', '--allow-empty', '-m', message);
  return git('rev-parse', 'HEAD');
}

it('is nothing for the first commit of all', () => {
  expect(findBaseline(folder, {})).toBeUndefined();
  commit('first');
  expect(findBaseline(folder, {})).toBeUndefined();
});

it('is the commit before, where nothing else is known', () => {
  const first = commit('first');
  commit('second');
  expect(findBaseline(folder, {})?.commit).toBe(first);
});

it('is what a merge was made into, and not what it brings', () => {
  commit('first');
  git('checkout', '-q', '-b', 'change');
  commit('of the change');
  git('checkout', '-q', 'main');
  const landed = commit('landed meanwhile');
  git('merge', '-q', '--no-ff', '-m', 'merge', 'change');
  expect(findBaseline(folder, {})?.commit).toBe(landed);
});

it('is where a change of many commits left the main branch', () => {
  const landed = commit('landed');
  git('update-ref', 'refs/remotes/origin/main', landed);
  git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
  commit('one');
  commit('two');
  expect(findBaseline(folder, {})?.commit).toBe(landed);
});

it('is where the tag stands, unless that lies elsewhere', () => {
  const passed = commit('passed');
  git('tag', 'ci-passed');
  commit('one');
  const two = commit('two');
  commit('three');
  expect(findBaseline(folder, {})?.commit).toBe(passed);
  git('checkout', '-q', '--orphan', 'elsewhere');
  commit('elsewhere');
  git('tag', '-f', 'ci-passed');
  git('checkout', '-q', 'main');
  expect(findBaseline(folder, {})?.commit).toBe(two);
});

it('is what the environment names, which must be there', () => {
  const first = commit('first');
  commit('second');
  commit('third');
  expect(findBaseline(folder, { [BASELINE_VARIABLE]: first })?.commit).toBe(first);
  expect(() => findBaseline(folder, { [BASELINE_VARIABLE]: 'nothing' })).toThrow(/no commit/);
});

it('hears which cases are meant to be slower', () => {
  const first = commit('first');
  commit('second\n\nWhy.\n\nSlower: delta: encode\nSlower: matcher: cancel');
  expect(acceptedSlower(folder, first)).toEqual(['delta: encode', 'matcher: cancel']);
});
