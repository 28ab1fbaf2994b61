/**
 * Plays a league stream over and over through one fast book, in a process of its own, and prints
 * as JSON what grew and what the garbage collector did: started by allocation.integration.test.ts
 * with a small young generation, so that little would already be noticed.
 */

import { readFileSync } from 'node:fs';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { BookMemory, MatchingBook } from '../../engine/book/index.ts';
import { LeaguePlayer } from './league-player.ts';
import { emptyStream, type LeagueStream, MessageType } from './league-stream.ts';
import { readRecordFile } from './record-file.ts';
import { ReportRing } from './report-ring.ts';

/** Long enough for the compiler to have settled. */
const WARM_UP_ROUNDS = 60;
const MAX_ORDERS = 1_000_000;

export interface SteadyState {
  readonly messages: number;
  readonly scavenges: number;
  readonly grown: boolean;
}

const [path = '', rounds = '1'] = process.argv.slice(2);
const stream = readRecordFile(readFileSync(path));
const memory = new BookMemory(MAX_ORDERS);
const ring = new ReportRing(() => {});
const player = new LeaguePlayer((events) => new MatchingBook(1, memory, events), ring);
const cancels = cancelsOf(stream);
const scavenges: number[] = [];
const observer = new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const { kind } = (entry as unknown as { detail: { kind: number } }).detail;
    if (kind === constants.NODE_PERFORMANCE_GC_MINOR) scavenges.push(entry.startTime);
  }
});

/** What is still open of a round is cancelled, so that its ids may be used again. */
function playRound(): void {
  player.play(stream);
  player.play(cancels);
}

function cancelsOf({ count, orderIds }: LeagueStream): LeagueStream {
  return { ...emptyStream(count), types: new Uint8Array(count).fill(MessageType.Cancel), orderIds };
}

for (let round = 0; round < WARM_UP_ROUNDS; round += 1) playRound();
const sizesBefore = [memory.links, memory.values, memory.index.heads];
observer.observe({ entryTypes: ['gc'] });
const start = performance.now();
for (let round = 0; round < Number(rounds); round += 1) playRound();
const end = performance.now();
const sizesAfter = [memory.links, memory.values, memory.index.heads];
// Entries of the run are delivered after it.
setTimeout(() => {
  const result: SteadyState = {
    messages: Number(rounds) * (stream.count + cancels.count),
    scavenges: scavenges.filter((time) => time >= start && time <= end).length,
    grown: sizesBefore.some((array, i) => array !== sizesAfter[i]),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}, 50);
