/** The checker against far ends that lag, lose, merge and lie. */

import { expect, test } from 'vitest';
import { CapturedBook, type LevelText } from './captured-book.ts';
import {
  type CapturedTrade,
  type CaptureReader,
  type Check,
  type Expectation,
  expectLine,
} from './expectation.ts';
import { type FarBook, FarEndLog, type FarTrade } from './far-end.ts';
import { Tally } from './tally.ts';
import { Verifier } from './verifier.ts';

/** Each line sets the best bid to its own number, checks that it is there, and reports a trade. */
class CountingCapture implements CaptureReader {
  readonly isLockstep = true;
  readonly tellsTrades = true;
  readonly unreadable = 0;
  readonly #lines: number;
  readonly #hasTrades: boolean;

  constructor(lines: number, hasTrades: boolean) {
    this.#lines = lines;
    this.#hasTrades = hasTrades;
  }

  async *expectations(): AsyncGenerator<Expectation> {
    const book = new CapturedBook('TEST', '1', '1', 0);
    for (let line = 1; line <= this.#lines; line++) {
      const bid: LevelText = ['100', String(line)];
      book.apply([bid], []);
      const checks: Check[] = [{ kind: 'top', bids: [bid], asks: [] }];
      const trade: CapturedTrade = { price: '100', quantity: String(line), aggressor: 'ask' };
      yield expectLine(line, 'TEST', book, checks, this.#hasTrades ? [trade] : []);
    }
  }
}

interface Options {
  readonly lines?: number;
  readonly hasTrades?: boolean;
  readonly gathersTrades?: boolean;
}

function bookOf(bids: readonly (readonly [number, number])[], state = 'LIVE'): FarBook {
  const prices = bids.map(([price]) => price);
  const quantities = bids.map(([, quantity]) => quantity);
  return { levels: { bids: { prices, quantities }, asks: { prices: [], quantities: [] } }, state };
}

function setUp({ lines = 3, hasTrades = false, gathersTrades = false }: Options = {}) {
  const log = new FarEndLog();
  const tally = new Tally();
  const capture = new CountingCapture(lines, hasTrades);
  const last: { book: FarBook | undefined } = { book: undefined };
  const farEnd = { depth: 10, gathersTrades, book: () => last.book };
  const waits: string[] = [];
  const wait = (news: Promise<void>, forWhat: string): Promise<void> => {
    waits.push(forWhat);
    return news;
  };
  log.instrument({ symbol: 'TEST', tickSize: '1', lotSize: '1' });
  const verifier = new Verifier({ capture, farEnd, log, tally, wait });
  const show = (transaction: number, quantity: number, state?: string): void => {
    last.book = bookOf([[100, quantity]], state);
    log.book('TEST', transaction, last.book);
  };
  const trade = (id: number, quantity: number, aggressor: FarTrade['aggressor'] = 'ask'): void =>
    log.trade('TEST', { id, price: 100, quantity, aggressor });
  return { log, tally, verifier, show, trade, waits, last };
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
  expect([tally.checks, tally.books, tally.lastBooks].map(String)).toEqual([
    '3 of 3',
    '3 of 3',
    '1 of 1',
  ]);
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

test('a transaction that was merged into the next fails', async () => {
  const { tally, verifier, show } = setUp({ lines: 2 });
  show(10, 1);
  show(12, 2);
  await verifier.step(1, 10);
  await verifier.step(2, 11);
  expect(tally.firstFailure).toMatchObject({ line: 2, transaction: 11, kind: 'transaction' });
});

test('what a source lists before its first line is not waited for', async () => {
  const { log, tally, verifier, show, waits } = setUp({ lines: 1 });
  show(5, 1);
  await verifier.step(1, 5);
  await verifier.step(0, 9);
  expect(log.hasHeard(9)).toBe(true);
  expect(waits).toEqual([]);
  expect(tally.holds).toBe(true);
});

test('a book that is right but not LIVE fails', async () => {
  const { tally, verifier, show } = setUp({ lines: 2 });
  show(1, 1);
  show(2, 2, 'GAPPED (HASH_MISMATCH)');
  await verifier.step(1, 1);
  await verifier.step(2, 2);
  expect(tally.firstFailure).toMatchObject({
    line: 2,
    kind: 'state',
    expected: 'LIVE',
    got: 'GAPPED (HASH_MISMATCH)',
  });
  expect(tally.verdict).toBe('2 of 2 checks hold, but a book was not LIVE');
});

test('a book that changes behind the last line fails', async () => {
  const { tally, verifier, show, last } = setUp({ lines: 1 });
  show(1, 1);
  await verifier.step(1, 1);
  last.book = bookOf([[100, 2]]);
  await verifier.end();
  expect(String(tally.lastBooks)).toBe('0 of 1');
  expect(tally.firstFailure).toMatchObject({
    line: 1,
    kind: 'last levels',
    got: 'bids[0] 2 @ 100',
  });
});

/** Plays all lines with these trades arriving at once. */
async function withTrades(
  arrive: (trade: ReturnType<typeof setUp>['trade'], log: FarEndLog) => void,
): Promise<Tally> {
  const { tally, log, verifier, show, trade } = setUp({ hasTrades: true });
  arrive(trade, log);
  for (const line of [1, 2, 3]) {
    show(10 + line, line);
    await verifier.step(line, 10 + line);
  }
  await verifier.end();
  return tally;
}

test('trades that arrive once, in order and as they were hold', async () => {
  const tally = await withTrades((trade) => {
    for (const n of [1, 2, 3]) trade(n, n);
  });
  expect([String(tally.trades), tally.holds]).toEqual(['3 of 3', true]);
});

test.each([
  [
    'lost',
    [
      [1, 1],
      [3, 3],
    ],
    { line: 2, expected: 'ask 2 @ 100', got: 'ask 3 @ 100' },
  ],
  [
    'lost at the end',
    [
      [1, 1],
      [2, 2],
    ],
    { line: 3, expected: 'ask 3 @ 100', got: 'no trade' },
  ],
  [
    'doubled',
    [
      [1, 1],
      [2, 2],
      [2, 2],
      [3, 3],
    ],
    { line: 3, got: 'trade id 2 after 2' },
  ],
  [
    'doubled at the end',
    [
      [1, 1],
      [2, 2],
      [3, 3],
      [3, 3],
    ],
    { line: 3, expected: 'no further trade' },
  ],
  [
    'swapped',
    [
      [1, 1],
      [3, 3],
      [2, 2],
    ],
    { line: 2, got: 'ask 3 @ 100' },
  ],
  [
    'changed',
    [
      [1, 1],
      [2, 9],
      [3, 3],
    ],
    { line: 2, got: 'ask 9 @ 100' },
  ],
] as const)('a trade that is %s is named', async (_, arriving, failure) => {
  const tally = await withTrades((trade) => {
    for (const [id, quantity] of arriving) trade(id, quantity);
  });
  expect(tally.firstFailure).toMatchObject({ kind: 'trade', ...failure });
  expect(tally.verdict).toBe('3 of 3 checks hold, but the trades differ');
});

test('another aggressor and a range that is named as missed fail too', async () => {
  const other = await withTrades((trade) => {
    for (const n of [1, 2, 3]) trade(n, n, n === 2 ? 'bid' : 'ask');
  });
  expect(other.firstFailure).toMatchObject({ line: 2, got: 'bid 2 @ 100' });
  const missed = await withTrades((trade, log) => {
    trade(1, 1);
    log.trade('TEST', { missed: 'trades-missed from sequence 7 to 8' });
    trade(3, 3);
  });
  expect(missed.firstFailure).toMatchObject({ line: 2, got: 'trades-missed from sequence 7 to 8' });
});

test('trades that are gathered on their way are waited for at the end', async () => {
  const { tally, verifier, show, trade, waits } = setUp({
    lines: 1,
    hasTrades: true,
    gathersTrades: true,
  });
  show(1, 1);
  await verifier.step(1, 1);
  const end = verifier.end();
  await new Promise((resolve) => setImmediate(resolve));
  expect(waits).toEqual(['the trade of line 1, TEST']);
  trade(1, 1);
  await end;
  expect([String(tally.trades), tally.holds]).toEqual(['1 of 1', true]);
});

test('a level too many at the far end fails the comparison of books, not the check', async () => {
  const { log, tally, verifier } = setUp({ lines: 1 });
  log.book(
    'TEST',
    7,
    bookOf([
      [100, 1],
      [99, 5],
    ]),
  );
  await verifier.step(1, 7);
  expect([tally.checks, tally.books].map(String)).toEqual(['1 of 1', '0 of 1']);
  expect(tally.firstFailure).toMatchObject({ kind: 'levels', expected: 'bids[1] no level' });
  expect(tally.verdict).toBe('1 of 1 checks hold, but the books differ');
});

test('an instrument with other steps is compared in the capture’s own', async () => {
  const { log, tally, verifier } = setUp({ lines: 1 });
  log.instrument({ symbol: 'TEST', tickSize: '50', lotSize: '1' });
  log.book('TEST', 7, bookOf([[2, 1]]));
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
