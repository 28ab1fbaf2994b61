/** Files as they come: plain, gzip, damaged, endless. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { LineReader, MAX_LINE_BYTES } from './line-reader.ts';
import { openSource, parseSourceSpec } from './open-source.ts';

const directory = mkdtempSync(join(tmpdir(), 'touchline-lines-'));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
function file(content: string | Uint8Array): string {
  const path = join(directory, `${++files}.txt`);
  writeFileSync(path, content);
  return path;
}

async function read(path: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of new LineReader(path).batches()) {
    for (const line of batch) {
      lines.push('text' in line ? `${line.number} ${line.text}` : `${line.line} !${line.code}`);
    }
  }
  return lines;
}

test('lines end with LF or CR LF, and the last may lack its end', async () => {
  const expected = ['1 one', '2 ', '3 three', '4 four'];
  expect(await read(file('one\n\r\nthree\r\nfour'))).toEqual(expected);
  expect(await read(file('one\n\nthree\nfour\n'))).toEqual(expected);
  expect(await read(file(gzipSync('one\n\nthree\nfour')))).toEqual(expected);
  expect(await read(file(''))).toEqual([]);
});

test('a letter of several bytes across two reads stays whole', async () => {
  const text = `${'x'.repeat(256 * 1024 - 1)}é and on`;
  expect(await read(file(text))).toEqual([`1 ${text}`]);
});

test('gzip members one after another are one file', async () => {
  const bytes = Buffer.concat([gzipSync('one\ntw'), gzipSync('o\nthree')]);
  expect(await read(file(bytes))).toEqual(['1 one', '2 two', '3 three']);
});

test('a gzip file that is cut or damaged gives what it can and says where it ends', async () => {
  const text = Array.from(
    { length: 50_000 },
    (_, index) => `line ${index} ${Math.sin(index)}`,
  ).join('\n');
  const bytes = gzipSync(text);
  const cut = await read(file(bytes.subarray(0, bytes.length >> 1)));
  expect(cut.length).toBeGreaterThan(1000);
  expect(cut.at(-1)).toBe(`${cut.length} !FILE_DAMAGED`);
  bytes.fill(0x55, bytes.length >> 1, (bytes.length >> 1) + 64);
  const damaged = await read(file(bytes));
  expect(damaged.at(-1)).toMatch(/!FILE_DAMAGED$/);
});

test('a line too long is refused without being kept', async () => {
  const long = Buffer.alloc(MAX_LINE_BYTES + 2, 'x');
  const path = file(Buffer.concat([Buffer.from('one\n'), long, Buffer.from('\nthree\n')]));
  expect(await read(path)).toEqual(['1 one', '2 !LINE_TOO_LONG', '3 three']);
});

test('what was read is counted in bytes of the file', async () => {
  const reader = new LineReader(file(gzipSync('one\ntwo\n')));
  for await (const _ of reader.batches());
  expect(reader.bytesRead).toBe(reader.totalBytes);
  expect(reader.totalBytes).toBeGreaterThan(0);
});

test('leaving early closes the file', async () => {
  const path = file('one\ntwo\n'.repeat(100_000));
  for await (const _ of new LineReader(path).batches()) break;
  expect(() => rmSync(path)).not.toThrow();
});

test('what is not a readable file says so', async () => {
  expect(() => new LineReader(join(directory, 'none'))).toThrow(
    expect.objectContaining({ code: 'FILE_NOT_FOUND' }),
  );
  expect(() => new LineReader(directory)).toThrow(expect.objectContaining({ code: 'NOT_A_FILE' }));
});

test('a LOBSTER order book that cannot be used says where it is wrong', async () => {
  const messages = file('34200.1,1,5,10,100,1\n');
  const open = (orderBook: string) =>
    openSource(parseSourceSpec(`lobster:${messages}`), { orderBook });
  await expect(open(file('1,2,3\n'))).rejects.toMatchObject({ code: 'WRONG_LENGTH' });
  await expect(open(file('99,1,100,1\n'))).rejects.toMatchObject({ code: 'CROSSED_ROW' });
  await expect(open(file(''))).rejects.toMatchObject({ code: 'EMPTY_FILE' });
  expect((await open(file('101,1,100,1\n'))).totalBytes).toBeGreaterThan(0);
});
