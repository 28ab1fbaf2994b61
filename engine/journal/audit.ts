/** The audit trail: every command of a journal, who gave it and when, and what became of it. */

import { type Crc32, NO_EPOCH } from '../../feed/index.ts';
import { Engine } from '../engine.ts';
import type { ClientIdentity } from '../entry/client-directory.ts';
import type { ListedInstrument } from '../listed-instrument.ts';
import type { Command } from '../protocol/index.ts';
import { type AuditReport, AuditReports } from './audit-reports.ts';
import { type History, playHistory } from './history.ts';
import { privateReports } from './private-run.ts';
import { replayTarget } from './replay.ts';
import { loadWhole } from './whole-state.ts';

/** One command with all that it caused; valid during the call only. */
export interface AuditedCommand {
  readonly transaction: number;
  readonly timeHigh: number;
  readonly timeLow: number;
  readonly owner: number;
  /** The client's own number of it; 0: the engine gave it, in the client's name or its own. */
  readonly number: number;
  readonly command: Command;
  readonly reports: readonly AuditReport[];
}

export interface AuditListener {
  command(audited: AuditedCommand): void;
  /** A name was given away, or its bearer chose otherwise, behind this transaction. */
  client(client: ClientIdentity, transaction: number): void;
}

/** What an audit says of numbers: names of owners, symbols and scales of instruments. */
export interface AuditNames {
  nameOf(owner: number): string;
  instrument(id: number): ListedInstrument | undefined;
}

/**
 * Does everything again, from the journal's beginning or from the checkpoint that stands for what was
 * removed. Throws `UserError` JOURNAL_OTHER_RESULT where this engine does something else than the one
 * that wrote the journal.
 */
export class Audit implements AuditNames {
  readonly #history: History;
  readonly #engine: Engine;
  readonly #reports = new AuditReports();
  readonly #clients = privateReports().clients;
  readonly #names = new Map<number, string>([[0, 'engine']]);

  constructor(history: History, crc32: Crc32) {
    this.#history = history;
    this.#engine = new Engine({
      epoch: NO_EPOCH,
      wallClock: () => {},
      crc32,
      reports: this.#reports,
      sink: undefined,
    });
    const { checkpoint } = history;
    if (checkpoint === undefined) return;
    const whole = { engine: this.#engine, clients: this.#clients };
    loadWhole(whole, checkpoint.state, checkpoint.stateVersion, 0);
  }

  run(listener: AuditListener): void {
    const replay = replayTarget({ engine: this.#engine, clients: this.#clients }, () => 0);
    let last = this.#engine.sequencer.transaction;
    playHistory(this.#history, {
      standing: (...standing) => replay.standing?.(...standing),
      command: (transaction, timeHigh, timeLow, owner, number, command) => {
        replay.command(transaction, timeHigh, timeLow, owner, number, command);
        last = transaction;
        const reports = this.#reports.take();
        listener.command({ transaction, timeHigh, timeLow, owner, number, command, reports });
      },
      client: (client) => {
        replay.client(client);
        this.#names.set(client.owner, client.name);
        listener.client(client, last);
      },
    });
  }

  nameOf(owner: number): string {
    const name = this.#names.get(owner) ?? this.#clients.ofOwner(owner)?.name;
    return name ?? `#${owner}`;
  }

  instrument(id: number): ListedInstrument | undefined {
    return this.#engine.market.instrument(id);
  }
}
