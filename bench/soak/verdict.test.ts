import { describe, expect, it } from 'vitest';
import { PROCESSES, type ProcessSample, type SoakSample } from './soak-file.ts';
import { verdictOf } from './verdict.ts';

const LATENCY = { p50Us: 100, p99Us: 500, maxUs: 900, count: 10 };

/** An hour, a sample a minute, whose memory breathes by a tenth. */
function run(
  change: (i: number) => Partial<ProcessSample>,
  last: Partial<SoakSample> = {},
): SoakSample[] {
  return Array.from({ length: 60 }, (_, i) => {
    const usual = { residentMiB: 100 + 10 * Math.sin(i), handles: 30, threads: 11 };
    const named = PROCESSES.map((name) => [
      name,
      { ...usual, ...(name === 'relay' ? change(i) : {}) },
    ]);
    return {
      atS: i * 60,
      processes: Object.fromEntries(named) as SoakSample['processes'],
      service: LATENCY,
      browsers: LATENCY,
      records: i * 1000,
      gaps: 0,
      hashChecks: i,
      hashMismatches: 0,
      viewHashChecks: i,
      viewHashMismatches: 0,
      clientsServed: i,
      notLive: 0,
      ...(i === 59 ? last : {}),
    };
  });
}

describe('a soak', () => {
  it('is flat where memory breathes and handles stay', () => {
    const { isFlat, problems, memory } = verdictOf(run(() => ({})));
    expect(problems).toEqual([]);
    expect(isFlat).toBe(true);
    expect(Math.abs(memory.relay.slopeMiBPerHour)).toBeLessThan(20);
  });

  it('may fill its caches at first', () => {
    const filling = run((i) => ({ residentMiB: 100 + Math.min(i, 20) * 10 }));
    expect(verdictOf(filling).isFlat).toBe(true);
  });

  it('names the process that leaks memory', () => {
    const { isFlat, problems, memory } = verdictOf(run((i) => ({ residentMiB: 100 + 4 * i })));
    expect(isFlat).toBe(false);
    expect(problems).toEqual([expect.stringMatching(/^relay: memory grew from \d+ to \d+ MiB\.$/)]);
    expect(memory.relay.slopeMiBPerHour).toBeCloseTo(240);
  });

  it('names the process that leaves handles open', () => {
    const { problems } = verdictOf(run((i) => ({ handles: 30 + i })));
    expect(problems).toEqual([expect.stringMatching(/^relay: open handles grew/)]);
  });

  it.each([
    [{ hashMismatches: 1 }, '1 book hashes differed.'],
    [{ viewHashMismatches: 2 }, '2 view hashes differed.'],
    [{ hashChecks: 0 }, 'No book hash was compared.'],
    [{ viewHashChecks: 0 }, 'No view hash was compared.'],
    [{ notLive: 3 }, '3 books are not LIVE at the end.'],
  ])('that ends with %j is not flat', (last, problem) => {
    expect(verdictOf(run(() => ({}), last)).problems).toEqual([problem]);
  });

  it('without samples has shown nothing', () => {
    expect(verdictOf([]).isFlat).toBe(false);
  });
});
