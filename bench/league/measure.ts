/** One timed run of a stream through the bare matcher, and of the hash of what it reported. */

import { BookMemory, MatchingBook } from '../../engine/book/index.ts';
import { LeaguePlayer } from './league-player.ts';
import type { LeagueStream } from './league-stream.ts';
import { ReportRing } from './report-ring.ts';
import { type CreateBook, reportHash } from './run-stream.ts';

const MAX_ORDERS = 4_000_000;

export interface Measurement {
  /** Messages per second of the first run of this process, compiler and all. */
  readonly cold: number;
  /** Of the run after `warmUps` runs. */
  readonly warm: number;
  readonly sha256: string;
}

export const createFastBook: CreateBook = (events) =>
  new MatchingBook(1, new BookMemory(MAX_ORDERS), events);

export function measure(stream: LeagueStream, warmUps: number): Measurement {
  const cold = messagesPerSecond(stream);
  let warm = cold;
  for (let run = 0; run < warmUps; run += 1) warm = messagesPerSecond(stream);
  return { cold, warm, sha256: reportHash(stream, createFastBook) };
}

/** The book is made before the clock starts; reports go to a ring that no one reads. */
function messagesPerSecond(stream: LeagueStream): number {
  const ring = new ReportRing(() => {});
  const player = new LeaguePlayer(createFastBook, ring);
  const start = performance.now();
  player.play(stream);
  ring.flush();
  return (stream.count * 1000) / (performance.now() - start);
}
