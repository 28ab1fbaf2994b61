/** A short run of every target, its kept inputs first, and faults that the fuzzer must find. */

import { afterAll, describe, expect, it } from 'vitest';
import { readCorpus } from './corpus-file.ts';
import { fuzz, tryInput } from './fuzz-run.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { FuzzRandom, mutate } from './mutations.ts';
import { FUZZ_TARGETS } from './targets/index.ts';

const SEED = Number(process.env['TOUCHLINE_SEED'] ?? 1);
/** Enough that every kind of mutation comes, and all of it within some seconds. */
const INPUTS = 600;
const SLOW_INPUTS = 150;
/** A little beyond the largest bound of all: what lives beside the tests is not a decoder's. */
const PLENTY = Number.POSITIVE_INFINITY;

async function shortly(target: FuzzTarget, input: Uint8Array): Promise<string | undefined> {
  return (await tryInput({ ...target, maxBufferBytes: PLENTY }, input))?.what;
}

describe.each(FUZZ_TARGETS)('$name', (target) => {
  const inputs = [...target.seeds(), ...readCorpus(target.name)];

  afterAll(() => target.close?.());

  it('reads what is right and what is kept', async () => {
    for (const input of inputs) expect(await shortly(target, input)).toBeUndefined();
  });

  const count = target.isSlow === true ? SLOW_INPUTS : INPUTS;

  it(`survives ${count} damaged inputs`, async () => {
    const random = new FuzzRandom(SEED);
    for (let i = 0; i < count; i += 1) {
      const input = mutate(random, random.pick(inputs), random.pick(inputs), target);
      const fault = await shortly(target, input);
      if (fault === undefined) continue;
      const bytes = Buffer.from(input).toString('base64');
      expect.fail(`${fault}\ninput (base64): ${bytes}\nrun again with TOUCHLINE_SEED=${SEED}`);
    }
  });
});

it('has a name for every target', () => {
  expect(new Set(FUZZ_TARGETS.map(({ name }) => name)).size).toBe(FUZZ_TARGETS.length);
});

/** A decoder with a fault behind two doors: only inputs that are kept for opening the first find it. */
function planted(run: (input: Uint8Array) => void): FuzzTarget {
  return {
    name: 'planted',
    covers: ['bench/fuzz/fuzz.integration.test.ts'],
    maxBytes: 64,
    maxBufferBytes: 2 ** 20,
    seeds: () => [new Uint8Array(24)],
    run,
  };
}

const about = { seed: SEED, inputs: 40_000, corpus: [] };
const kept: Uint8Array[] = [];
afterAll(() => {
  kept.length = 0;
});

describe('the fuzzer finds', () => {
  it('an exception that no document names', async () => {
    const target = planted((input) => {
      if (input[0] === 0xff) throw new TypeError('planted');
    });
    const { fault } = await fuzz(target, { ...about, untilMs: Number.POSITIVE_INFINITY });
    expect(fault?.what).toContain('TypeError: planted');
    expect(fault?.input[0]).toBe(0xff);
  });

  it('a buffer that a length of 2^32 - 1 asks for', async () => {
    const target = planted((input) => {
      if (input.length < 8) return;
      const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
      const length = view.getUint32(4, true);
      if (length > 1000) kept.push(new Uint8Array(Math.min(length, 8 * 2 ** 20)));
    });
    const { fault } = await fuzz(target, { ...about, untilMs: Number.POSITIVE_INFINITY });
    expect(fault?.what).toMatch(/^It made \d+ bytes of buffers\.$/);
  });
});
