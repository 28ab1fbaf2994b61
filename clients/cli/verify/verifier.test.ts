/** The checker against far ends that lag, lose, merge and lie. */

import { expect, test } from 'vitest';
import { CapturedBook, type LevelText } from './captured-book.ts';
import { type CaptureReader, type Check, type Expectation, expectLine } from './expectation.ts';
import { FarEndLog } from './far-end.ts';
import { Tally } from './tally.ts';
import { Verifier } from './verifier.ts';

/** Each line sets the best bid to its own number, and checks that it is there. */
class CountingCapture implements CaptureReader {
  readonly isLockstep = true;
  readonly unreadable = 0;
  readonly #lines: number;

  constructor(lines: number) {
    this.#lines = lines;
  }

  async *expectations(): AsyncGenerator<Expectation> {
    const book = new CapturedBook('TEST', '1', '1', 0);
    for (let line = 1; line <= this.#lines; line++) {
      const bid: LevelText = ['100', String(line)];
      book.apply([bid], []);
      const checks: Check[] = [{ kind: 'top', bids: [bid], asks: [] }];
      yield expectLine(line, 'TEST', book, checks);
    }
  }
}

interface Options {
  readonly lines?: number;
  readonly hearsEverything?: boolean;
}

function setUp({ lines = 3, hearsEverything = true }: Options = {}) {
  const log = new FarEndLog();
  const tally = new Tally();
  const capture = new CountingCapture(lines);
  const farEnd = { depth: 10, hearsEverything };
  const waits: string[] = [];
  const wait = (news: Promise<void>, forWhat: string): Promise<void> => {
    waits.push(forWhat);
    return news;
  };
  log.instrument({ symbol: 'TEST', tickSize: '1', lotSize: '1' });
  const verifier = new Verifier({ capture, farEnd, log, tally, wait });
  const show = (transaction: number, quantity: number): void =>
    log.book('TEST', transaction, {
      bids: { prices: [100], quantities: [quantity] },
      asks: { prices: [], quantities: [] },
    });
  return { log, tally, verifier, show, waits };
}

test('steps and books that agree hold, whichever comes first', async () => {
  const { tally, verifier, show, waits } = setUp();
  show(11, 1);
  show(12, 2);
  await verifier.step(1, 11);
  await verifier.step(2, 12);
  const late = verifier.step(3, 13);
  await new Promise((resolve) => setImmediate(resolve));
  show(13, 3);
  await late;
  await verifier.end();
  expect(tally).toMatchObject({ checks: 3, checksHeld: 3, books: 3, booksEqual: 3 });
  expect(tally.verdict).toBe('3 of 3 checks hold');
  expect(waits).toEqual(['transaction 13 of line 3, TEST']);
});

test('a book that is wrong for one transaction is named with its line, though later ones are right', async () => {
  const { tally, verifier, show } = setUp();
  for (const [transaction, quantity] of [
    [11, 1],
    [12, 9],
    [13, 3],
  ] as const) {
    show(transaction, quantity);
  }
  for (const line of [1, 2, 3]) await verifier.step(line, 10 + line);
  expect(tally.verdict).toBe('2 of 3 checks hold');
  expect(tally.firstFailure).toEqual({
    line: 2,
    transaction: 12,
    symbol: 'TEST',
    kind: 'top',
    expected: 'bids[0] 2 @ 100',
    got: 'bids[0] 9 @ 100',
  });
});

test.each([true, false])(
  'a transaction that was merged into the next fails, hearing everything %s',
  async (hearsEverything) => {
    const { tally, verifier, show } = setUp({ lines: 2, hearsEverything });
    show(10, 1);
    show(12, 2);
    await verifier.step(1, 10);
    await verifier.step(2, 11);
    expect(tally.firstFailure).toMatchObject({ line: 2, transaction: 11, kind: 'transaction' });
  },
);

test('a far end that need not hear of a line without a change is not waited for', async () => {
  const { log, tally, verifier, show, waits } = setUp({ lines: 1, hearsEverything: false });
  show(5, 1);
  await verifier.step(1, 5);
  await verifier.step(0, 9);
  expect(log.hasHeard(9)).toBe(true);
  expect(waits).toEqual([]);
  expect(tally.holds).toBe(true);
});

test('a level too many at the far end fails the comparison of books, not the check', async () => {
  const { log, tally, verifier } = setUp({ lines: 1 });
  log.book('TEST', 7, {
    bids: { prices: [100, 99], quantities: [1, 5] },
    asks: { prices: [], quantities: [] },
  });
  await verifier.step(1, 7);
  expect(tally).toMatchObject({ checks: 1, checksHeld: 1, books: 1, booksEqual: 0 });
  expect(tally.firstFailure).toMatchObject({ kind: 'levels', expected: 'bids[1] no level' });
  expect(tally.verdict).toBe('1 of 1 checks hold, but the books differ');
});

test('an instrument with other steps is compared in the capture’s own', async () => {
  const { log, tally, verifier } = setUp({ lines: 1 });
  log.instrument({ symbol: 'TEST', tickSize: '50', lotSize: '1' });
  log.book('TEST', 7, {
    bids: { prices: [2], quantities: [1] },
    asks: { prices: [], quantities: [] },
  });
  await verifier.step(1, 7);
  expect(tally.holds).toBe(true);
  log.instrument({ symbol: 'TEST', tickSize: '0.5', lotSize: '1' });
  const other = setUp({ lines: 1 });
  other.log.instrument({ symbol: 'TEST', tickSize: '0.5', lotSize: '1' });
  other.show(7, 1);
  await other.verifier.step(1, 7);
  expect(other.tally.firstFailure).toMatchObject({ kind: 'units', got: 'tick 0.5, lot 1' });
});

test('a source that plays another line, or ends early, is told apart', async () => {
  const { verifier, show } = setUp();
  show(1, 1);
  await expect(verifier.step(2, 1)).rejects.toThrow('line 2');
  const early = setUp();
  early.show(1, 1);
  await early.verifier.step(1, 1);
  await early.verifier.end();
  expect(early.tally.firstFailure).toMatchObject({ kind: 'line', line: 2 });
});
