/** Tables of streams: rows in, names and paths or the documented error out. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readTable, streamsOf } from './stream-catalogue.ts';

const HEAD = 'file\tscenario\tseed\tnew_orders\tmessages\tsha256_canonical';
const HASH = 'ab'.repeat(32);

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'touchline-league-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe('a table of streams', () => {
  test('gives names, paths, counts and hashes', () => {
    const folder = folderWith({
      'a.tsv': `${HEAD}\nx.bin.gz\tnormal\t7\t20000\t39878\t${HASH}\n`,
      'x.bin.gz': '',
    });
    expect(streamsOf(folder)).toEqual([
      { name: 'normal', path: join(folder, 'x.bin.gz'), sha256: HASH, messages: 39_878 },
    ]);
  });

  test('tells streams of one scenario apart by seed, and those of one seed by orders', () => {
    const rows = [
      ['a.bin.gz', 'normal', '7', '20', '40'],
      ['b.bin.gz', 'normal', '8', '20', '40'],
      ['c.mebc.br', 'normal', '8', '30', '60'],
      ['d.bin.gz', 'static', '8', '20', '40'],
    ];
    const text = [HEAD, ...rows.map((row) => [...row, HASH].join('\t'))].join('\n');
    const files = Object.fromEntries(rows.map(([file = '']) => [file, '']));
    const names = streamsOf(folderWith({ 'a.tsv': text, ...files })).map(({ name }) => name);
    expect(names).toEqual(['normal-s7', 'normal-s8-n20', 'normal-s8-n30', 'static']);
  });

  test('may have its columns in any order, more of them, and lines that end as on Windows', () => {
    const text = `seed\tnote\tsha256_canonical\tscenario\tmessages\tnew_orders\tfile\r\n7\thi\t${HASH}\tnormal\t4\t2\tx.bin.gz\r\n`;
    expect(readTable(text, 'a.tsv')).toEqual([
      {
        file: 'x.bin.gz',
        scenario: 'normal',
        seed: '7',
        new_orders: '2',
        messages: '4',
        sha256_canonical: HASH,
      },
    ]);
  });

  test.each([
    ['without a column', 'file\tscenario\tseed\tnew_orders\tmessages\n', 'sha256_canonical'],
    ['with an unknown format', `${HEAD}\nx.csv\tnormal\t7\t2\t4\t${HASH}\n`, 'x.csv'],
    ['that leaves its folder', `${HEAD}\n../x.bin.gz\tnormal\t7\t2\t4\t${HASH}\n`, 'leaves'],
    ['with a count that is none', `${HEAD}\nx.bin.gz\tnormal\t7\t2\tmany\t${HASH}\n`, 'messages'],
    ['with a hash that is none', `${HEAD}\nx.bin.gz\tnormal\t7\t2\t4\tabc\n`, 'SHA-256'],
  ])('%s is refused', (_, text, what) => {
    expect(() => readTable(text, 'a.tsv')).toThrow(
      expect.objectContaining({ code: 'BAD_TABLE', message: expect.stringContaining(what) }),
    );
  });

  test('that names a missing file is refused, and so is a folder without tables', () => {
    const folder = folderWith({ 'a.tsv': `${HEAD}\nx.bin.gz\tnormal\t7\t2\t4\t${HASH}\n` });
    expect(() => streamsOf(folder)).toThrow(expect.objectContaining({ code: 'NO_STREAM' }));
    expect(() => streamsOf(folderWith({}))).toThrow(expect.objectContaining({ code: 'NO_TABLE' }));
    expect(() => streamsOf('/nowhere')).toThrow(expect.objectContaining({ code: 'NO_TABLE' }));
  });
});
