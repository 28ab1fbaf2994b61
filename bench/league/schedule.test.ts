/** The order of a measurement's runs. */

import { describe, expect, test } from 'vitest';
import type { EngineName } from './one-run.ts';
import { type ScheduledRun, schedule } from './schedule.ts';

const STREAMS = ['a', 'b'].map((name) => ({ name, path: name, sha256: '', messages: 1 }));
const ENGINES: readonly EngineName[] = ['full', 'bare', 'nodejs-order-book'];

function runs(processes: number, peerProcesses: number): ScheduledRun[] {
  return schedule({ engines: ENGINES, streams: STREAMS, processes, peerProcesses });
}

function count(all: readonly ScheduledRun[], engine: EngineName, name: string): number {
  return all.filter((run) => run.engine === engine && run.stream.name === name).length;
}

describe('a schedule', () => {
  test.each([
    [10, 2],
    [10, 3],
    [1, 1],
    [3, 0],
    [1, 4],
  ])('has %i runs of our own engines per stream, and %i of a peer', (own, peers) => {
    for (const name of ['a', 'b']) {
      expect(count(runs(own, peers), 'full', name)).toBe(own);
      expect(count(runs(own, peers), 'bare', name)).toBe(own);
      expect(count(runs(own, peers), 'nodejs-order-book', name)).toBe(peers);
    }
  });

  test('never plays all runs of one engine in a row, and begins rounds with each in turn', () => {
    const all = runs(4, 0).filter(({ stream }) => stream.name === 'a');
    expect(all.map(({ engine }) => engine).join(' ')).toBe(
      'full bare bare full full bare bare full',
    );
  });
});
