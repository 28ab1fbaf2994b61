/** Proves that the linter names every way to cross a boundary, and leaves clean files alone. */

import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BoundaryCase, cleanFiles, offences } from './boundary-cases.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const BIOME = join(REPOSITORY, 'node_modules/.bin/biome');
const RULES = 'bench/boundaries';

interface Diagnostic {
  readonly category: string;
  readonly message: string;
  readonly location: { readonly path: string };
}

let directory = '';
/** Per case, the boundaries that the linter named in its file. */
let namedBy: ReadonlyMap<BoundaryCase, readonly string[]> = new Map();

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'touchline-boundaries-'));
  copyRules();
  // One run over all cases: far faster than one each. The number keeps their paths apart.
  const all = [...offences, ...cleanFiles];
  const paths = all.map((one, i) => one.path.replace('/thing', `/thing-${i}`));
  for (const [i, one] of all.entries()) {
    const path = join(directory, paths[i] ?? '');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, one.source);
  }
  const names = Map.groupBy(lint(), (diagnostic) => diagnostic.location.path);
  namedBy = new Map(
    all.map((one, i) => [one, (names.get(paths[i] ?? '') ?? []).flatMap(boundaryOf)]),
  );
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('the linter names', () => {
  test.each(offences)('$boundary in $title', (offence) => {
    expect(namedBy.get(offence)).toContain(offence.boundary);
  });
});

describe('the linter passes', () => {
  test.each(cleanFiles)('$title', (cleanFile) => {
    expect(namedBy.get(cleanFile)).toEqual([]);
  });
});

test('every rule file is switched on and has an offending case', () => {
  const files = readdirSync(join(REPOSITORY, RULES)).filter((name) => name.endsWith('.grit'));
  const switchedOn = biomeOverrides().flatMap(({ plugins }) => plugins ?? []);
  expect(switchedOn.map((path) => basename(path)).toSorted()).toEqual(files.toSorted());
  const tested = new Set(offences.map((offence) => `${offence.boundary}.grit`));
  expect(files.filter((file) => !tested.has(file))).toEqual([]);
});

test('every global that pure code may not use has an offending case', () => {
  const denied = biomeOverrides().flatMap(({ linter }) =>
    Object.keys(linter?.rules.style?.noRestrictedGlobals?.options.deniedGlobals ?? {}),
  );
  const sources = offences.map((offence) => offence.source).join('\n');
  expect(denied.length).toBeGreaterThan(0);
  expect(denied.filter((name) => !new RegExp(`\\b${name}\\b`).test(sources))).toEqual([]);
});

test('no file switches a boundary off for itself', () => {
  const found = spawnSync(
    'git',
    [
      'grep',
      '-nE',
      'biome-ignore(-all|-start)? lint/(plugin|style/noRestrictedGlobals)',
      '--',
      '*.ts',
    ],
    { cwd: REPOSITORY, encoding: 'utf8' },
  );
  const hits = found.stdout.split('\n').filter((line) => line && !line.startsWith(`${RULES}/`));
  expect(hits).toEqual([]);
});

/** The part of Biome's configuration that the boundaries use. */
interface BiomeOverride {
  readonly plugins?: readonly string[];
  readonly linter?: {
    readonly rules: {
      readonly style?: {
        readonly noRestrictedGlobals?: {
          readonly options: { readonly deniedGlobals: Readonly<Record<string, string>> };
        };
      };
    };
  };
}

function biomeOverrides(): readonly BiomeOverride[] {
  return JSON.parse(readFileSync(join(REPOSITORY, 'biome.json'), 'utf8')).overrides;
}

function copyRules(): void {
  mkdirSync(join(directory, RULES), { recursive: true });
  for (const file of ['biome.json', '.gitignore']) {
    cpSync(join(REPOSITORY, file), join(directory, file));
  }
  for (const file of readdirSync(join(REPOSITORY, RULES))) {
    if (file.endsWith('.grit')) cpSync(join(REPOSITORY, RULES, file), join(directory, RULES, file));
  }
}

function lint(): readonly Diagnostic[] {
  const run = spawnSync(
    BIOME,
    ['lint', '--reporter=json', '--max-diagnostics=none', '--colors=off', '.'],
    { cwd: directory, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  return JSON.parse(run.stdout).diagnostics;
}

/** `boundary NAME: ...` of our own rules, or the one rule of Biome's that boundaries use. */
function boundaryOf(diagnostic: Diagnostic): readonly string[] {
  if (diagnostic.category === 'lint/style/noRestrictedGlobals') return ['noRestrictedGlobals'];
  const name = /^boundary ([a-z-]+):/.exec(diagnostic.message)?.[1];
  return name === undefined ? [] : [name];
}
