/** What the matcher does, as 16 bytes: a journal may only be done again by what did it before. */

import { createHash, type Hash } from 'node:crypto';
import type { Crc32 } from '../../feed/index.ts';
import * as feed from '../../feed/index.ts';
import { Engine } from '../engine.ts';
import { USUAL_CHOICE } from '../entry/client-directory.ts';
import * as engineLimits from '../limits.ts';
import * as protocol from '../protocol/index.ts';
import { FINGERPRINT_BYTES } from './format.ts';
import { privateReports } from './private-run.ts';
import { PROBE_OWNERS, PROBE_STEP_MS, probeCommands, probeRandom } from './probe-commands.ts';
import { NEW_ENGINE, RecordBatch } from './record-batch.ts';
import { RecordPlayer } from './record-player.ts';

/** Raised when the matcher does something differently that the probe below does not show. */
const MATCHER_VERSION = 2;
const PROBE_EPOCH = { seconds: 1, random: 1 };

/**
 * Taken from behaviour, not from sources: the same commands are encoded, decoded, matched,
 * recorded and reported by the code that runs the market, and every byte of it is hashed. So a
 * renamed variable changes nothing, and a changed rule, codec or layout cannot be forgotten.
 */
export function matcherFingerprint(crc32: Crc32): Uint8Array {
  const hash = createHash('sha256').update(`matcher ${MATCHER_VERSION}`);
  const reports = privateReports();
  const engine = new Engine({
    epoch: PROBE_EPOCH,
    wallClock: () => {},
    crc32,
    sink: (packet) => hash.update(packet),
    orderSink: (packet) => hash.update(packet),
    reports: reports.sink,
  });
  const batch = new RecordBatch();
  for (let owner = 1; owner <= PROBE_OWNERS; owner++) {
    const name = `probe-${owner}`;
    batch.client({ ...USUAL_CHOICE, owner, name, token: 'f'.repeat(32) });
  }
  const random = probeRandom();
  for (const [index, command] of probeCommands(random).entries()) {
    const number = index + 1;
    const time = number * PROBE_STEP_MS * 1_000_000;
    const high = Math.floor(time / 2 ** 32);
    batch.command(high, time % 2 ** 32, 1 + random(PROBE_OWNERS), number, command);
  }
  const { bytes } = batch.seal(NEW_ENGINE, 0, crc32);
  hash.update(bytes);
  const { sequencer } = engine;
  const player = new RecordPlayer({
    command: (...command) => sequencer.apply(...command),
    client: (client) => reports.clients.restore(client, 0),
  });
  player.play(bytes, 0, bytes.length);
  engine.flush();
  for (let owner = 1; owner <= PROBE_OWNERS; owner++) {
    reports.clients.ofOwner(owner)?.reports.replay(0, (report) => hash.update(report));
  }
  return fingerprint(hash);
}

/** Of the feed and of order entry those that a command meets; of the engine's own all. */
export const RULE_LIMITS = {
  ...engineLimits,
  MAX_INSTRUMENTS: feed.MAX_INSTRUMENTS,
  MAX_SYMBOL_BYTES: feed.MAX_SYMBOL_BYTES,
  MAX_DECIMAL_BYTES: feed.MAX_DECIMAL_BYTES,
  MAX_TRANSACTION_RECORDS: feed.MAX_TRANSACTION_RECORDS,
  BOOK_HASH_INTERVAL_NS: feed.BOOK_HASH_INTERVAL_NS,
  ORDER_HASH_NS_PER_ORDER: feed.ORDER_HASH_NS_PER_ORDER,
  MAX_BOOK_UPDATE_LEVELS: protocol.MAX_BOOK_UPDATE_LEVELS,
  MAX_ICEBERG_PARTS: protocol.MAX_ICEBERG_PARTS,
  MAX_MASS_CANCEL: protocol.MAX_MASS_CANCEL,
  MAX_CALENDAR_ENTRIES: protocol.MAX_CALENDAR_ENTRIES,
  MAX_HOLIDAYS: protocol.MAX_HOLIDAYS,
  MAX_DAY: protocol.MAX_DAY,
  MAX_OWNERS: protocol.MAX_OWNERS,
  REPORT_LOG_BYTES: protocol.REPORT_LOG_BYTES,
  MAX_REPORT_LOGS_BYTES: protocol.MAX_REPORT_LOGS_BYTES,
};

/** The limits that decide what becomes of a command and that no command carries. */
export function configurationFingerprint(): Uint8Array {
  // In an order that no tool decides.
  const limits = Object.entries(RULE_LIMITS).sort(([a], [b]) => (a < b ? -1 : 1));
  return fingerprint(createHash('sha256').update(JSON.stringify(limits)));
}

function fingerprint(hash: Hash): Uint8Array {
  return new Uint8Array(hash.digest().subarray(0, FINGERPRINT_BYTES));
}
