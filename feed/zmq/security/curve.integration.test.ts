/** CURVE over real sockets: who is let in, who hears nothing, and what is logged of it. */

import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Dealer, Router } from 'zeromq';
import { AllowList } from './allow-list.ts';
import { generateKeys, type KeyPair } from './curve-keys.ts';
import { type ClientCurve, clientCurve, ServerSecurity } from './curve-security.ts';
import { verdict } from './zap-handler.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const SERVER = generateKeys();

interface Logged {
  readonly name?: string;
  readonly problem?: string;
  readonly publicKey?: string;
  readonly address?: string;
}

/** A list in a file, and what is logged of those who are not let in. */
function security(lines: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'touchline-curve-'));
  closers.push(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'allowed');
  writeFileSync(path, lines.join('\n'));
  const logged: Logged[] = [];
  const log = { warn: (fields: object) => logged.push(fields) };
  const one = new ServerSecurity(SERVER, new AllowList(path), log, () => 0);
  closers.push(() => one.close());
  return { security: one, logged, path };
}

/** Echoes what it hears. */
async function echo(one: ServerSecurity, grant: 'entry' | 'spine' = 'entry'): Promise<string> {
  const { curve, watch } = await one.endpoint(grant);
  const socket = new Router({ linger: 0, ...curve });
  watch(socket);
  await socket.bind('tcp://127.0.0.1:*');
  const loop = (async () => {
    for await (const [peer = '', message = ''] of socket) await socket.send([peer, message]);
  })().catch(() => {});
  closers.push(async () => {
    socket.close();
    await loop;
  });
  return socket.lastEndpoint ?? '';
}

/** Says hello until it is answered, or `isOver`; true when it was answered. */
async function isHeard(
  endpoint: string,
  curve: ClientCurve | undefined,
  isOver: () => boolean,
): Promise<boolean> {
  const socket = new Dealer({ linger: 0, receiveTimeout: 20, ...curve });
  try {
    socket.connect(endpoint);
    void socket.send('hello').catch(() => {});
    while (!isOver()) {
      const [answer] = await socket.receive().catch(() => []);
      if (answer?.toString() === 'hello') return true;
    }
    return false;
  } finally {
    socket.close();
  }
}

const never = () => false;

function line(name: string, { publicKey }: KeyPair, grants = ''): string {
  return `${name} ${publicKey} ${grants}`;
}

it('lets in who is in the list, and tells of everybody else, who hears nothing', async () => {
  const [good, relay, stranger] = [generateKeys(), generateKeys(), generateKeys()];
  const { security: one, logged } = security([line('good', good), line('relay', relay, 'spine')]);
  const at = await echo(one);
  const by = (pair: KeyPair, server = SERVER.publicKey) => clientCurve(pair, server);
  expect(await isHeard(at, by(good), never)).toBe(true);
  expect(logged).toEqual([]);
  const tellsOf = (wanted: Logged) => () =>
    logged.some((fields) => Object.entries(wanted).every(([k, v]) => fields[k as 'name'] === v));
  const { publicKey } = stranger;
  expect(await isHeard(at, by(stranger), tellsOf({ publicKey, address: '127.0.0.1' }))).toBe(false);
  expect(await isHeard(at, by(relay), tellsOf({ name: 'relay' }))).toBe(false);
  const problem = 'it speaks no CURVE, or expected another server key';
  expect(await isHeard(at, undefined, tellsOf({ problem }))).toBe(false);
  logged.length = 0;
  expect(await isHeard(at, by(good, generateKeys().publicKey), tellsOf({ problem }))).toBe(false);
  expect(await isHeard(at, by(good), never)).toBe(true);
});

it('tells endpoints of one process apart', async () => {
  const [desk, relay] = [generateKeys(), generateKeys()];
  const { security: one } = security([line('desk', desk), line('relay', relay, 'spine')]);
  const [entry, spine] = [await echo(one), await echo(one, 'spine')];
  let refused = one.refused;
  const isRefused = () => one.refused > refused;
  expect(await isHeard(entry, clientCurve(desk, SERVER.publicKey), never)).toBe(true);
  expect(await isHeard(spine, clientCurve(relay, SERVER.publicKey), never)).toBe(true);
  expect(await isHeard(spine, clientCurve(desk, SERVER.publicKey), isRefused)).toBe(false);
  refused = one.refused;
  expect(await isHeard(entry, clientCurve(relay, SERVER.publicKey), isRefused)).toBe(false);
});

it('follows the list while it runs', async () => {
  const [first, second] = [generateKeys(), generateKeys()];
  const { security: one, path } = security([line('desk', first)]);
  const at = await echo(one);
  expect(await isHeard(at, clientCurve(first, SERVER.publicKey), never)).toBe(true);
  writeFileSync(path, line('desk', second));
  utimesSync(path, 1, 1);
  expect(await isHeard(at, clientCurve(second, SERVER.publicKey), never)).toBe(true);
  expect(await isHeard(at, clientCurve(first, SERVER.publicKey), () => one.refused > 0)).toBe(
    false,
  );
});

it('lets nobody in when nobody decides any more', async () => {
  const desk = generateKeys();
  const { security: one } = security([line('desk', desk)]);
  const at = await echo(one);
  one.close();
  const looks = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const isOver = () => looks.pop() === undefined;
  expect(await isHeard(at, clientCurve(desk, SERVER.publicKey), isOver)).toBe(false);
});

it('tells of at most ten refusals a second', async () => {
  const { security: one, logged } = security([]);
  const at = await echo(one);
  for (let count = 1; count <= 12; count += 1) {
    const curve = clientCurve(generateKeys(), SERVER.publicKey);
    await isHeard(at, curve, () => one.refused >= count);
  }
  expect(one.refused).toBeGreaterThanOrEqual(12);
  expect(logged.length).toBe(10);
});

it('answers what is no proper question with a refusal', () => {
  const question = ['1.0', '7', 'nowhere', '10.0.0.1', '', 'CURVE'].map((part) =>
    Buffer.from(part),
  );
  const key = Buffer.alloc(32, 1);
  const refused = ['1.0', '7', '400', 'This key is not allowed here.', '', ''];
  expect(verdict([...question, key])).toEqual(refused);
  expect(verdict([...question, key.subarray(1)])).toEqual(refused);
  expect(verdict([])).toEqual(['1.0', '', '400', 'This key is not allowed here.', '', '']);
});
