import { describe, expect, it } from 'vitest';
import { PROCESSES, type ProcessSample, type SoakSample } from './soak-file.ts';
import { verdictOf } from './verdict.ts';

const LATENCY = { p50Us: 100, p99Us: 500, maxUs: 900, count: 10 };
const SAMPLES = 240;
const EVERY_S = 7.5;

/** Half an hour whose heaps breathe by 30 MiB, and of which 1 MiB more or less is held. */
function run(
  change: (i: number) => Partial<ProcessSample>,
  also: (i: number) => Partial<SoakSample> = () => ({}),
): SoakSample[] {
  return Array.from({ length: SAMPLES }, (_, i) => {
    const usual = {
      residentMiB: 115 + 15 * Math.sin(i / 5),
      heldMiB: 40 + Math.sin(Math.floor(i / 10)),
      handles: 30 + (i % 3),
      threads: 11,
    };
    const named = PROCESSES.map((name) => [
      name,
      { ...usual, ...(name === 'relay' ? change(i) : {}) },
    ]);
    return {
      atS: i * EVERY_S,
      processes: Object.fromEntries(named) as SoakSample['processes'],
      service: LATENCY,
      browsers: LATENCY,
      records: i * 30_000,
      gaps: 0,
      hashChecks: i * 70,
      hashMismatches: 0,
      viewHashChecks: i * 40,
      viewHashMismatches: 0,
      clientsServed: i,
      notLive: 0,
      ...also(i),
    };
  });
}

const problemsOf = (samples: SoakSample[]): readonly string[] => verdictOf(samples).problems;
const atTheEnd =
  (last: Partial<SoakSample>) =>
  (i: number): Partial<SoakSample> =>
    i === SAMPLES - 1 ? last : {};

describe('a soak', () => {
  it('is flat where memory breathes and handles stay', () => {
    const { isFlat, problems, unjudged, memory } = verdictOf(run(() => ({})));
    expect([problems, unjudged]).toEqual([[], undefined]);
    expect(isFlat).toBe(true);
    expect(Math.abs(memory.relay.heldMiBPerHour)).toBeLessThan(8);
  });

  it('may fill its rings at first', () => {
    const filling = run((i) => ({
      residentMiB: 115 + Math.min(i, 100) * 3,
      heldMiB: 40 + Math.min(i, 100) * 1.3,
    }));
    expect(problemsOf(filling)).toEqual([]);
  });

  it('that fills them for longer than the first half grows', () => {
    const filling = run((i) => ({ heldMiB: 40 + Math.min(i, 200) * 0.6 }));
    expect(problemsOf(filling)).toEqual([expect.stringMatching(/^relay: memory leaks/)]);
  });

  it('names the process that holds a little more after each collection', () => {
    const mibPerSample = 20 / (3600 / EVERY_S);
    const leaking = run((i) => ({ heldMiB: 40 + Math.sin(Math.floor(i / 10)) + mibPerSample * i }));
    const { problems, memory } = verdictOf(leaking);
    expect(problems).toEqual([
      expect.stringMatching(/^relay: memory leaks, \d+ MiB an hour after collections\.$/),
    ]);
    expect(memory.relay.heldMiBPerHour).toBeGreaterThan(15);
    expect(memory.relay.heldMiBPerHour).toBeLessThan(25);
  });

  it('is flat where what is held breathes by more than a leak would bring', () => {
    for (let phase = 0; phase < 24; phase += 1) {
      const breathing = run((i) => ({
        heldMiB: 120 + 4 * Math.sin(Math.floor(i / 10) * 2.3 + phase),
      }));
      expect(problemsOf(breathing)).toEqual([]);
    }
  });

  it('names the process that leaks beside its heap', () => {
    const leaking = run((i) => ({ residentMiB: 115 + 15 * Math.sin(i / 5) + i / 2 }));
    expect(problemsOf(leaking)).toEqual([
      expect.stringMatching(/^relay: memory beside the heap grew from \d+ to /),
    ]);
  });

  it('is flat where V8 doubles the room for new objects late in the run', () => {
    const doubling = (leakMiB: number) =>
      run((i) => {
        const heapMiB = 60 + 15 * Math.sin(i / 5) + (i < 160 ? 26 : 64);
        const besideMiB = 55 + (i * leakMiB) / SAMPLES;
        return { residentMiB: heapMiB + besideMiB, besideMiB };
      });
    expect(problemsOf(doubling(0))).toEqual([]);
    expect(problemsOf(doubling(120))).toEqual([
      expect.stringMatching(/^relay: memory beside the heap grew/),
    ]);
  });

  it('names the process whose plateau is too high', () => {
    const high = run(() => ({ residentMiB: 3100 }));
    expect(problemsOf(high)).toEqual([expect.stringMatching(/^relay: took 3100 MiB, more than/)]);
  });

  it('names the process that never said what it holds', () => {
    expect(problemsOf(run(() => ({ heldMiB: undefined })))).toEqual([
      'relay: what it holds was never looked at.',
    ]);
  });

  it('names the process that leaves handles open', () => {
    expect(problemsOf(run((i) => ({ handles: 30 + i })))).toEqual([
      expect.stringMatching(/^relay: open handles grew/),
    ]);
  });

  it.each(['service', 'browsers'] as const)('names a latency that grows: %s', (who) => {
    const slower = run(
      () => ({}),
      (i) => ({ [who]: { ...LATENCY, p50Us: i < 180 ? 100 : i * 100 } }),
    );
    expect(problemsOf(slower)).toEqual([
      expect.stringMatching(/^The (service|browsers)’s median latency grew from 100 to \d+ us\.$/),
    ]);
  });

  it('whose market stands still is not flat', () => {
    const still = run(
      () => ({}),
      (i) => {
        const until = Math.min(i, 180);
        return { records: until * 30_000, hashChecks: until * 70, viewHashChecks: until * 40 };
      },
    );
    expect(problemsOf(still)).toEqual([
      expect.stringMatching(/^Fewer records came: from 4000\.0 to /),
      expect.stringMatching(/^Fewer book hashes came/),
      expect.stringMatching(/^Fewer view hashes came/),
    ]);
  });

  it.each([
    [{ hashMismatches: 1 }, '1 book hashes differed.'],
    [{ viewHashMismatches: 2 }, '2 view hashes differed.'],
    [{ notLive: 3 }, '3 books are not LIVE at the end.'],
  ])('that ends with %j is not flat', (last, problem) => {
    expect(problemsOf(run(() => ({}), atTheEnd(last)))).toEqual([problem]);
  });

  it('that compared nothing has shown nothing', () => {
    const blind = run(
      () => ({}),
      () => ({ hashChecks: 0, viewHashChecks: 0 }),
    );
    expect(problemsOf(blind)).toEqual(['No book hash was compared.', 'No view hash was compared.']);
  });

  it('is not called flat, nor growing, before its rings are full, and says how long that takes', () => {
    const short = run(() => ({})).slice(0, 60);
    const { isFlat, problems, unjudged } = verdictOf(short);
    expect([isFlat, problems]).toEqual([false, []]);
    expect(unjudged).toMatch(/^Whether anything grows was not judged: .* ask for --minutes 15\.$/);
  });

  it('without samples has shown nothing', () => {
    expect(verdictOf([]).isFlat).toBe(false);
  });
});
