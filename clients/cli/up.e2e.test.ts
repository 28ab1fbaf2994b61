import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DASHBOARD = join(ROOT, 'clients/dashboard');
const FREE_PORTS = ['--ports', 'auto', '--port', '0'];
const ROLES = ['engine', 'relay', 'gateway', 'source'] as const;
type Role = (typeof ROLES)[number];

/** The command line as a user runs it, in a process group of its own like a terminal's. */
class UpRun {
  stdout = '';
  stderr = '';
  readonly pid: number;
  readonly exit: Promise<number | null>;
  readonly #group: number;
  #changed: () => void = () => undefined;

  constructor(command: string, args: readonly string[], temporary: string) {
    const child = spawn(command, args, {
      cwd: ROOT,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        TMPDIR: temporary,
        TOUCHLINE_LOG: 'info',
      },
    });
    if (child.pid === undefined) throw new Error(`${command} could not be started`);
    this.pid = child.pid;
    this.#group = child.pid;
    child.stdout.on('data', (chunk) => {
      this.stdout += chunk;
      this.#changed();
    });
    child.stderr.on('data', (chunk) => {
      this.stderr += chunk;
      this.#changed();
    });
    this.exit = new Promise((resolve) => child.on('exit', resolve));
    void this.exit.then(() => this.#changed());
  }

  /** Waits for output; fails with everything said when the process ends first. */
  async until<T>(find: () => T | undefined): Promise<T> {
    let hasEnded = false;
    void this.exit.then(() => {
      hasEnded = true;
    });
    while (true) {
      const found = find();
      if (found !== undefined) return found;
      if (hasEnded) throw new Error(`ended early:\n${this.stdout}\n${this.stderr}`);
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  /** The address that the line on standard output names. */
  url(): Promise<string> {
    return this.until(() => /(http:\/\/\S+)/.exec(this.stdout)?.[1]);
  }

  get entries(): Record<string, unknown>[] {
    const lines = this.stderr.split('\n').filter((line) => line.startsWith('{'));
    return lines.flatMap((line) => {
      try {
        return [JSON.parse(line) as Record<string, unknown>];
      } catch {
        return [];
      }
    });
  }

  pidOf(role: Role): Promise<number> {
    return this.until(() => {
      const entry = this.entries.find((one) => one['process'] === role && one['msg'] === 'is up');
      return entry === undefined ? undefined : Number(entry['childPid']);
    });
  }

  supervisorPid(): Promise<number> {
    return this.until(() => {
      const entry = this.entries.find((one) => one['name'] === 'touchline');
      return entry === undefined ? undefined : Number(entry['pid']);
    });
  }

  async allPids(): Promise<number[]> {
    await this.url();
    const roles = await Promise.all(ROLES.map((role) => this.pidOf(role)));
    return [await this.supervisorPid(), ...roles];
  }

  /** As a terminal's Ctrl-C: to every process of the group. */
  interrupt(): void {
    process.kill(-this.#group, 'SIGINT');
  }

  async cleanUp(): Promise<void> {
    try {
      process.kill(-this.#group, 'SIGKILL');
    } catch {
      return;
    }
    await this.exit;
  }
}

/** Gone, or dead and only not yet collected by whoever inherited it. */
function isGone(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return true;
  }
}

/** The test's own time limit ends this when it never happens. */
async function allGone(pids: readonly number[]): Promise<void> {
  while (!pids.every(isGone)) await sleep(50);
}

async function isReachable(url: string): Promise<boolean> {
  return await fetch(url).then(
    () => true,
    () => false,
  );
}

describe('touchline up', () => {
  let temporary = '';
  const runs: UpRun[] = [];

  function start(command: string, args: readonly string[]): UpRun {
    const run = new UpRun(command, args, temporary);
    runs.push(run);
    return run;
  }
  const npmStart = (...args: string[]): UpRun => start('npm', ['start', '--', ...args]);
  const up = (...args: string[]): UpRun =>
    start(process.execPath, [join(ROOT, 'clients/cli/main.ts'), 'up', ...args]);

  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'touchline-up-'));
  });

  afterEach(async () => {
    for (const run of runs.splice(0)) await run.cleanUp();
    rmSync(temporary, { recursive: true, force: true });
  });

  test('npm start shows four processes and a dashboard; Ctrl-C leaves nothing behind', async () => {
    const run = npmStart(...FREE_PORTS, '--log-level', 'debug');
    const url = await run.url();
    const pids = await run.allPids();
    expect(new Set(pids).size).toBe(5);
    expect(pids.some(isGone)).toBe(false);
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<!doctype html>');
    run.interrupt();
    expect(await run.exit, run.stderr).toBe(0);
    const ended = run.entries.filter((one) => one['msg'] === 'has ended');
    expect(ended.map((one) => one['process'])).toEqual([...ROLES].reverse());
    expect(pids.filter((pid) => !isGone(pid))).toEqual([]);
    expect(await isReachable(url)).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
    expect(readdirSync(DASHBOARD).filter((name) => name.startsWith('dist.'))).toEqual([]);
  });

  test('Ctrl-C before everything is up ends it as well', async () => {
    for (const moment of ['engine', 'relay', 'gateway'] as const) {
      const run = up(...FREE_PORTS, '--no-page');
      const pid = await run.until(() => {
        const entry = run.entries.find((one) => one['name'] === moment);
        return entry === undefined ? undefined : Number(entry['pid']);
      });
      run.interrupt();
      expect(await run.exit, run.stderr).toBe(0);
      expect(isGone(pid)).toBe(true);
    }
  });

  test('the children end when the supervisor is killed', async () => {
    const run = npmStart(...FREE_PORTS, '--no-page');
    const pids = await run.allPids();
    process.kill(await run.supervisorPid(), 'SIGKILL');
    await allGone(pids);
    expect(await run.exit).not.toBe(0);
  });

  test('everything ends when npm is killed', async () => {
    const run = npmStart(...FREE_PORTS, '--no-page');
    const pids = await run.allPids();
    process.kill(run.pid, 'SIGKILL');
    await allGone(pids);
  });

  test('everything ends when what started npm is killed', async () => {
    const script = `npm start -- ${FREE_PORTS.join(' ')} --no-page; echo over`;
    const run = start('/bin/sh', ['-c', script]);
    const pids = await run.allPids();
    process.kill(run.pid, 'SIGKILL');
    await allGone(pids);
  });

  test('what dies is started again at the same endpoint, the engine too', async () => {
    const run = up(...FREE_PORTS, '--no-page');
    const url = await run.url();
    for (const role of ['source', 'relay', 'gateway', 'engine'] as const) {
      const pid = await run.pidOf(role);
      process.kill(pid, 'SIGKILL');
      const back = await run.until(() =>
        run.entries.find((one) => one['process'] === role && one['msg'] === `the ${role} is back`),
      );
      expect(back['childPid']).not.toBe(pid);
      const death = run.entries.find((one) => String(one['msg']).startsWith(`the ${role} died`));
      expect(death).toMatchObject({ exit: 'signal SIGKILL' });
    }
    // The source goes with the engine's orders, and comes back after it.
    await run.until(() => {
      const times = run.entries.filter((one) => one['msg'] === 'the source is back');
      return times.length === 2 ? true : undefined;
    });
    expect(await isReachable(url)).toBe(true);
    run.interrupt();
    expect(await run.exit, run.stderr).toBe(0);
  });

  test('a recording that ends leaves the market open, with its last book', async () => {
    const capture = join(temporary, 'capture.jsonl');
    const instrument = { type: 'instrument', symbol: 'TEST', tickSize: '0.5', lotSize: '1' };
    const bids = [['99.5', '3']];
    const asks = [['100.5', '4']];
    const lines = [
      { ts: '1000000000', ...instrument },
      { ts: '1000000001', type: 'snapshot', symbol: 'TEST', bids, asks },
      { ts: '1000000002', type: 'delta', symbol: 'TEST', bids: [['99.0', '7']], asks: [] },
    ];
    writeFileSync(capture, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const run = up(...FREE_PORTS, '--no-page', '--source', `capture:${capture}`);
    const url = await run.url();
    const ended = 'the source has ended; the market stays open';
    await run.until(() => run.entries.find((one) => one['msg'] === ended));
    const watch = ['watch', 'TEST', '--gateway', url, '--once', '--json', '--depth', '5'];
    const book = JSON.parse(
      execFileSync(process.execPath, [join(ROOT, 'clients/cli/main.ts'), ...watch], {
        encoding: 'utf8',
      }),
    );
    expect(book.bids).toMatchObject([
      { price: '99.5', quantity: '3' },
      { price: '99.0', quantity: '7' },
    ]);
    expect(book.asks).toMatchObject([{ price: '100.5', quantity: '4' }]);
    // A recording brings its own instruments; the demo's would stand there dead.
    const opening = run.entries.find((one) => one['msg'] === 'the market is open');
    expect(opening).toMatchObject({ instruments: 0 });
    run.interrupt();
    expect(await run.exit, run.stderr).toBe(0);
  });

  test('a recording that cannot be read is said clearly, and nothing is left running', async () => {
    const run = up(...FREE_PORTS, '--no-page', '--source', `capture:${ROOT}`);
    expect(await run.exit).toBe(2);
    expect(run.stderr).toMatch(/^[A-Z_]+: .*The source says so/m);
    expect(run.stderr).toContain(ROOT);
  });

  test('a crash loop ends everything with its reason', async () => {
    const run = up(...FREE_PORTS, '--no-page', '--no-source');
    await run.url();
    let pid = await run.pidOf('gateway');
    const killed = new Set<number>();
    while (!run.stderr.includes('CRASH_LOOP')) {
      process.kill(pid, 'SIGKILL');
      killed.add(pid);
      pid = await run.until(() => {
        if (run.stderr.includes('CRASH_LOOP')) return pid;
        const starts = run.entries.filter((one) => one['name'] === 'gateway');
        const latest = Number(starts.at(-1)?.['pid'] ?? pid);
        return killed.has(latest) ? undefined : latest;
      });
    }
    expect(await run.exit).toBe(2);
    expect(run.stderr).toContain('CRASH_LOOP: The gateway keeps dying (signal SIGKILL)');
  });

  test('a busy port is named before anything is started', async () => {
    const server: Server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no address');
    const run = up('--ports', 'auto', '--port', String(address.port));
    expect(await run.exit).toBe(2);
    expect(run.stderr).toMatch(/^PORT_IN_USE: 127\.0\.0\.1:\d+, which the dashboard would use/m);
    expect(run.stderr).toContain('--port');
    expect(run.entries.filter((one) => one['name'] === 'engine')).toEqual([]);
    server.close();
  });

  test('a market file that is not there is said clearly and once, and nothing is left running', async () => {
    const run = up(...FREE_PORTS, '--no-page', '--market', '/nowhere/market.json');
    expect(await run.exit).toBe(2);
    expect(run.stderr).toMatch(/^[A-Z_]+: .*\/nowhere\/market\.json[\s\S]*The engine says so/m);
  });

  test('help lists the options with examples', async () => {
    const run = npmStart('--help');
    expect(await run.exit).toBe(0);
    for (const text of ['--source', '--speed', '--market', '--port', 'Examples:']) {
      expect(run.stdout).toContain(text);
    }
  });
});
