/** The consumer in Python beside the real processes: it ends with the engine's books, level by level. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LossyLine, startLossyLine } from '../../bench/harness/lossy-line.ts';
import { type Stack, startStack } from '../../bench/harness/stack.ts';
import { findPackage, SYSTEM_PACKAGES } from '../../bench/setup/system-packages.ts';
import { skipOrFail } from '../../bench/setup/test-data.ts';
import { type LevelBook, Side, type Subscription, subscribe } from '../subscriber/index.ts';

const PYTHON = findPackage(SYSTEM_PACKAGES.python);
/** What is lost on purpose: far more than one packet, far less than the relay holds. */
const LOST_PACKETS = 30;

let stack: Stack;
let line: LossyLine;
let reference: Subscription;
let python: ChildProcess | undefined;
let output = '';
let said = '';

beforeAll(async () => {
  stack = await startStack({ source: 'sim:5', gateway: false });
  line = await startLossyLine(stack.endpoints.publish);
  reference = subscribe({ feed: stack.endpoints.publish, repair: stack.endpoints.relay });
});

afterAll(async () => {
  if (python !== undefined && python.exitCode === null) {
    python.kill('SIGKILL');
    await once(python, 'exit');
  }
  await reference?.close();
  await line?.close();
  await stack?.stop();
});

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 3000; i++) {
    if (holds()) return;
    if (python !== undefined && python.exitCode !== null) break;
    await new Promise((wake) => setTimeout(wake, 10));
  }
  expect.fail(`it never came true that ${what}; Python said: ${said}${output}`);
}

/** As follow.py writes a book: [price, quantity, orders], best first, of each side. */
function levelsOf(book: LevelBook): number[][][] {
  return [Side.Bid, Side.Ask].map((side) =>
    Array.from({ length: book.levelCount(side) }, (_, i) => [
      book.priceAt(side, i),
      book.quantityAt(side, i),
      book.orderCountAt(side, i),
    ]),
  );
}

test('joins late, has a gap repaired, and ends with the books of the engine', async (context) => {
  if (PYTHON === undefined) return skipOrFail(context, 'python3 with zmq is not installed');
  await until('the market has a past', () => reference.position.sequence > 2_000);
  const follow = new URL('./follow.py', import.meta.url).pathname;
  python = spawn(PYTHON, ['-B', follow, line.endpoint, stack.endpoints.relay]);
  python.stdout?.on('data', (data: Buffer) => {
    output += data.toString();
  });
  python.stderr?.on('data', (data: Buffer) => {
    said += data.toString();
  });
  await until('it has joined', () => said.includes('LIVE'));
  line.isDropping = true;
  await until('packets are lost', () => line.dropped >= LOST_PACKETS);
  line.isDropping = false;
  await until('the gap is seen and repaired', () => /GAPPED[\s\S]*LIVE/.test(said));

  const proofs = reference.stats.hashChecks;
  await until('books are proved after it', () => reference.stats.hashChecks > proofs + 10);

  await stack.source.stop();
  const ended = once(python, 'exit');
  await stack.engine.stop();
  await ended;
  const { next, counts, books } = JSON.parse(output);
  await until('the reference has all', () => reference.position.sequence === next);
  const right = [...reference.instruments.values()].map(({ symbol, book }) => [
    symbol,
    levelsOf(book),
  ]);
  expect(right.length).toBeGreaterThan(3);
  expect(books).toEqual(Object.fromEntries(right));
  expect(counts).toMatchObject({ snapshots: 1, missed: 0, bad: 0, mismatches: 0 });
  expect(counts.gaps).toBeGreaterThan(0);
  expect(counts.proofs).toBeGreaterThan(5);
});
