/** LOBSTER files played through the naive matcher, and every row compared. */

import { describe, expect, test } from 'vitest';
import { LobsterParser } from './lobster.ts';
import { lobsterFileName, parseLobsterMessage, parseLobsterRow } from './lobster-format.ts';
import { Random } from './random.ts';
import type { SourceProblem } from './source.ts';
import { LobsterCheck, type LobsterMismatch } from './testing/lobster-check.ts';
import { type LobsterFiles, makeLobsterFiles } from './testing/lobster-files.ts';
import { StandInEngine, viewOf } from './testing/stand-in-engine.ts';

const SEED = process.env['TOUCHLINE_SEED'] ?? 'lobster';

interface Played {
  readonly mismatches: LobsterMismatch[];
  readonly problems: SourceProblem[];
  readonly source: Readonly<Record<string, number>>;
  readonly check: Readonly<Record<string, number>>;
  readonly engine: StandInEngine;
}

function play({ messages, rows }: LobsterFiles, seeded = true): Played {
  const first = rows[0];
  if (first === undefined) throw new Error('no rows');
  const parser = new LobsterParser({
    symbol: 'TEST',
    midnightNs: 0n,
    ...(seeded ? { firstRow: parseLobsterRow(first) } : {}),
  });
  const engine = new StandInEngine((report) => parser.onReport(report));
  for (const instrument of parser.instruments) engine.list(instrument);
  const check = new LobsterCheck();
  const mismatches: LobsterMismatch[] = [];
  const problems: SourceProblem[] = [];
  messages.forEach((text, index) => {
    for (const item of parser.line(text, index + 1)) {
      if (item.type === 'problem') problems.push(item);
      else for (const command of item.commands) engine.apply(command);
    }
    const row = rows[index];
    if (row === undefined) return;
    const view = viewOf(engine.book('TEST'));
    const mismatch = check.row(index + 1, tryMessage(text), parseLobsterRow(row), view);
    if (mismatch !== undefined) mismatches.push(mismatch);
  });
  return { mismatches, problems, source: parser.summary(), check: check.summary(), engine };
}

function tryMessage(text: string) {
  try {
    return parseLobsterMessage(text);
  } catch {
    return undefined;
  }
}

function sum(record: Readonly<Record<string, number>>, ...names: string[]): number {
  return names.reduce((total, name) => total + (record[name] ?? Number.NaN), 0);
}

describe('a whole file', () => {
  for (const depth of [1, 3, 10, 50]) {
    for (const allEvents of [true, false]) {
      test(`equals every row at depth ${depth}, ${allEvents ? 'with all' : 'without outside'} events`, () => {
        const files = makeLobsterFiles({
          seed: `${SEED}/${depth}`,
          depth,
          messages: 1000,
          allEvents,
        });
        const { mismatches, problems, source, check } = play(files);
        expect({ seed: SEED, mismatches: mismatches.slice(0, 3), problems }).toEqual({
          seed: SEED,
          mismatches: [],
          problems: [],
        });
        expect(check['rows']).toBe(1000);
        // A file with all events keeps every price known that ever was; any other does not.
        if (allEvents) expect(check['levelsReturned']).toBeLessThan(50);
        else if (depth < 50) expect(check['levelsReturned']).toBeGreaterThan(0);
        expect(check['levelsEqual']).toBeGreaterThan(depth === 1 ? 300 : 1000);
        expect(source['fillsOfSeededOrder']).toBeGreaterThan(0);
        expect(source['eventsOnSeededOrders']).toBeGreaterThan(0);
      });
    }
  }

  test('keeps the levels right when the venue fills another order of a level, and counts those', () => {
    const files = makeLobsterFiles({ seed: SEED, depth: 40, messages: 2000, anyPriority: true });
    const { mismatches, source } = play(files);
    expect(mismatches).toEqual([]);
    expect(source['fillsOfOtherOrder']).toBeGreaterThan(20);
    expect(source['lotsNotThere']).toBe(0);
  });

  test('names the resting order of every execution when priority is by time', () => {
    const options = { seed: SEED, depth: 40, messages: 2000, before: 0 };
    const { source } = play(makeLobsterFiles(options));
    expect(source['fillsOfOtherOrder']).toBe(0);
    expect(source['fillsOfNamedOrder']).toBeGreaterThan(50);
    expect(sum(source, 'fillsOfNamedOrder', 'fillsOfSeededOrder')).toBe(
      source['visibleExecutions'],
    );
  });

  test('counts levels that walk in from beyond the first row instead of judging them', () => {
    const { check } = play(makeLobsterFiles({ seed: SEED, depth: 3, messages: 1500 }));
    expect(check['levelsWalkedIn']).toBeGreaterThan(0);
  });

  test('counts hidden executions, crosses and halts, and goes on', () => {
    const odd = { oddEvents: true, ordersInHalts: true };
    const files = makeLobsterFiles({ seed: SEED, depth: 10, messages: 3000, ...odd });
    const { mismatches, problems, source, check } = play(files);
    expect(mismatches).toEqual([]);
    expect(problems).toEqual([]);
    expect(check['rowsWhileHalted']).toBeGreaterThan(20);
    expect(source['commandsDeferred']).toBeGreaterThan(20);
    expect(source['hiddenExecutions']).toBeGreaterThan(0);
    expect(source['crosses']).toBeGreaterThan(0);
    expect(source['halts']).toBeGreaterThan(6);
  });

  test('without the order-book file trades what it can and counts what it cannot', () => {
    const files = makeLobsterFiles({ seed: SEED, depth: 10, messages: 1500 });
    const { problems, source, engine } = play(files, false);
    expect(problems).toEqual([]);
    expect(source['eventsOnUnknownOrders']).toBeGreaterThan(10);
    expect(source['seededLots']).toBe(0);
    expect(engine.book('TEST').orderCount).toBeGreaterThan(0);
  });
});

describe('a planted fault is found', () => {
  // Deep enough for every level to be known.
  const files = () => makeLobsterFiles({ seed: SEED, depth: 60, messages: 800, allEvents: true });

  test('in any level of a row', () => {
    const { messages, rows } = files();
    const columns = (rows[400] ?? '').split(',');
    columns[1] = String(Number(columns[1]) + 1);
    const { mismatches } = play({ messages, rows: rows.with(400, columns.join(',')) });
    expect(mismatches).toEqual([
      {
        line: 401,
        side: 1,
        price: Number(columns[0]),
        expected: Number(columns[1]),
        actual: Number(columns[1]) - 1,
      },
    ]);
  });

  test('in a level that only the book has', () => {
    const { messages, rows } = files();
    // The best ask is cut out of the row, and an empty level added at its end.
    const columns = (rows[300] ?? '').split(',');
    const asks = [];
    for (let index = 4; index < columns.length; index += 4)
      asks.push(columns.slice(index, index + 2));
    asks.push(['9999999999', '0']);
    const cut = asks.flatMap((ask, level) => [
      ...ask,
      ...columns.slice(level * 4 + 2, level * 4 + 4),
    ]);
    const { mismatches } = play({ messages, rows: rows.with(300, cut.join(',')) });
    expect(mismatches[0]).toMatchObject({
      line: 301,
      side: 1,
      price: Number(columns[0]),
      expected: 0,
    });
  });

  test('in each kind of message', () => {
    const { messages, rows } = files();
    for (const event of [1, 2, 3, 4]) {
      const index = messages.findIndex(
        (text, at) => at > 50 && text.split(',')[1] === String(event),
      );
      const columns = (messages[index] ?? '').split(',');
      // What is left out of the flow is missing from the book.
      const { mismatches } = play({
        messages: messages.with(index, [columns[0], 6, -1, 0, 0, -1].join(',')),
        rows,
      });
      expect(mismatches[0], `event ${event} left out`).toBeDefined();
    }
  });

  test('in a malformed line, which is told with its number and passed over', () => {
    const { messages, rows } = files();
    const index = messages.findIndex((text, at) => at > 50 && text.split(',')[1] === '1');
    const { problems, mismatches } = play({
      messages: messages.with(index, '34200.1,1,x,1,1,1'),
      rows,
    });
    expect(problems[0]).toMatchObject({ line: index + 1, code: 'NOT_A_NUMBER' });
    expect(mismatches[0]).toBeDefined();
  });
});

describe('a message', () => {
  const row = '10100,50,9900,60,10200,5,9800,7';

  function steps(lines: string[], firstRow: string | undefined = row): Played {
    return play({ messages: lines, rows: firstRow === undefined ? [] : [firstRow] });
  }

  test('that is first and new is told apart from the seed, so that its id is known', () => {
    const { engine, source } = steps(['1.5,1,77,20,10100,-1', '1.6,3,77,20,10100,-1']);
    expect(source['seededLots']).toBe(30 + 60 + 5 + 7);
    expect(viewOf(engine.book('TEST')).quantityAt(1, 0)).toBe(30);
  });

  test('that is first and takes something away is held by the first row already', () => {
    const { engine, source } = steps(['1.5,4,77,20,10100,-1', '1.6,3,77,10,10100,-1']);
    expect(source['coveredByFirstRow']).toBe(1);
    expect(viewOf(engine.book('TEST')).quantityAt(1, 0)).toBe(40);
    expect(engine.trades).toEqual([]);
  });

  test('about an order that predates the file eats no more than was seeded', () => {
    const { source } = steps(['1.5,5,0,1,10000,1', '1.6,3,5,70,9900,1', '1.7,3,6,1,9900,1']);
    expect(source).toMatchObject({
      eventsOnSeededOrders: 1,
      eventsOnUnknownOrders: 1,
      lotsOfUnknownOrders: 11,
    });
  });

  test('of a visible execution trades with the order it names', () => {
    const { engine, source } = steps(['1.5,1,8,20,10000,-1', '1.6,4,8,15,10000,-1']);
    expect(engine.trades).toEqual([{ symbol: 'TEST', price: 10000, quantity: 15, aggressor: 0 }]);
    expect(source['fillsOfNamedOrder']).toBe(1);
  });

  test('that an open order contradicts is a problem', () => {
    const { problems } = steps(['1,1,8,20,10000,-1', '2,1,8,20,10000,-1', '3,3,8,20,10001,-1']);
    expect(problems.map(({ line, code }) => [line, code])).toEqual([
      [2, 'DUPLICATE_ORDER'],
      [3, 'ORDER_DIFFERS'],
    ]);
  });

  test('while trading is halted waits for it to resume, and a cancel does not', () => {
    const parser = new LobsterParser({ symbol: 'TEST', midnightNs: 0n });
    const commands = (text: string, line: number) =>
      parser.line(text, line).flatMap((item) => (item.type === 'step' ? item.commands : []));
    commands('1,1,1,10,10000,1', 1);
    expect(commands('2,7,0,0,-1,-1', 2)).toMatchObject([{ status: 4 }]);
    expect(commands('3,1,2,10,9900,1', 3)).toEqual([]);
    expect(commands('4,1,3,10,9800,1', 4)).toEqual([]);
    expect(commands('5,3,3,10,9800,1', 5)).toEqual([]);
    expect(commands('6,3,1,10,10000,1', 6)).toMatchObject([{ type: 2, clientOrderId: 1 }]);
    expect(commands('7,7,0,0,0,-1', 7)).toMatchObject([{ status: 0 }]);
    expect(commands('8,7,0,0,1,-1', 8)).toMatchObject([
      { status: 2 },
      { type: 1, clientOrderId: 2, price: 9900 },
    ]);
  });

  test('that is wrong says what is wrong', () => {
    const code = (text: string) => {
      const parser = new LobsterParser({ symbol: 'TEST', midnightNs: 0n });
      const [item] = parser.line(text, 9);
      return item?.type === 'problem' ? `${item.line} ${item.code}` : 'none';
    };
    expect(code('1,1,1,1,1')).toBe('9 WRONG_LENGTH');
    expect(code('x,1,1,1,1,1')).toBe('9 BAD_TIME');
    expect(code('1,8,1,1,1,1')).toBe('9 UNKNOWN_EVENT');
    expect(code('1,1,1,0,1,1')).toBe('9 BAD_SIZE');
    expect(code('1,1,1,1,0,1')).toBe('9 BAD_PRICE');
    expect(code('1,1,1,1,1,0')).toBe('9 BAD_DIRECTION');
    expect(code('1,1,0,1,1,1')).toBe('9 BAD_ORDER_ID');
    expect(code('1,7,0,0,5,1')).toBe('9 BAD_PRICE');
    expect(code('1,1,1e3,1,1,1')).toBe('9 NOT_A_NUMBER');
    expect(code('1,1,9007199254740993,1,1,1')).toBe('9 WRONG_TYPE');
  });
});

test('any bytes are a problem or nothing, never an exception', () => {
  const random = new Random(`${SEED}/bytes`);
  const parser = new LobsterParser({ symbol: 'TEST', midnightNs: 0n });
  const letters = '0123456789,,,,,.-+eE \u0000\ud800x';
  for (let line = 1; line <= 5000; line++) {
    const length = random.below(40);
    let text = '';
    for (let index = 0; index < length; index++) text += letters[random.below(letters.length)];
    for (const item of parser.line(text, line)) expect(item.line).toBe(line);
    try {
      parseLobsterRow(text);
    } catch (error) {
      expect(error).toHaveProperty('code');
    }
  }
});

test('symbol and day come from the file name as LOBSTER makes it', () => {
  expect(lobsterFileName('/data/AAPL_2012-06-21_34200000_57600000_message_10.csv')).toEqual({
    symbol: 'AAPL',
    midnightNs: 1_340_236_800_000_000_000n,
  });
  expect(lobsterFileName('messages.csv')).toEqual({ symbol: 'LOBSTER', midnightNs: 0n });
});
