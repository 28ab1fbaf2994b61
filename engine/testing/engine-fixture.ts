/** An engine without sockets, with a clock that the test moves, its packets and reports kept. */

import { type Nanos, setNanos } from '../../feed/index.ts';
import { crc32 } from '../../feed/process/index.ts';
import { Engine, type EngineOptions } from '../engine.ts';
import type { Command } from '../protocol/index.ts';
import type { SequencedReports } from '../sequencer.ts';
import { StreamReplica } from './stream-replica.ts';

/** One report as a row: the name of the call and its values, behind owner and transaction. */
export type ReportRow = readonly (string | number | boolean)[];

export class ReportRows implements SequencedReports {
  readonly rows: ReportRow[] = [];
  #transaction = 0;

  begin(transaction: number): void {
    this.#transaction = transaction;
  }
  accepted(...values: Parameters<SequencedReports['accepted']>): void {
    this.#add('accepted', values);
  }
  rejected(...values: Parameters<SequencedReports['rejected']>): void {
    this.#add('rejected', values);
  }
  filled(...values: Parameters<SequencedReports['filled']>): void {
    this.#add('filled', values);
  }
  cancelled(...values: Parameters<SequencedReports['cancelled']>): void {
    this.#add('cancelled', values);
  }
  replaced(...values: Parameters<SequencedReports['replaced']>): void {
    this.#add('replaced', values);
  }
  triggered(...values: Parameters<SequencedReports['triggered']>): void {
    this.#add('triggered', values);
  }
  tradeBusted(...values: Parameters<SequencedReports['tradeBusted']>): void {
    this.#add('tradeBusted', values);
  }
  tradeCorrected(...values: Parameters<SequencedReports['tradeCorrected']>): void {
    this.#add('tradeCorrected', values);
  }
  listed(...values: Parameters<SequencedReports['listed']>): void {
    this.#add('listed', values);
  }
  done(...values: Parameters<SequencedReports['done']>): void {
    this.#add('done', values);
  }
  massCancelled(...values: Parameters<SequencedReports['massCancelled']>): void {
    this.#add('massCancelled', values);
  }
  #add(name: string, values: readonly (string | number | boolean)[]): void {
    this.rows.push([this.#transaction, name, ...values]);
  }
}

export class EngineFixture {
  readonly engine: Engine;
  readonly packets: Uint8Array[] = [];
  readonly reports = new ReportRows();
  readonly replica = new StreamReplica();
  timeNs = 1_700_000_000_000_000_000n;
  #read = 0;

  constructor(createBook?: EngineOptions['createBook'], more: Partial<EngineOptions> = {}) {
    this.engine = new Engine({
      epoch: { seconds: 1_700_000_000, random: 7 },
      wallClock: (out: Nanos) => setNanos(out, this.timeNs),
      crc32,
      sink: (packet) => this.packets.push(packet),
      reports: this.reports,
      ...(createBook === undefined ? {} : { createBook }),
      ...more,
    });
  }

  /** Sequences a command of owner 1 unless told otherwise; returns the reports it caused. */
  do(command: Command, owner = 1): readonly ReportRow[] {
    const before = this.reports.rows.length;
    this.engine.sequencer.submit(owner, 0, command);
    return this.reports.rows.slice(before);
  }

  advance(milliseconds: number): void {
    this.timeNs += BigInt(milliseconds) * 1_000_000n;
  }

  /** Publishes what waits and lets the replica read all of it. */
  publish(): StreamReplica {
    this.engine.flush();
    for (; this.#read < this.packets.length; this.#read++) {
      this.replica.read(this.packets[this.#read] as Uint8Array);
    }
    return this.replica;
  }
}
