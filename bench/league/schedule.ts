/** In which order the runs of a measurement go, so that no engine has the quiet minutes to itself. */

import { type EngineName, isPeer } from './one-run.ts';
import type { CataloguedStream } from './stream-catalogue.ts';

export interface ScheduledRun {
  readonly engine: EngineName;
  readonly stream: CataloguedStream;
}

export interface ScheduleOptions {
  readonly engines: readonly EngineName[];
  readonly streams: readonly CataloguedStream[];
  /** Fresh processes per stream for our own engines, and for peers. */
  readonly processes: number;
  readonly peerProcesses: number;
}

/**
 * Round by round over all streams, all engines of a stream one right after the other, and each round
 * begins with another engine. Peers, which take long, have a part in evenly spread rounds.
 */
export function schedule(options: ScheduleOptions): ScheduledRun[] {
  const { engines, streams, processes, peerProcesses } = options;
  const rounds = Math.max(processes, peerProcesses);
  return Array.from({ length: rounds }, (_, round) => {
    const here = engines.filter((engine) => {
      return takesPart(round, rounds, isPeer(engine) ? peerProcesses : processes);
    });
    const turned = here.map((_, i) => here[(i + round) % here.length] as EngineName);
    return streams.flatMap((stream) => turned.map((engine) => ({ engine, stream })));
  }).flat();
}

/** True in `times` of `rounds` rounds. */
function takesPart(round: number, rounds: number, times: number): boolean {
  return Math.floor((round * times) / rounds) !== Math.floor(((round - 1) * times) / rounds);
}
