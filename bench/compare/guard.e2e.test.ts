/** The guard, as CI runs it, on a planted slow-down beside a case that nobody has touched. */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const PLANTED = 'feed/decimal.ts';
let earlier = '';

/**
 * The tree as it "was" parses every other price for nothing, so this one, which parses all of them,
 * takes twice as long: nothing here has to be changed for it.
 */
beforeAll(() => {
  earlier = mkdtempSync(join(tmpdir(), 'touchline-earlier-'));
  for (const part of ['feed', 'engine', 'gateway', 'package.json']) {
    cpSync(join(REPOSITORY, part), join(earlier, part), { recursive: true });
  }
  const source = readFileSync(join(REPOSITORY, PLANTED), 'utf8');
  const head = '  parse(value: string): number {\n';
  expect(source).toContain(head);
  const skip = '    this.calls = (this.calls ?? 0) + 1;\n    if (this.calls % 2 === 0) return 1;\n';
  writeFileSync(join(earlier, PLANTED), source.replace(head, head + skip));
});
afterAll(() => rmSync(earlier, { recursive: true, force: true }));

// A machine that is busy enough can hide anything from six pairs: it may try twice.
it('catches what takes twice as long, and nothing else', { retry: 1 }, () => {
  const script = join(import.meta.dirname, 'guard.ts');
  const wishes = ['--filter', 'decimal: ', '--time', '10', '--pairs', '6'];
  const args = [script, '--against', earlier, ...wishes];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(stdout).toContain('decimal: format, in the browser');
  expect(stdout).toMatch(/decimal: parse, exact .*slower\nSLOWER: 1 by more than 1\.5 times/);
  expect(status).toBe(1);
});
