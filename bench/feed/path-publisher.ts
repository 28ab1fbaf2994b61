/**
 * The engine's process of path runs: a league stream, preloaded, is matched by the full engine, its
 * journal written and its L2 stream published turn by turn, as order entry ends its turns.
 */

import { closeSync, openSync, writeSync } from 'node:fs';
import { StreamLevel, StreamWriter, shardTopic } from '../../feed/index.ts';
import { FeedPublisher } from '../../feed/node.ts';
import { crc32, wallClock } from '../../feed/process/index.ts';
import { clientOrders } from '../league/client-orders.ts';
import { EPOCH, FullEngine } from '../league/full-engine.ts';
import { COMMANDS_PER_TURN, LeagueSubmitter } from '../league/full-player.ts';
import { readStream } from '../league/stream-catalogue.ts';
import { planOf, tell } from './messages.ts';
import type { PathPlan } from './path.ts';
import { SendWindow } from './send-window.ts';

const { endpoint, stream: catalogued, messages, journal } = planOf<PathPlan>();
const stream = readStream(catalogued);
const orders = clientOrders(stream);
const count = Math.min(messages, stream.count);
const window = new SendWindow();
let hasBegun = false;
// Until it begins, heartbeats announce the first sequence, so that the subscriber needs no snapshot.
const announcer = new StreamWriter({
  epoch: EPOCH,
  topic: shardTopic(StreamLevel.L2),
  firstSequence: 1,
  crc32,
  wallClock,
  sink: (packet) => publisher.send(packet),
});
const publisher = new FeedPublisher({
  heartbeat: () => {
    if (!hasBegun) announcer.heartbeat(() => {});
  },
});
const file = openSync(journal, 'w');

/** The journal first, as always; then what came of it. */
function handOut(full: FullEngine, isPublished: boolean): void {
  const { journalBatches, levelPackets } = full.output;
  for (const batch of journalBatches) writeSync(file, batch);
  if (isPublished) {
    for (const packet of levelPackets) {
      publisher.send(packet);
      window.sent += 1;
    }
  }
  full.forgetOutput();
}

async function play(full: FullEngine, isPublished: boolean): Promise<void> {
  const submitter = new LeagueSubmitter(full, stream, orders);
  for (let i = 0; i < count; i += 1) {
    submitter.submit(i);
    if ((i + 1) % COMMANDS_PER_TURN !== 0) continue;
    full.endTurn();
    handOut(full, isPublished);
    await window.untilThereIsRoom();
  }
  full.endTurn();
  handOut(full, isPublished);
}

// Whatever is there the longest in production has been compiled.
await play(new FullEngine(), false);
const full = new FullEngine();
tell({ type: 'bound', endpoint: await publisher.bind(endpoint) });
const startUs = await window.go;
hasBegun = true;
const before = process.threadCpuUsage();
await play(full, true);
const { user, system } = process.threadCpuUsage(before);
const hashes = full.engine.market.instruments.map((instrument) => {
  const { laneA, laneB } = instrument.levelBook().hash;
  return [laneA, laneB] as const;
});
const report = {
  processorNs: (user + system) * 1000,
  failedSends: publisher.failedSends,
  hashes,
  startUs,
};
tell({ type: 'published', packets: window.sent, report });
closeSync(file);
process.on('disconnect', () => publisher.close());
