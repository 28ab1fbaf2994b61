/** The one writer: numbers and times each command, applies it, and has its outcome recorded. */

import { type Nanos, nanos, nanosBetween, type WallClock } from '../feed/index.ts';
import type { DeltaRecorder } from './delta-recorder.ts';
import type { Market } from './market.ts';
import type { ReportSink } from './market-output.ts';
import { type Command, CommandType, Reason } from './protocol/index.ts';

/** Reports that belong to a command, told from the first to the last. */
export interface SequencedReports extends ReportSink {
  /** What follows happens in this transaction and answers the owner's command of this number. */
  begin(transaction: number, owner: number, number: number): void;
}

export interface SequencerOptions {
  readonly clock: WallClock;
  readonly market: Market;
  readonly recorder: DeltaRecorder;
  readonly reports: SequencedReports;
}

/**
 * Time is stamped here and is part of the command from then on: the commands with their numbers,
 * owners and times are all that it takes to do everything again, record for record.
 */
export class Sequencer {
  readonly #clock: WallClock;
  readonly #market: Market;
  readonly #recorder: DeltaRecorder;
  readonly #reports: SequencedReports;
  readonly #now: Nanos = nanos();
  readonly #time: Nanos = nanos();
  #transaction = 0;

  constructor(options: SequencerOptions) {
    this.#clock = options.clock;
    this.#market = options.market;
    this.#recorder = options.recorder;
    this.#reports = options.reports;
  }

  /** Of the last command. */
  get transaction(): number {
    return this.#transaction;
  }

  /** Of the last command; do not change it. */
  get time(): Readonly<Nanos> {
    return this.#time;
  }

  /** Sequences a command. `number` is the owner's own of it; refused or done, it is reported. */
  submit(owner: number, number: number, command: Command): void {
    const now = this.#now;
    const time = this.#time;
    this.#clock(now);
    // A clock that was set back holds the market's time where it is.
    const isLater = nanosBetween(time.high, time.low, now.high, now.low) > 0;
    const { high, low } = isLater ? now : time;
    this.apply(this.#transaction + 1, high, low, owner, number, command);
  }

  /** Applies a command that has been sequenced before; numbers are dense, time never falls. */
  apply(
    transaction: number,
    timeHigh: number,
    timeLow: number,
    owner: number,
    number: number,
    command: Command,
  ): void {
    const time = this.#time;
    if (transaction !== this.#transaction + 1) {
      throw new Error(`Sequencer: ${transaction} does not follow ${this.#transaction}`);
    }
    if (nanosBetween(time.high, time.low, timeHigh, timeLow) < 0) {
      throw new Error(`Sequencer: the time of transaction ${transaction} is before the last`);
    }
    this.#transaction = transaction;
    time.high = timeHigh;
    time.low = timeLow;
    this.#recorder.begin(transaction, timeHigh, timeLow, instrumentOf(command));
    this.#reports.begin(transaction, owner, number);
    const reason = this.#market.apply(owner, command);
    this.#recorder.end();
    if (reason !== Reason.None) this.#reports.rejected(owner, clientOrderIdOf(command), reason);
  }
}

/** The one instrument that a command names; 0 when it names none. */
function instrumentOf(command: Command): number {
  return 'instrument' in command ? command.instrument : 0;
}

/** 0 for commands that are not about an order. */
export function clientOrderIdOf(command: Command): number {
  switch (command.type) {
    case CommandType.NewOrder:
    case CommandType.Cancel:
    case CommandType.Modify:
    case CommandType.Replace:
      return command.clientOrderId;
    default:
      return 0;
  }
}
