/** Short runs of the simulation, what it can see, and that a seed is a seed. */

import { afterEach, describe, expect, it } from 'vitest';
import { flatSide, sideDifference } from './compare-books.ts';
import { PLANTED_FAULTS } from './planted-faults.ts';
import { type Script, scriptOf } from './script.ts';
import { Seeded } from './seeded.ts';
import { shrink } from './shrink.ts';
import { play, shortest } from './simulate.ts';
import { SimulationFailure } from './simulation-failure.ts';
import { VirtualTime } from './virtual-time.ts';

const GIVEN = process.env['TOUCHLINE_SEED'];
const SEEDS = GIVEN === undefined ? [1, 42, 68, 73, 119] : [Number(GIVEN)];
const LIMIT_MS = 120_000;
/** A planted fault must be caught within so many seeds. */
const SEEDS_PER_FAULT = 1000;

describe('a simulated market', () => {
  it(
    'keeps every promise, whatever the network and the processes do',
    async () => {
      const seen = { transactions: 0, gaps: 0, snapshots: 0, epochs: 0 };
      for (const seed of SEEDS) {
        const { tally, failure } = await play(seed);
        const again = `npm run sim -- --seed ${seed}`;
        expect(failure, `${failure?.promise}: ${failure?.message}\n${again}`).toBeUndefined();
        for (const key of Object.keys(seen) as (keyof typeof seen)[]) seen[key] += tally[key];
      }
      // A run without trouble proves nothing.
      if (GIVEN === undefined) {
        expect(seen.transactions).toBeGreaterThan(100 * SEEDS.length);
        expect(seen.gaps).toBeGreaterThan(5 * SEEDS.length);
        expect(seen.snapshots).toBeGreaterThan(3 * SEEDS.length);
        expect(seen.epochs).toBeGreaterThan(0);
      }
    },
    LIMIT_MS,
  );

  it(
    'is the same for the same seed, to the last gap',
    async () => {
      const [one, two] = [await play(7), await play(7)];
      expect(two.tally).toEqual(one.tally);
    },
    LIMIT_MS,
  );
});

describe('the simulation catches', () => {
  let undo = (): void => {};
  afterEach(() => undo());

  it.each(PLANTED_FAULTS)(
    '$name: $what',
    async ({ plant, options }) => {
      undo = plant();
      let failure: SimulationFailure | undefined;
      let seed = 0;
      while (failure === undefined && seed < SEEDS_PER_FAULT) {
        seed += 1;
        ({ failure } = await play(seed, undefined, options));
      }
      expect(failure).toBeInstanceOf(SimulationFailure);
      // It is the mistake that was caught, and nothing else.
      undo();
      expect((await play(seed)).failure).toBeUndefined();
    },
    LIMIT_MS,
  );
});

describe('what fails is made short', () => {
  const failing = new SimulationFailure('ALL_HEAL', 'for a test');
  const other = new SimulationFailure('NOTHING_THROWS', 'for another reason');

  it('down to the deeds that it takes, and no other promise in its place', async () => {
    const script = scriptOf(1);
    const [a, b] = [script[11]?.id, script[50]?.id];
    const has = (short: Script, id?: number) => short.some((act) => act.id === id);
    const found = await shrink(
      script,
      failing,
      async (short) => (has(short, a) ? (has(short, b) ? failing : other) : undefined),
      1000,
    );
    expect(found.script.map(({ id }) => id)).toEqual([a, b]);
  });

  it(
    'to a handful of deeds where the heartbeat is forgotten',
    async () => {
      const fault = PLANTED_FAULTS.find(({ name }) => name === 'heartbeat-forgotten');
      const undo = fault?.plant();
      try {
        let seed = 1;
        let { failure } = await play(seed);
        for (; failure === undefined; { failure } = await play(seed)) seed += 1;
        const { script, failure: last } = await shortest(seed, failure, {}, 25);
        expect(last.promise).toBe(failure.promise);
        expect(script.length).toBeLessThan(scriptOf(seed).length / 2);
      } finally {
        undo?.();
      }
    },
    LIMIT_MS,
  );
});

describe('virtual time', () => {
  it('does what is due in order, and of two at once the one that was set first', async () => {
    const time = new VirtualTime();
    const random = new Seeded(5);
    const done: number[] = [];
    const due = Array.from({ length: 200 }, () => random.below(40));
    for (const [i, atMs] of due.entries()) time.after(atMs, () => done.push(i));
    const undo = time.after(3, () => done.push(-1));
    undo();
    await time.run(100);
    const order = due.map((atMs, i) => [atMs, i] as const);
    expect(done).toEqual(order.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, i]) => i));
    expect(time.nowMs).toBe(100);
  });
});

it('names the level where a book is wrong', () => {
  const book = {
    levelCount: () => 1,
    priceAt: () => 100,
    quantityAt: () => 5,
    orderCountAt: () => 2,
  };
  expect(sideDifference(flatSide(book, 0), [100, 5, 2])).toBeUndefined();
  expect(sideDifference(flatSide(book, 0), [100, 5, 2, 99, 1, 1])).toBe(
    '2: nothing, should be 99 1 1',
  );
  expect(sideDifference(flatSide(book, 0), [100, 6, 2])).toBe('1: 100 5 2, should be 100 6 2');
});
