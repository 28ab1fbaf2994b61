/** One run of a stream through a book, to its report lines or their hash. */

import type { BookEvents, OrderBook } from '../../engine/book/index.ts';
import { LeaguePlayer } from './league-player.ts';
import type { LeagueStream } from './league-stream.ts';
import { LineHash, ReportLines } from './report-lines.ts';
import { ReportRing } from './report-ring.ts';

export type CreateBook = (events: BookEvents) => OrderBook;

export function reportLines(stream: LeagueStream, createBook: CreateBook): string[] {
  const collected: string[] = [];
  run(stream, createBook, (line) => collected.push(line));
  return collected;
}

export function reportHash(stream: LeagueStream, createBook: CreateBook): string {
  const hash = new LineHash();
  run(stream, createBook, (line) => hash.add(line));
  return hash.digest();
}

function run(stream: LeagueStream, createBook: CreateBook, emit: (line: string) => void): void {
  const lines = new ReportLines(emit);
  const ring = new ReportRing(lines.take);
  new LeaguePlayer(createBook, ring).play(stream);
  ring.flush();
  lines.end();
}
