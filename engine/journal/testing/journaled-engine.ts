/** An engine with a journal in memory, for tests: what it published as records, what it reported. */

import { type Nanos, PacketOffset, type PacketSink, setNanos } from '../../../feed/index.ts';
import { crc32 } from '../../../feed/process/index.ts';
import { BookMemory } from '../../book/book-memory.ts';
import { MatchingBook } from '../../book/matching-book.ts';
import { Engine } from '../../engine.ts';
import { ClientDirectory } from '../../entry/client-directory.ts';
import type { Command } from '../../protocol/index.ts';
import { ReportRows } from '../../testing/engine-fixture.ts';
import type { JournalCommandLog } from '../command-log.ts';
import { Journal, type JournalOptions } from '../journal.ts';
import { restartFrom } from '../restart.ts';
import type { MemoryFiles } from './memory-files.ts';

export const BOOT = new Uint8Array(16).fill(7);
export const MATCHER = new Uint8Array(16).fill(3);
const START_NS = 1_700_000_000_000_000_000n;

export class JournaledEngine {
  readonly journal: Journal;
  readonly log: JournalCommandLog;
  readonly engine: Engine;
  readonly reports = new ReportRows();
  /** Every record published or done again, as hexadecimal, in order. */
  readonly records: string[] = [];
  readonly accounts = new ClientDirectory({ newToken: () => '', openOrdersOf: () => 0 });
  readonly said: string[] = [];
  /** Replaces the clock's time of a command. */
  timeNs = START_NS;
  nowMs = 0;

  /** `heard` gets every packet of the L2 stream. */
  constructor(
    files: MemoryFiles,
    changes: Partial<JournalOptions> = {},
    heard: PacketSink = () => {},
  ) {
    const wallClock = (out: Nanos): void => setNanos(out, this.timeNs);
    const say = (_fields: object, message: string): void => void this.said.push(message);
    this.journal = new Journal(files, {
      fsync: false,
      segmentBytes: 2 ** 20,
      onDamage: 'refuse',
      crc32,
      wallClock,
      nowMs: () => this.nowMs,
      random: () => 1,
      matcher: MATCHER,
      bootId: BOOT,
      log: { info: say, error: say },
      ...changes,
    });
    this.log = this.journal.begin();
    const memory = new BookMemory(1 << 12);
    this.engine = new Engine({
      ...this.journal.beginning,
      wallClock,
      crc32,
      sink: (packet, first, count) => {
        this.records.push(...recordsOf(packet));
        heard(packet, first, count);
      },
      reports: this.reports,
      log: this.log,
      createBook: (instrument, events) => new MatchingBook(instrument, memory, events),
    });
    restartFrom(this.journal, { engine: this.engine, clients: this.accounts }, () => 0);
  }

  /** One turn of the event loop. */
  turn(...commands: readonly Command[]): void {
    this.nowMs += 100;
    for (const command of commands) {
      this.timeNs += 3_000_000n;
      this.engine.sequencer.submit(1, this.engine.sequencer.transaction + 1, command);
    }
    this.engine.flush();
  }

  get clients(): string[] {
    return [...this.accounts.accounts()].map(({ owner, name }) => `${owner} ${name}`);
  }

  get epoch(): string {
    const { seconds, random } = this.journal.beginning.epoch;
    return `${seconds}-${random}`;
  }
}

/** The records of a packet, without its header: framing may differ, they may not. */
export function recordsOf(packet: Uint8Array): string[] {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const records: string[] = [];
  if (view.getUint32(PacketOffset.Count, true) === 0) return records;
  let at = view.getUint16(PacketOffset.HeaderBytes, true);
  while (at < packet.length) {
    const length = view.getUint8(at + 1) * 8;
    records.push(Buffer.from(packet.subarray(at, at + length)).toString('hex'));
    at += length;
  }
  return records;
}
