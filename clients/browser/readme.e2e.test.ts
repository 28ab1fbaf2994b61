import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import { startTestGateway, type TestGateway } from '../../gateway/testing/index.ts';
import { connect, type TouchlineClient } from './index.ts';
import { MockGateway } from './mock/index.ts';
import { STATE_REASON_TEXT } from './reasons.ts';

const text = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
const examples = [...text.matchAll(/```ts\n([^`]*(?:`[^`]+`[^`]*)*)```/g)].map(([, code]) => code);

let gateway: TestGateway;
let client: TouchlineClient | undefined;

beforeEach(async () => {
  gateway = await startTestGateway();
});

afterEach(async () => {
  client?.close();
  await gateway.close();
});

/** Runs the examples one behind the other against a real gateway, and returns what they print. */
function run(printed: unknown[][]): TouchlineClient {
  const code = stripTypeScriptTypes(examples.join('\n'))
    .replace(/^import .*$/m, '')
    .replace('ws://127.0.0.1:7180/feed', gateway.ws);
  const body = `${code}\nreturn { client, ladder: () => ladder(book) };`;
  const example = new Function('connect', 'console', body);
  const made = example(connect, { log: (...values: unknown[]) => printed.push(values) });
  ladder = made.ladder;
  return made.client;
}

let ladder: () => string[];

it('has examples that run and print what they say', async () => {
  expect(examples).toHaveLength(3);
  const instrument = gateway.feed.list('AAPL', { tickSize: '0.05', lotSize: '0.1' });
  gateway.feed.transaction((steps) => {
    steps.level(instrument, Side.Bid, 2000, 30);
    steps.level(instrument, Side.Ask, 2001, 15);
  });
  const printed: unknown[][] = [];
  client = run(printed);
  const has = (words: string) => printed.some((values) => values.join(' ').includes(words));
  for (let i = 0; i < 1000 && !has('100.00 100.05'); i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(has('100.00 100.05')).toBe(true);
  expect(has('AAPL LIVE')).toBe(true);
  expect(has('open')).toBe(true);
  expect(ladder()).toEqual(['100.05 x 1.5']);
  gateway.feed.transaction((steps) => steps.trade(instrument, 2001, 3));
  for (let i = 0; i < 1000 && !has('2001 3 0'); i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(has('2001 3 0')).toBe(true);
});

it('names every state, and the words exist that it points to', () => {
  for (const state of ['SYNCING', 'LIVE', 'GAPPED', 'STALE']) {
    expect(text).toContain(`| \`${state}\` |`);
  }
  expect(STATE_REASON_TEXT.HEARTBEAT_LOST).not.toBe('');
});

/** The example of this name, as a reader has it. */
function named(name: string): string {
  const [, code = ''] = new RegExp(`\`\`\`${name}\n([\\s\\S]*?)\n\`\`\``).exec(text) ?? [];
  expect(code, `README.md has an example "${name}"`).not.toBe('');
  return code;
}

/** Without the sentence it opens with. */
function file(path: string): string {
  const whole = readFileSync(new URL(path, import.meta.url), 'utf8');
  return whole.slice(whole.indexOf('\n\n') + 2).trim();
}

it('has an example with the mock gateway that prints what is said to happen', () => {
  const printed: string[] = [];
  const code = stripTypeScriptTypes(named('ts mock')).replace(/^import .*$/m, '');
  new Function('MockGateway', 'console', code)(MockGateway, {
    log: (...values: unknown[]) => printed.push(values.join(' ')),
  });
  expect(printed).toEqual(['LIVE 100.00', 'STALE HEARTBEAT_LOST', 'LIVE NONE']);
});

it('names every fault that the mock gateway knows', () => {
  const source = readFileSync(new URL('./mock/faults.ts', import.meta.url), 'utf8');
  const faults = [...source.matchAll(/fault: '([a-z-]+)'/g)].map(([, fault]) => fault);
  expect(faults.length).toBeGreaterThan(9);
  const [table = ''] = /\| fault \|[\s\S]*?\n\n/.exec(text) ?? [];
  const named = [...table.matchAll(/`([a-z-]+)`(?=.*\|)/g)].map(([, fault]) => fault);
  for (const fault of faults) expect(named).toContain(fault);
});

it('shows the hook and the plain page as they run in the tests', () => {
  const hook = file('./examples/use-book.ts').replace("'../index.ts'", "'touchline-browser'");
  expect(named('ts react')).toBe(hook);
  expect(named('js plain')).toBe(file('./examples/plain.js'));
});
