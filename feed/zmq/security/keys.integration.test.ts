/** Keys, their files and the allow-list's file. */

import { chmodSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { AllowList } from './allow-list.ts';
import { generateKeys, isKey, publicKeyOf, sharedProof } from './curve-keys.ts';
import { readKeysFile, writeKeysFile } from './keys-file.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'touchline-keys-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));
let files = 0;
function file(text?: string, mode = 0o600): string {
  files += 1;
  const path = join(FOLDER, String(files));
  if (text !== undefined) writeFileSync(path, text, { mode });
  return path;
}

it('makes pairs whose public half follows from the secret one', () => {
  const [one, other] = [generateKeys(), generateKeys()];
  expect(one).not.toEqual(other);
  expect(isKey(one.publicKey) && isKey(one.secretKey)).toBe(true);
  expect(publicKeyOf(one.secretKey)).toBe(one.publicKey);
});

it('lets two ends prove the same to each other, and nobody else', () => {
  const [client, server, stranger] = [generateKeys(), generateKeys(), generateKeys()];
  const mine = sharedProof(client.secretKey, server.publicKey, ['what', 'name']);
  expect(mine).toMatch(/^[0-9a-f]{64}$/);
  expect(sharedProof(server.secretKey, client.publicKey, ['what', 'name'])).toBe(mine);
  for (const other of [
    sharedProof(stranger.secretKey, server.publicKey, ['what', 'name']),
    sharedProof(stranger.secretKey, client.publicKey, ['what', 'name']),
    sharedProof(client.secretKey, server.publicKey, ['what', 'nam']),
    sharedProof(client.secretKey, server.publicKey, ['whatname']),
  ]) {
    expect(other).not.toBe(mine);
  }
});

it('keeps a pair for its owner alone, and never overwrites it', () => {
  const path = file();
  const pair = generateKeys();
  writeKeysFile(path, pair);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readKeysFile(path)).toEqual(pair);
  expect(() => writeKeysFile(path, generateKeys())).toThrow(/^KEYS_EXIST/);
  expect(readKeysFile(path)).toEqual(pair);
  expect(() => writeKeysFile(join(FOLDER, 'none', 'x'), pair)).toThrow(/^KEYS_FILE: .*ENOENT/);
});

it('refuses keys files that are open, missing, or hold no pair, without showing the secret', () => {
  const pair = generateKeys();
  const open = file(JSON.stringify(pair));
  chmodSync(open, 0o640);
  expect(() => readKeysFile(open)).toThrow(/^KEYS_FILE_OPEN: .*chmod 600/);
  expect(() => readKeysFile(file())).toThrow(/^KEYS_FILE: .*ENOENT.*touchline keys generate/);
  for (const text of [
    '',
    `{"secretKey": "${pair.secretKey}"`,
    JSON.stringify({ ...pair, more: 1 }),
    JSON.stringify({ ...pair, publicKey: generateKeys().publicKey }),
    JSON.stringify({ ...pair, secretKey: pair.secretKey.slice(1) }),
  ]) {
    const read = () => readKeysFile(file(text));
    expect(read).toThrow(/^KEYS_FILE: /);
    expect(read).not.toThrow(pair.secretKey.slice(1));
  }
});

it('reads the allow-list again when it has changed, and keeps it when it has become wrong', () => {
  const [one, other] = [generateKeys().publicKey, generateKeys().publicKey];
  const path = file(`desk ${one}\n`);
  const problems: unknown[] = [];
  const list = new AllowList(path, (problem) => problems.push(problem));
  let time = 1_000_000;
  const change = (text: string) => {
    writeFileSync(path, text);
    time += 1;
    utimesSync(path, time, time);
  };
  expect(list.find(one)?.name).toBe('desk');
  expect(list.find(other)).toBeUndefined();
  change(`desk ${one}\ndesk ${other} entry\n`);
  expect(list.keysOf('desk').map(({ publicKey }) => publicKey)).toEqual([one, other]);
  change('desk');
  expect(list.find(one)?.name).toBe('desk');
  expect(list.find(one)?.name).toBe('desk');
  expect(problems).toMatchObject([{ code: 'ALLOW_LIST' }]);
  change(`desk ${other}\n`);
  expect(list.find(one)).toBeUndefined();
  rmSync(path);
  expect(list.find(other)?.name).toBe('desk');
  expect(problems.at(-1)).toMatchObject({ code: 'ALLOW_LIST' });
  expect(() => new AllowList(path)).toThrow(/^ALLOW_LIST: .*ENOENT/);
});
