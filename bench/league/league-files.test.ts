/** The stream readers: bytes in, messages or the documented error out. */

import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readColumnFile } from './column-file.ts';
import { readEdgeCases } from './edge-cases.ts';
import { LeagueFileError, type LeagueStream } from './league-stream.ts';
import { readRecordFile } from './record-file.ts';

const SEED = Number(process.env['TOUCHLINE_SEED'] ?? 7);

/** A new sell of 300 at -7 with id 2^40, immediate; a cancel of it. */
const RECORDS = hex(`
  3130305f5742454d  01000000  02000000            // magic, version 1, 2 records
  00 01 01 00  2c010000  0000000000000000         // new, sell, ioc, 300, sequence 0
  0000000000010000  f9ffffffffffffff  0000000000000000
  01 00 00 00  00000000  0100000000000000         // cancel, sequence 1
  0000000000010000  0000000000000000  0000000000000000
`);

/** A new buy of 98 at 0x0172f3 with id 0x03020f; a cancel; a modify to 99 at 0x0172f4. */
const COLUMNS = hex(`
  4d454243310a  03000000  02000000                // MEBC1\\n, N = 3, K = 2
  00 01 06                                        // new buy, cancel, modify with side sell
  0f 0f 0f  02 02 02  03 03 03                    // id planes
  62 63                                           // quantities
  f3 f4  72 72  01 01                             // price planes
`);

describe('a file of records', () => {
  test('becomes messages', () => {
    expect(rows(readRecordFile(gzipSync(RECORDS)))).toEqual([
      { type: 0, side: 1, ioc: 1, quantity: 300, orderId: 2 ** 40, price: -7 },
      { type: 1, side: 0, ioc: 0, quantity: 0, orderId: 2 ** 40, price: 0 },
    ]);
  });

  test.each([
    ['another magic', 0, 0xff, 'BAD_HEADER'],
    ['another version', 8, 2, 'BAD_HEADER'],
    ['a count that its length denies', 12, 3, 'BAD_LENGTH'],
    ['an unknown type', 16, 3, 'BAD_MESSAGE'],
    ['an unknown side', 17, 2, 'BAD_MESSAGE'],
    ['a flag that is none', 18, 2, 'BAD_MESSAGE'],
    ['a sequence that is not its index', 24, 1, 'BAD_MESSAGE'],
    ['an id beyond 2^53 - 1', 38, 0x20, 'BAD_MESSAGE'],
    ['a price beyond 2^53 - 1', 46, 0x0f, 'BAD_MESSAGE'],
  ])('with %s is refused', (_, at, byte, code) => {
    const broken = RECORDS.slice();
    broken[at] = byte;
    expectError(() => readRecordFile(gzipSync(broken)), code);
  });
});

describe('a file of columns', () => {
  test('becomes messages', () => {
    expect(rows(readColumnFile(brotliCompressSync(COLUMNS)))).toEqual([
      { type: 0, side: 0, ioc: 0, quantity: 98, orderId: 0x03_020f, price: 0x01_72f3 },
      { type: 1, side: 0, ioc: 0, quantity: 0, orderId: 0x03_020f, price: 0 },
      { type: 2, side: 1, ioc: 0, quantity: 99, orderId: 0x03_020f, price: 0x01_72f4 },
    ]);
  });

  test.each([
    ['another magic', 4, 0x32, 'BAD_HEADER'],
    ['a count that its length denies', 6, 4, 'BAD_LENGTH'],
    ['an unknown type', 14, 3, 'BAD_MESSAGE'],
    ['unknown flags', 14, 0x10, 'BAD_MESSAGE'],
    ['a cancel too many', 14, 1, 'BAD_HEADER'],
    ['a quantity of 0', 26, 0, 'BAD_MESSAGE'],
  ])('with %s is refused', (_, at, byte, code) => {
    const broken = COLUMNS.slice();
    broken[at] = byte;
    expectError(() => readColumnFile(brotliCompressSync(broken)), code);
  });
});

test('any bytes give messages or a LeagueFileError', () => {
  let state = SEED;
  const below = (n: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  for (let round = 0; round < 400; round += 1) {
    const bytes = (round % 2 === 0 ? RECORDS : COLUMNS).slice(0, 4 + below(120));
    for (let i = below(6); i > 0; i -= 1) bytes[below(bytes.length)] = below(256);
    expectOnly(() => readRecordFile(gzipSync(bytes)), round);
    expectOnly(() => readColumnFile(brotliCompressSync(bytes)), round);
    expectOnly(() => readRecordFile(bytes), round);
    expectOnly(() => readColumnFile(bytes), round);
  }
});

describe('a file of edge cases', () => {
  const edgeCase = { name: 'x', sha256: 'ab', messages: [[0, 0, 0, 10, 1, 100]], expected: ['y'] };

  test('becomes messages and lines', () => {
    const [read] = readEdgeCases(JSON.stringify({ cases: [edgeCase] }));
    expect(read).toMatchObject({ name: 'x', sha256: 'ab', lines: ['y'] });
    expect(rows(read!.stream)).toEqual([
      { type: 0, side: 0, ioc: 0, quantity: 10, orderId: 1, price: 100 },
    ]);
  });

  test.each([
    ['that is no JSON', '{', 'BAD_CASE'],
    ['without cases', '{}', 'BAD_CASE'],
    ['with a case without messages', { ...edgeCase, messages: undefined }, 'BAD_CASE'],
    ['with a short message', { ...edgeCase, messages: [[0, 0]] }, 'BAD_CASE'],
    ['with a wrong message', { ...edgeCase, messages: [[9, 0, 0, 1, 1, 1]] }, 'BAD_MESSAGE'],
  ])('%s is refused', (_, content, code) => {
    const text = typeof content === 'string' ? content : JSON.stringify({ cases: [content] });
    expectError(() => readEdgeCases(text), code);
  });
});

function hex(text: string): Uint8Array {
  // A copy, because slices of a Buffer share its bytes.
  return new Uint8Array(Buffer.from(text.replace(/\/\/.*/g, '').replace(/\s/g, ''), 'hex'));
}

function rows(stream: LeagueStream): object[] {
  return Array.from({ length: stream.count }, (_, i) => ({
    type: stream.types[i],
    side: stream.sides[i],
    ioc: stream.immediate[i],
    quantity: stream.quantities[i],
    orderId: stream.orderIds[i],
    price: stream.prices[i],
  }));
}

function expectError(read: () => unknown, code: string): void {
  expect(read).toThrow(expect.objectContaining({ name: 'LeagueFileError', code }));
}

function expectOnly(read: () => unknown, round: number): void {
  try {
    read();
  } catch (error) {
    expect(error, `seed ${SEED}, round ${round}`).toBeInstanceOf(LeagueFileError);
  }
}
