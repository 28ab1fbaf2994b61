/** Keys from end to end: made by the command line, asked for by engine and relay, shown by clients. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TopicKind } from '../../feed/index.ts';
import { FeedSubscriber, InstrumentSubscriber, readKeysFile } from '../../feed/node.ts';
import { clientSecurity, crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';
import { connectOrders } from '../orders/index.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const FOLDER = mkdtempSync(join(tmpdir(), 'touchline-security-'));
const ALLOWED = join(FOLDER, 'allowed.txt');
const ANY = 'tcp://127.0.0.1:*';

interface Running {
  readonly child: ChildProcess;
  readonly endpoints: Readonly<Record<string, string>>;
  /** What it has logged so far. */
  log(): string;
}

const running: Running[] = [];
let engine: Running;
let relay: Running;

function at(name: string): string {
  return join(FOLDER, `${name}.keys`);
}

function publicKey(name: string): string {
  return readKeysFile(at(name)).publicKey;
}

async function run(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** A process of the house, until it is ready. */
async function start(...args: string[]): Promise<Running> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      log += chunk;
    });
  }
  const ready = once(child, 'message') as Promise<[Pick<Running, 'endpoints'>]>;
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(log)));
  const [{ endpoints }] = await Promise.race([ready, ended]);
  const one = { child, endpoints, log: () => log };
  running.push(one);
  return one;
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function subscriber(keys: string | undefined): FeedSubscriber {
  const security =
    keys === undefined
      ? undefined
      : clientSecurity({
          keys: at(keys),
          serverKey: publicKey('engine'),
          relayKey: publicKey('relay'),
        });
  const options = {
    feed: [engine.endpoints['publish'] ?? ''],
    repair: [relay.endpoints['serve'] ?? ''],
    feedCurve: security?.engine,
    repairCurve: security?.relay,
    wallClock,
    nowMs: monotonicMs,
    crc32,
  };
  return new FeedSubscriber(options, {});
}

beforeAll(async () => {
  const names = ['engine', 'relay', 'second', 'desk', 'service', 'stranger'];
  const made = await Promise.all(names.map((name) => run('keys', 'generate', at(name))));
  for (const [index, name] of names.entries()) {
    const { code, stdout = '' } = made[index] ?? {};
    expect(code).toBe(0);
    expect(stdout.trim()).toBe(publicKey(name));
    const grants = {
      relay: 'feed spine',
      second: 'feed repair',
      service: 'feed repair',
      desk: '',
    }[name];
    if (grants !== undefined) appendFileSync(ALLOWED, `${name} ${publicKey(name)} ${grants}\n`);
  }
  const own = (name: string) => ['--keys', at(name), '--allow', ALLOWED];
  const places = ['--publish', ANY, '--entry', ANY, '--spine', ANY];
  engine = await start('engine', ...places, ...own('engine'));
  const { publish = '', spine = '' } = engine.endpoints;
  const from = ['--feed', publish, '--spine', spine, '--server-key', publicKey('engine')];
  const served = ['--serve', ANY, '--publish', ANY];
  relay = await start('relay', ...from, ...served, ...own('relay'));
}, 30_000);

afterAll(async () => {
  for (const { child } of running) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  rmSync(FOLDER, { recursive: true });
});

describe('an engine and a relay with keys', () => {
  it('serve whoever is in the list, as far as its grants go', async () => {
    const service = subscriber('service');
    await service.start();
    await until('the books', () => service.hasJoined && service.instruments.size > 0);
    await service.close();
    const { entry = '' } = engine.endpoints;
    const keys = { ...readKeysFile(at('service')), serverKey: publicKey('engine') };
    const connecting = connectOrders({
      name: 'service',
      endpoint: entry,
      keys,
      logonTimeoutMs: 500,
    });
    await expect(connecting).rejects.toMatchObject({ code: 'LOGON_TIMED_OUT' });
    await until('it is logged', () => engine.log().includes(publicKey('service')));
  });

  it('take orders from the command line, by name and key', async () => {
    const { entry = '' } = engine.endpoints;
    const known = ['--entry', entry, '--server-key', publicKey('engine')];
    const desk = ['--keys', at('desk'), ...known];
    const placed = await run('order', 'AAPL', 'buy', '1', '@580', '--name', 'desk', ...desk);
    expect(placed).toMatchObject({ code: 0, stderr: '' });
    // No token, no file, another process: the key is enough.
    const shown = await run('status', '--name', 'desk', ...desk);
    expect(shown.stdout).toContain('AAPL buy @580.00');
    const other = await run('status', '--name', 'service', ...desk);
    expect(other).toMatchObject({ code: 2, stdout: '' });
    expect(other.stderr).toContain('LOGON_REFUSED');
  });

  it('are followed by a gateway and by the tools that show the stream', async () => {
    const { publish = '' } = engine.endpoints;
    const from = ['--feed', publish, '--repair', relay.endpoints['serve'] ?? ''];
    const servers = ['--server-key', publicKey('engine'), '--relay-key', publicKey('relay')];
    const keys = ['--keys', at('service'), ...servers];
    const gateway = await start('gateway', ...from, ...keys, '--port', '0');
    const [behind, direct, tail] = await Promise.all([
      run('watch', 'AAPL', '--once', '--gateway', gateway.endpoints['http'] ?? ''),
      run('watch', 'AAPL', '--once', ...from, ...keys),
      run('tail', '--count', '1', '--heartbeats', ...from, ...keys),
    ]);
    expect(behind).toMatchObject({ code: 0, stdout: expect.stringContaining('LIVE') });
    expect(direct).toMatchObject({ code: 0, stdout: expect.stringContaining('LIVE') });
    expect(tail).toMatchObject({ code: 0, stderr: '' });
  });

  it('are asked by a second relay, which has the key of the first one for that', async () => {
    const { publish = '' } = engine.endpoints;
    const { serve = '' } = relay.endpoints;
    // Nobody is at its spine, so that all it can ask is the first relay.
    const places = ['--feed', publish, '--spine', 'ipc:///nowhere/spine', '--peer', serve];
    const servers = ['--server-key', publicKey('engine'), '--relay-key', publicKey('relay')];
    const own = ['--keys', at('second'), '--allow', ALLOWED];
    const second = await start('relay', ...places, ...servers, ...own, '--serve', ANY);
    const from = ['--feed', publish, '--repair', second.endpoints['serve'] ?? ''];
    const keys = ['--keys', at('service'), ...servers.slice(0, 2)];
    const reading = ['watch', 'AAPL', '--once', ...from, ...keys];
    const shown = await run(...reading, '--relay-key', publicKey('second'));
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('LIVE') });
  });

  it('publish streams of single instruments to whoever is in the list', async () => {
    const reader = (keys: string) => {
      const options = {
        relays: [
          { streams: relay.endpoints['publish'] ?? '', repair: relay.endpoints['serve'] ?? '' },
        ],
        symbols: ['AAPL'],
        kinds: [TopicKind.TopOfBook],
        nowMs: monotonicMs,
        crc32,
        curve: clientSecurity({ keys: at(keys), relayKey: publicKey('relay') })?.relay,
      } as const;
      const one = new InstrumentSubscriber(options, {});
      one.start();
      return one;
    };
    const [friend, stranger] = [reader('service'), reader('stranger')];
    await until('it reads', () => friend.find('AAPL')?.state === 'LIVE');
    await until('it is logged', () => relay.log().includes(publicKey('stranger')));
    expect(stranger.stats.packets).toBe(0);
    await Promise.all([friend.close(), stranger.close()]);
  });

  it('are silent to strangers and to those without a key, and log them', async () => {
    const strangers = [subscriber('stranger'), subscriber(undefined)];
    for (const one of strangers) await one.start();
    const problem = 'it speaks no CURVE, or expected another server key';
    for (const one of [engine, relay]) {
      await until('it is logged', () => one.log().includes(publicKey('stranger')));
      await until('it is logged', () => one.log().includes(problem));
    }
    for (const one of strangers) {
      expect(one.stats.packets).toBe(0);
      expect(one.hasJoined).toBe(false);
      await one.close();
    }
    // Nobody's secret is ever told.
    for (const name of ['engine', 'relay', 'desk', 'service', 'stranger']) {
      const { secretKey } = readKeysFile(at(name));
      expect(engine.log() + relay.log()).not.toContain(secretKey);
    }
  });
});

describe('processes without keys', () => {
  it('refuse to be open to other machines, at each of their endpoints', async () => {
    const open = 'tcp://0.0.0.0:0';
    const places = { '--publish': ANY, '--entry': ANY, '--spine': ANY };
    const cases = Object.keys(places).map((option) => {
      return { option, args: ['engine', ...Object.entries({ ...places, [option]: open }).flat()] };
    });
    cases.push({ option: '--serve', args: ['relay', '--serve', open] });
    await Promise.all(
      cases.map(async ({ option, args }) => {
        const { code, stderr } = await run(...args);
        expect(code).toBe(2);
        expect(stderr).toContain('INSECURE_ENDPOINT');
        expect(stderr).toContain(`${option} ${open}`);
      }),
    );
  });

  it('are told what is wrong with their keys', async () => {
    const [again, missing, shown, alone] = await Promise.all([
      run('keys', 'generate', at('desk')),
      run('keys', 'public', at('nobody')),
      run('keys', 'public', at('desk')),
      run('relay', '--allow', ALLOWED),
    ]);
    expect(again.stderr).toContain('KEYS_EXIST');
    expect(missing.stderr).toContain('KEYS_FILE');
    expect(shown.stdout.trim()).toBe(publicKey('desk'));
    expect(alone.stderr).toContain('KEYS_MISSING');
  });
});
