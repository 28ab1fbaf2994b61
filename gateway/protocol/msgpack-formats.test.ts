/**
 * Every form that MessagePack has for a value, by hand from its specification: the cases that the
 * public test suite (kawanet/msgpack-test-suite) is made of, as bytes and what they are here.
 */

import { describe, expect, it } from 'vitest';
import { MessageError } from './message-error.ts';
import { MsgpackDecoder } from './msgpack-decode.ts';

const decoder = new MsgpackDecoder(1_000_000, 16);

const text = (length: number) => 'a'.repeat(length);
const hexOf = (letters: string) => Buffer.from(letters).toString('hex');
const nested = (depth: number) => `${'91'.repeat(depth)}c0`;

/** Each form of one value must be that value. */
const SAME: readonly (readonly [unknown, ...string[]])[] = [
  [null, 'c0'],
  [false, 'c2'],
  [true, 'c3'],
  // Positive integers, as each width and as floats.
  [0, '00', 'cc00', 'cd0000', 'ce00000000', 'cf0000000000000000', 'd000', 'd10000', 'd200000000'],
  [0, 'd30000000000000000', 'ca00000000', 'cb0000000000000000'],
  [1, '01', 'cc01', 'cd0001', 'ce00000001', 'cf0000000000000001', 'd001', 'd10001', 'd200000001'],
  [1, 'd30000000000000001', 'ca3f800000', 'cb3ff0000000000000'],
  [127, '7f', 'cc7f', 'cd007f', 'ce0000007f', 'cf000000000000007f', 'd07f', 'd1007f'],
  [128, 'cc80', 'cd0080', 'ce00000080', 'cf0000000000000080', 'd10080', 'd200000080'],
  [255, 'ccff', 'cd00ff', 'ce000000ff', 'cf00000000000000ff', 'd100ff', 'd2000000ff'],
  [256, 'cd0100', 'ce00000100', 'cf0000000000000100', 'd10100', 'd200000100'],
  [65_535, 'cdffff', 'ce0000ffff', 'cf000000000000ffff', 'd20000ffff', 'd3000000000000ffff'],
  [65_536, 'ce00010000', 'cf0000000000010000', 'd200010000', 'd30000000000010000'],
  [2_147_483_647, 'ce7fffffff', 'cf000000007fffffff', 'd27fffffff', 'd3000000007fffffff'],
  [2_147_483_648, 'ce80000000', 'cf0000000080000000', 'd30000000080000000'],
  [4_294_967_295, 'ceffffffff', 'cf00000000ffffffff', 'd300000000ffffffff'],
  [4_294_967_296, 'cf0000000100000000', 'd30000000100000000', 'cb41f0000000000000'],
  [Number.MAX_SAFE_INTEGER, 'cf001fffffffffffff', 'd3001fffffffffffff', 'cb433fffffffffffff'],
  // Negative ones.
  [-1, 'ff', 'd0ff', 'd1ffff', 'd2ffffffff', 'd3ffffffffffffffff', 'cabf800000'],
  [-32, 'e0', 'd0e0', 'd1ffe0', 'd2ffffffe0', 'd3ffffffffffffffe0', 'cac2000000'],
  [-33, 'd0df', 'd1ffdf', 'd2ffffffdf', 'd3ffffffffffffffdf'],
  [-128, 'd080', 'd1ff80', 'd2ffffff80', 'd3ffffffffffffff80'],
  [-256, 'd1ff00', 'd2ffffff00', 'd3ffffffffffffff00'],
  [-32_768, 'd18000', 'd2ffff8000', 'd3ffffffffffff8000'],
  [-65_536, 'd2ffff0000', 'd3ffffffffffff0000'],
  [-2_147_483_648, 'd280000000', 'd3ffffffff80000000'],
  [-Number.MAX_SAFE_INTEGER, 'd3ffe0000000000001', 'cbc33fffffffffffff'],
  // Fractions: read, and refused where an integer is asked for.
  [0.5, 'ca3f000000', 'cb3fe0000000000000'],
  [-0.5, 'cabf000000', 'cbbfe0000000000000'],
  // Texts, as each width.
  ['', 'a0', 'd900', 'da0000', 'db00000000'],
  ['a', 'a161', 'd90161', 'da000161', 'db0000000161'],
  [text(31), `bf${hexOf(text(31))}`, `d91f${hexOf(text(31))}`, `da001f${hexOf(text(31))}`],
  [text(32), `d920${hexOf(text(32))}`, `da0020${hexOf(text(32))}`, `db00000020${hexOf(text(32))}`],
  [text(256), `da0100${hexOf(text(256))}`, `db00000100${hexOf(text(256))}`],
  ['Кириллица', 'b2d09ad0b8d180d0b8d0bbd0bbd0b8d186d0b0'],
  ['ひらがな', 'ace381b2e38289e3818ce381aa'],
  ['한글', 'a6ed959ceab880'],
  ['❤🍺', 'a7e29da4f09f8dba', 'd907e29da4f09f8dba'],
  // Arrays and maps, as each width.
  [[], '90', 'dc0000', 'dd00000000'],
  [[1], '9101', 'dc000101', 'dd0000000101'],
  [Array.from({ length: 16 }, (_, i) => i + 1), 'dc00100102030405060708090a0b0c0d0e0f10'],
  [{}, '80', 'de0000', 'df00000000'],
  [{ a: 1 }, '81a16101', 'de0001a16101', 'df00000001a16101'],
  [{ a: { b: [] }, c: [null, true] }, '82a16181a16290a16392c0c3'],
  [[[]], '9190', 'dc000190', 'dd0000000190'],
];

/** Valid MessagePack that this protocol does not say, and bytes that are none. */
const REFUSED: readonly (readonly [string, string])[] = [
  ['bin 8', 'c40101'],
  ['bin 16', 'c5000101'],
  ['bin 32', 'c60000000101'],
  ['fixext 1', 'd40110'],
  ['fixext 2', 'd5012021'],
  ['fixext 4', 'd60130313233'],
  ['fixext 8', 'd7014041424344454647'],
  ['fixext 16', 'd801505152535455565758595a5b5c5d5e5f'],
  ['ext 8', 'c70001'],
  ['ext 16', 'c8000001'],
  ['ext 32', 'c90000000001'],
  ['timestamp 32', 'd6ff5b3e2d00'],
  ['timestamp 64', 'd7ff000000005b3e2d00'],
  ['timestamp 96', 'c70cff000000000000000000000000'],
  ['the byte that is never used', 'c1'],
  ['2^53', 'cf0020000000000000'],
  ['2^64 - 1', 'cfffffffffffffffff'],
  ['-2^53', 'd3ffe0000000000000'],
  ['-2^63', 'd38000000000000000'],
  ['a key that is no text', '810102'],
  ['a key that changes all objects', `81a9${hexOf('__proto__')}01`],
  ['half a letter', 'a1c3'],
  ['a letter too long', 'a2c0af'],
  ['half of a pair', 'a3eda080'],
  ['nothing at all', ''],
  ['an integer that is cut off', 'ce0000'],
  ['a text that is cut off', 'a361'],
  ['an array that is cut off', '9201'],
  ['an array of 2^32 - 1', 'ddffffffff'],
  ['a map of 2^32 - 1', 'dfffffffff'],
  ['a text of 2^32 - 1', 'dbffffffff'],
  ['too deep', nested(17)],
  ['a value behind the value', '0101'],
];

describe('the forms of MessagePack', () => {
  it.each(SAME.flatMap(([value, ...forms]) => forms.map((hex) => [hex.slice(0, 24), hex, value])))(
    'reads %s',
    (_name, hex, value) => {
      expect(decoder.decode(Buffer.from(hex as string, 'hex'))).toEqual(value);
    },
  );

  it.each(REFUSED)('refuses %s', (_name, hex) => {
    expect(() => decoder.decode(Buffer.from(hex, 'hex'))).toThrow(MessageError);
  });

  it('reads what is as deep as may be', () => {
    expect(JSON.stringify(decoder.decode(Buffer.from(nested(16), 'hex')))).toContain('null');
  });
});
