/** The order commands against a real engine, as a person and as a script would use them. */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startStack } from '../../../bench/harness/stack.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const FOLDER = mkdtempSync(join(tmpdir(), 'touchline-order-'));

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ relay: false, gateway: false, logLevel: 'warn' });
});

afterAll(async () => {
  await stack.stop();
  rmSync(FOLDER, { recursive: true });
});

/** Runs the command line with the engine's endpoint; quotes are not needed. */
function touchline(line: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const args = [MAIN, ...line.split(' '), '--entry', stack.endpoints.entry];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** The objects that a command with --json prints. */
async function json(line: string): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await touchline(`${line} --json`);
  expect(code, stderr).toBe(0);
  return stdout
    .trim()
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text));
}

describe('the order commands', () => {
  it('place, show, change and cancel an order, each in a run of its own', async () => {
    const placed = await touchline('order AAPL buy 300 @580.33 --name anna');
    expect(placed).toMatchObject({ code: 0, stderr: '' });
    const [id] = placed.stdout.split(' ');
    expect(placed.stdout).toBe(`${id}  AAPL buy @580.33  open  open 300  filled 0\n`);
    const sold = await json('order AAPL sell 50 --market --name bert');
    expect(sold).toMatchObject([
      {
        side: 'sell',
        status: 'filled',
        filled: '50',
        fills: [{ price: '580.33', quantity: '50' }],
      },
    ]);
    expect(await json('status --name anna')).toMatchObject([
      { clientOrderId: Number(id), side: 'buy', price: '580.33', open: '250', filled: '50' },
    ]);
    const changed = await touchline(`modify ${id} 200 @580.30 --name anna`);
    expect(changed.stdout).toBe(`${id}  AAPL buy @580.30  open  open 150  filled 50\n`);
    const taken = await touchline(`cancel ${id} --name anna`);
    expect(taken.stdout).toBe(
      `${id}  AAPL buy @580.30  cancelled (BY_REQUEST)  open 0  filled 50\n`,
    );
    expect((await touchline('status --name anna')).stdout).toBe('anna has no open orders\n');
    expect(await json('status --name anna')).toEqual([]);
  });

  it('end with what did not fill at once, when that was asked for', async () => {
    await touchline('order MSFT sell 10 @100 --name carl');
    const [ioc] = await json('order MSFT buy 15 @100 --tif ioc --name dora');
    expect(ioc).toMatchObject({ status: 'cancelled', reason: 'IMMEDIATE_REMAINDER', filled: '10' });
    const [fok] = await json('order MSFT buy 15 @100 --tif fok --name dora');
    expect(fok).toMatchObject({ status: 'cancelled', filled: '0' });
  });

  it('ask for stops, icebergs, pegs and links', async () => {
    const [stop] = await json('order MSFT sell 5 --stop 20 --tif day --name gina');
    expect(stop).toMatchObject({ status: 'open', open: '5', isWaiting: true });
    const id = stop?.['clientOrderId'];
    const pegged = '@25 --peg primary --peg-offset 0.02 --expires 2099-01-31T16:00:00Z';
    const [[profit], [peg], [iceberg]] = await Promise.all([
      json(`order MSFT sell 5 @400 --hidden --linked-to ${id} --name gina`),
      json(`order MSFT buy 1 ${pegged} --name hugo`),
      json('order MSFT buy 100 @21 --display 10 --post-only slide --name ida'),
    ]);
    expect([profit?.['status'], peg?.['status'], iceberg?.['open']]).toEqual([
      'open',
      'open',
      '100',
    ]);
    expect(await json(`modify ${id} 4 --stop 19 --name gina`)).toMatchObject([
      { open: '4', isWaiting: true },
    ]);
    expect(await json(`cancel ${id} --name gina`)).toMatchObject([{ reason: 'BY_REQUEST' }]);
    // The link has taken the other one back.
    expect(await json('status --name gina')).toEqual([]);
  });

  it('cancel all of a name, of one instrument or side', async () => {
    for (const line of ['AAPL buy 1 @10', 'AAPL sell 1 @9000', 'MSFT buy 1 @10']) {
      await touchline(`order ${line} --name emil`);
    }
    expect(await json('mass-cancel --symbol AAPL --side sell --name emil')).toEqual([
      { type: 'mass-cancelled', count: 1 },
    ]);
    const all = await touchline('mass-cancel --name emil');
    expect(all.stdout).toBe('2 orders cancelled\n');
  });

  it('let operators see, stop and free clients, and change how an instrument trades', async () => {
    await touchline('order MSFT buy 1 @11 --name jack --state '.concat(join(FOLDER, 'jack.json')));
    const [client, status] = await Promise.all([
      touchline('admin client jack'),
      touchline('admin status MSFT halted'),
    ]);
    expect(client.stdout).toMatch(/^jack: owner \d+, 1 open, not logged on\n$/);
    expect(status.stdout).toBe('MSFT is halted\n');
    const [halted, released] = await Promise.all([
      touchline('order MSFT buy 1 @11 --name kim'),
      touchline('admin release jack'),
    ]);
    expect(halted.stderr).toContain('INSTRUMENT_NOT_TRADING');
    expect(released.stdout).toContain('jack is free');
    const [killed, unknown] = await Promise.all([
      json('admin kill jack'),
      touchline('admin kill nobody'),
      touchline('admin status MSFT continuous'),
    ]);
    expect(killed).toMatchObject([{ type: 'kill', name: 'jack', openOrders: 1 }]);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('UNKNOWN_CLIENT') });
    const [left, wrong] = await Promise.all([
      json('status --name jack'),
      touchline('admin bust MSFT 999999'),
    ]);
    expect(left).toEqual([]);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('UNKNOWN_TRADE') });
  });

  it('keep a name for whoever has its file, and tell what happened meanwhile', async () => {
    const file = join(FOLDER, 'desk.json');
    const as = `--name desk --state ${file}`;
    const placed = await touchline(`order AAPL buy 10 @580.33 ${as}`);
    const [id] = placed.stdout.split(' ');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await touchline('order AAPL sell 4 --market --name fred');
    const stranger = await touchline('status --name desk');
    expect(stranger.code).toBe(2);
    expect(stranger.stderr).toContain('Give the --state file of this name');
    const status = await touchline(`status ${as}`);
    expect(status.stdout).toBe(
      `${id}  AAPL buy @580.33  open  open 6  filled 4\n` +
        `meanwhile: ${id} AAPL filled 4 at 580.33, 6 open\n`,
    );
    // Told once.
    expect((await touchline(`status ${as}`)).stdout).not.toContain('meanwhile');
    const { token } = JSON.parse(readFileSync(file, 'utf8'));
    expect((await touchline(`mass-cancel ${as}`)).stdout).toBe('1 order cancelled\n');
    expect(JSON.parse(readFileSync(file, 'utf8')).token).toBe(token);
    const other = await touchline(`status --name other --state ${file}`);
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('STATE_OF_ANOTHER') });
    const wrong = join(FOLDER, 'wrong.json');
    writeFileSync(wrong, '{"token":');
    expect((await touchline(`status --name desk --state ${wrong}`)).stderr).toContain(
      'STATE_UNREADABLE',
    );
  });

  it.concurrent.each([
    ['order AAPL buy 1', 'give either @PRICE or --market'],
    ['order AAPL buy 1 @1 --market', 'give either @PRICE or --market'],
    ['order AAPL buy 1 580', 'Write a price with @, as @580.'],
    ['order AAPL hold 1 @580', 'Give buy or sell.'],
    ['order AAPL buy 1 @580.001', 'NOT_A_MULTIPLE: "580.001"'],
    ['order NOPE buy 1 @580', 'UNKNOWN_SYMBOL: The engine lists no instrument "NOPE".'],
    ['order AAPL buy 0 @580', 'BAD_QUANTITY: '],
    ['cancel 12 --name nobody', 'UNKNOWN_ORDER: "nobody" has no open order 12.'],
    ['cancel x', 'Give the number that order or status printed.'],
    ['order AAPL buy 1 @580 --tif week', 'Allowed choices are gtc, ioc, fok, day, gtd.'],
    ['order AAPL buy 1 @580 --expires soon', 'Give a time as 2030-01-31T16:00:00Z.'],
    ['order AAPL buy 1 @580 --peg-offset 1', '--peg-offset is of --peg'],
    ['order AAPL buy 1 --stop 600 --trail 5', 'BAD_FIELD: '],
    ['order AAPL buy 1 --peg mid', 'give either @PRICE or --market'],
    ['status --name two+words@'.padEnd(60, 'x'), 'BAD_FIELD: '],
  ])('say what is wrong with: %s', async (line, text) => {
    const { code, stderr, stdout } = await touchline(line);
    expect(stderr).toContain(text);
    expect(stderr).not.toContain('    at ');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('show examples in --help', async () => {
    const names = ['order', 'modify', 'cancel', 'mass-cancel', 'status'];
    const shown = await Promise.all(names.map((name) => touchline(`${name} --help`)));
    for (const [i, { code, stdout }] of shown.entries()) {
      expect(code).toBe(0);
      expect(stdout).toContain(`  $ touchline ${names[i]}`);
    }
  });
});
