/** What a market must be that did the commands of a journal: naive books, and no journal of its own. */

import { setNanos } from '../../../feed/index.ts';
import { crc32 } from '../../../feed/process/index.ts';
import { NaiveBook, NaiveMemory } from '../../book/naive-book.ts';
import { Engine } from '../../engine.ts';
import { MAX_OPEN_ORDERS } from '../../limits.ts';
import type { Command } from '../../protocol/index.ts';
import { ReportRows } from '../../testing/engine-fixture.ts';
import { playHistory, readHistory } from '../history.ts';
import { NodeJournalFiles } from '../journal-files.ts';
import { recordsOf } from './journaled-engine.ts';

export class JournalOracle {
  readonly engine: Engine;
  readonly records: string[] = [];
  /** Number of the command of each transaction; transaction 1 is at 0. */
  readonly numbers: number[] = [];
  readonly #commandOf: (number: number) => Command;

  /** `commandOf`: what the one client sent under a number, from its own memory. */
  constructor(epoch: Engine['epoch'], commandOf: (number: number) => Command) {
    this.#commandOf = commandOf;
    const memory = new NaiveMemory(MAX_OPEN_ORDERS);
    this.engine = new Engine({
      epoch,
      wallClock: (out) => setNanos(out, 0n),
      crc32,
      sink: (packet) => this.records.push(...recordsOf(packet)),
      reports: new ReportRows(),
      createBook: (_instrument, events) => new NaiveBook(memory, events),
    });
  }

  /** Does what the journal has beyond what was done; only order and times are the journal's. */
  follow(directory: string): void {
    const files = new NodeJournalFiles(directory);
    const history = readHistory(files, crc32, { wantsAll: true });
    if (history.damage !== undefined) throw new Error(JSON.stringify(history.damage));
    playHistory(history, {
      command: (transaction, timeHigh, timeLow, owner, number, command) => {
        if (transaction <= this.numbers.length) return;
        const own = this.#commandOf(number);
        if (JSON.stringify(own) !== JSON.stringify(command)) {
          const both = `${JSON.stringify(command)} instead of ${JSON.stringify(own)}`;
          throw new Error(`transaction ${transaction}: ${both}`);
        }
        this.numbers.push(number);
        this.engine.sequencer.apply(transaction, timeHigh, timeLow, owner, number, own);
      },
      client: () => {},
    });
    this.engine.flush();
  }
}
