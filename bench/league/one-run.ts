/** One engine on one stream in this process, which is fresh; prints the outcome as JSON. */

import { checkRun } from './check-run.ts';
import { clientOrders } from './client-orders.ts';
import { playFull } from './full-player.ts';
import type { LeagueStream } from './league-stream.ts';
import { measure } from './measure.ts';
import { PEER_NAMES, type PeerName, playPeer } from './peer-book.ts';
import { type CataloguedStream, readStream } from './stream-catalogue.ts';

const WARM_UP_MESSAGES = 2_000_000;

export const OWN_ENGINES = ['full', 'bare'] as const;
export type OwnEngine = (typeof OWN_ENGINES)[number];
export type EngineName = OwnEngine | PeerName;

/** What the process is asked, as its one argument. */
export interface RunRequest {
  readonly engine: EngineName;
  readonly stream: CataloguedStream;
  readonly warmUps: number;
  readonly peerLimitMs: number;
}

export interface RunOutcome {
  readonly messagesPerSecond: number;
  /** Of the first run of the process; as above where there is but one. */
  readonly cold: number;
  /** Messages played in the timed run. */
  readonly completed: number;
  /** Of the reports of our own engines. */
  readonly sha256?: string;
}

export function isPeer(engine: EngineName): engine is PeerName {
  return (PEER_NAMES as readonly string[]).includes(engine);
}

function run({ engine, stream: catalogued, warmUps, peerLimitMs }: RunRequest): RunOutcome {
  const stream = readStream(catalogued);
  if (isPeer(engine)) {
    const { messagesPerSecond, completed } = playPeer(engine, stream, peerLimitMs);
    return { messagesPerSecond, cold: messagesPerSecond, completed };
  }
  const runs = warmUpRuns(warmUps, stream.count);
  if (engine === 'full') return measureFull(stream, runs);
  const { cold, warm, sha256 } = measure(stream, runs);
  return { messagesPerSecond: warm, cold, completed: stream.count, sha256 };
}

/** A short stream is played more often: it is messages that settle the compiler. */
function warmUpRuns(asked: number, messages: number): number {
  return asked === 0 ? 0 : Math.max(asked, Math.ceil(WARM_UP_MESSAGES / messages));
}

/** What the last run gave out is decoded; what the runs before gave out is forgotten. */
function measureFull(stream: LeagueStream, warmUps: number): RunOutcome {
  const orders = clientOrders(stream);
  let last = playFull(stream, orders);
  const cold = last.messagesPerSecond;
  for (let i = 0; i < warmUps; i += 1) last = playFull(stream, orders);
  const { messagesPerSecond } = last;
  return { messagesPerSecond, cold, completed: stream.count, sha256: checkRun(last, stream) };
}

const [, script, request] = process.argv;
if (script === import.meta.filename && request !== undefined) {
  process.stdout.write(JSON.stringify(run(JSON.parse(request) as RunRequest)));
}
