import { expect, it } from 'vitest';
import {
  EVENT_SHAPES,
  EventReader,
  INSTRUMENT_ROW_SHAPE,
  MessageError,
} from '../../gateway/protocol/index.ts';
import { EVENT_KINDS, eventOf, fitsKinds, INSTRUMENT_KINDS } from './event-check.ts';

/** "status class:n state:s reason:s?" is "nss?". */
function kindsOf(shape: string): string {
  const [, ...fields] = shape.split(' ');
  return fields.map((field) => field.split(':')[1]).join('');
}

it('has the kinds of the protocol, as far as it looks', () => {
  const shapes = new Map(Object.entries(EVENT_SHAPES).map(([type, text]) => [Number(type), text]));
  for (const [type, kinds] of EVENT_KINDS) {
    const whole = kindsOf(shapes.get(type as number) ?? '');
    expect(whole.startsWith(kinds), `${type}: ${whole} begins with ${kinds}`).toBe(true);
    // What is needed is looked at; only what may be missing can be left to a later version.
    expect(whole.slice(kinds.length).replace(/.\?/g, ''), `${type}`).toBe('');
  }
  expect(kindsOf(INSTRUMENT_ROW_SHAPE)).toBe(INSTRUMENT_KINDS);
});

const MUTANTS = 20_000;
const PARTS: readonly unknown[] = [
  ...[0, 1, -1, 2 ** 53, 1.5, Number.NaN, '', 'text', '__proto__', null, undefined, true],
  ...[[], [1, 2, 3], [1, 2], [1, 2, 3, 4, 5], [[], [1]], {}, [null, 1, 2], new Map(), 17, 26],
];

it('says the same of any value as the protocol’s own reader', () => {
  const seed = Number(process.env['TOUCHLINE_SEED'] ?? Date.now() % 1e9);
  let state = seed;
  /** Whole, 0 to `most`. */
  const upTo = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * (most + 1));
  };
  const reader = new EventReader();
  const types = [...EVENT_KINDS.keys(), 'constructor', '__proto__', 99, undefined];
  const verdict = (check: () => unknown) => {
    try {
      return check() === undefined ? 'unknown' : 'taken';
    } catch (error) {
      expect(error, `seed ${seed}`).toBeInstanceOf(MessageError);
      return 'refused';
    }
  };
  const tally = new Map<string, number>();
  const kinds: Record<string, unknown> = {
    ...{ n: 7, i: -7, s: 'x', b: true, R: [[1]], L: [1, 2, 3], O: [3, 2, 1], T: [1, 2, 3, 4, 5] },
  };
  for (let round = 0; round < MUTANTS; round += 1) {
    const type = types[upTo(types.length - 1)];
    const right = [...(EVENT_KINDS.get(type) ?? 'nn')].flatMap((kind) => kinds[kind] ?? []);
    const value: unknown[] = [type, ...right];
    const cut = upTo(9) < 3 ? upTo(value.length) : value.length;
    value.length = cut;
    if (upTo(9) < 6) {
      value[upTo(value.length)] = PARTS[upTo(PARTS.length - 1)];
    }
    const expected = verdict(() => reader.check(value));
    expect(
      verdict(() => eventOf(value)),
      `seed ${seed}: ${JSON.stringify(value)}`,
    ).toBe(expected);
    tally.set(expected, (tally.get(expected) ?? 0) + 1);
  }
  for (const kind of ['taken', 'refused', 'unknown']) expect(tally.get(kind)).toBeGreaterThan(500);
});

it('takes no row of instruments that is too short or of other kinds', () => {
  const row = [3, 'ABC', '0.01', '1', 2, 'LIVE', 'NONE'];
  expect(fitsKinds(INSTRUMENT_KINDS, row, 0)).toBe(true);
  expect(fitsKinds(INSTRUMENT_KINDS, [...row, 8, 'new'], 0)).toBe(true);
  expect(fitsKinds(INSTRUMENT_KINDS, row.slice(0, 6), 0)).toBe(false);
  expect(fitsKinds(INSTRUMENT_KINDS, [...row, -1], 0)).toBe(false);
});
