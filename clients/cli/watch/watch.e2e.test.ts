/** `touchline watch` at a real pseudo-terminal, fed by the real processes: keys, sizes, and the way out. */

import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type Stack, startStack } from '../../../bench/harness/stack.ts';
import { findPackage, SYSTEM_PACKAGES } from '../../../bench/setup/system-packages.ts';
import { type SkippableTest, skipOrFail } from '../../../bench/setup/test-data.ts';
import { PseudoTerminal } from './testing/pseudo-terminal.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const WAIT_MS = 60_000;
const LEFT = '\u001b[?7h\u001b[?25h\u001b[?1049l';

let stack: Stack;
let fromFeed: string[] = [];
let throughGateway: string[] = [];

beforeAll(async () => {
  stack = await startStack({ source: 'sim:3' });
  fromFeed = ['--feed', stack.endpoints.publish, '--repair', stack.endpoints.relay];
  throughGateway = ['--gateway', stack.endpoints.gateway];
});

afterAll(async () => {
  await stack?.stop();
});

function watch(
  context: SkippableTest,
  options: readonly string[],
  size: { columns?: number; rows?: number } = {},
): PseudoTerminal {
  if (findPackage({ commands: SYSTEM_PACKAGES.python.commands }) === undefined) {
    return skipOrFail(context, 'no python3, which has pseudo-terminals');
  }
  const command = [process.execPath, MAIN, 'watch', ...options];
  const env = { ...process.env, NO_COLOR: '' };
  const terminal = new PseudoTerminal(command, size, env);
  onTestFinished(() => terminal.kill());
  return terminal;
}

/** Waits until the screen shows it. */
function shows(terminal: PseudoTerminal, what: RegExp): Promise<void> {
  return vi.waitFor(() => expect(terminal.screen.text).toMatch(what), WAIT_MS);
}

test.each(['the feed', 'a gateway'])(
  'shows books from %s, and does what keys say',
  async (from) => {
    const context = { skip: (note?: string) => expect.unreachable(note) };
    const source = from === 'the feed' ? fromFeed : throughGateway;
    const terminal = watch(context, ['AAPL', ...source], { columns: 100, rows: 30 });
    await shows(terminal, /^AAPL {2}LIVE/);
    await shows(terminal, /\d\d:\d\d:\d\d +[\d.]+ +[\d,]+ [▲▼]/);
    const { lines } = terminal.screen;
    expect(lines.filter((line) => /[█▏▎▍▌▋▊▉] +│/.test(line)).length).toBeGreaterThan(5);
    expect(lines.at(-1)).toContain('search');
    const first = /AAPL.* (\d+) of (\d+)$/.exec(lines[0] ?? '');
    expect(Number(first?.[2])).toBeGreaterThan(2);

    terminal.press('/btc');
    await shows(terminal, /\/btc +BTC-USD/);
    terminal.press('\r');
    await shows(terminal, /^BTC-USD {2}LIVE/);
    terminal.press('+');
    await shows(terminal, /2 ticks a level/);
    await shows(terminal, /^BTC-USD {2}LIVE/);
    terminal.press(' ');
    await shows(terminal, /PAUSED/);
    terminal.press(' ?');
    await shows(terminal, /stand still, and go on/);
    terminal.press('?');

    terminal.resize(60, 16);
    await shows(terminal, /^BTC-USD {2}LIVE/);
    // Too narrow for a tape.
    expect(terminal.screen.text).not.toContain('│');
    terminal.press('q');
    expect(await terminal.exit).toBe(0);
    expect(terminal.screen.isAlternate).toBe(false);
    expect(terminal.output.trimEnd().endsWith(LEFT)).toBe(true);
  },
);

test('sends a line only when it has changed, and ends at Ctrl-C', async (context) => {
  const terminal = watch(context, ['AAPL', ...fromFeed]);
  await shows(terminal, /^AAPL {2}LIVE/);
  const pictures = () => terminal.output.split('\u001b[?2026h').slice(2);
  await vi.waitFor(() => expect(pictures().length).toBeGreaterThan(5), WAIT_MS);
  const rows = pictures().map((picture) =>
    picture.split('\u001b[').filter((one) => one.endsWith('H')),
  );
  expect(Math.max(...rows.map((sent) => sent.length))).toBeLessThan(24);
  // The keys at the bottom were sent once.
  expect(terminal.output.split('search')).toHaveLength(2);
  terminal.press('\u0003');
  expect(await terminal.exit).toBe(0);
});

test('what is wrong stays readable when the screen is left', async (context) => {
  const terminal = watch(context, ['NOPE', ...fromFeed]);
  expect(await terminal.exit).toBe(2);
  expect(terminal.output.split('\u001b[?1049l')[1]).toContain(
    'UNKNOWN_SYMBOL: There is no "NOPE".',
  );
});

test('says STALE over the whole width when the market falls silent, and leaves in order', async (context) => {
  const terminal = watch(context, ['AAPL', ...fromFeed]);
  await shows(terminal, /^AAPL {2}LIVE/);
  await stack.stop();
  await shows(terminal, /^AAPL {2}STALE.*\n STALE {2}.* \d+ s old/);
  terminal.kill();
  await terminal.exit;
  expect(terminal.output).toContain(LEFT);
  expect([terminal.screen.isAlternate, terminal.screen.isCursorShown]).toEqual([false, true]);
});
