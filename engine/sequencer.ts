/** The one writer: numbers and times each command, applies it, and has its outcome recorded. */

import { type Nanos, nanos, nanosBetween, type WallClock } from '../feed/index.ts';
import type { Market } from './market.ts';
import type { ReportSink } from './market-output.ts';
import type { TransactionRecorder } from './market-recorder.ts';
import { nanosToMillis } from './market-time.ts';
import {
  type AdvanceTime,
  type Command,
  CommandType,
  ENGINE_OWNER,
  Reason,
} from './protocol/index.ts';
import type { StateReader, StateWriter } from './state.ts';

/** Local, for an imported constant is read from memory at each use. */
const { NewOrder, Cancel, Modify, Replace } = CommandType;
const { None } = Reason;

/** Reports that belong to a command, told from the first to the last. */
export interface SequencedReports extends ReportSink {
  /** What follows happens in this transaction and answers the owner's command of this number. */
  begin(transaction: number, owner: number, number: number): void;
}

/** A command with all that makes it do the same again. */
export type SequencedCommand = (
  transaction: number,
  timeHigh: number,
  timeLow: number,
  owner: number,
  number: number,
  command: Command,
) => void;

/** Where commands are kept before anything of them is done: the journal. */
export interface CommandLog {
  /** Keeps a command for the next commit; false when it cannot be written down. */
  append(...command: Parameters<SequencedCommand>): boolean;
  /** True when it should not wait longer for a commit. */
  readonly isFull: boolean;
  /**
   * Writes what has been kept since the last commit, and then gives each command to `apply`; to
   * `refuse` when it could not be written, and nothing of it will ever be done.
   */
  commit(apply: SequencedCommand, refuse: SequencedCommand): void;
  /** Told once whose commands these are. */
  connect?(engine: StandingEngine): void;
}

/** Where an engine stands between two commands, as far as one can say it in a few words. */
export interface EngineStanding {
  /** The last one done. */
  transaction: number;
  /** Of the L2 stream. */
  nextSequence: number;
  /** Two lanes over what the engine has told, u32 each: equal where the same was done. */
  laneA: number;
  laneB: number;
}

export interface StandingEngine {
  standing(out: EngineStanding): void;
}

export interface SequencerOptions {
  readonly clock: WallClock;
  readonly market: Market;
  readonly recorder: TransactionRecorder;
  readonly reports: SequencedReports;
  /** With a log, commands are done at the next `commit`; without one, at once. */
  readonly log?: CommandLog | undefined;
  /**
   * So many commands between two commits share a reading of the clock, which takes as long as a
   * tenth of a command. Default: each has its own.
   */
  readonly commandsPerReading?: number | undefined;
}

/** Commands whose orders are looked at together: what they look at must stay near until they come. */
const WARMED_TOGETHER = 64;
/** More than are ever expected; a small integer, as the other number is. */
const ALL_EXPECTED = 2 ** 20;

const ADVANCE_TIME: AdvanceTime = { type: CommandType.AdvanceTime };

/**
 * Time is stamped here and is part of the command from then on: the commands with their numbers,
 * owners and times are all that it takes to do everything again, record for record.
 */
export class Sequencer {
  readonly #clock: WallClock;
  readonly #market: Market;
  readonly #recorder: TransactionRecorder;
  readonly #reports: SequencedReports;
  readonly #now: Nanos = nanos();
  readonly #time: Nanos = nanos();
  readonly #commandsPerReading: number;
  /** The last reading of the clock, and the commands that it is still good for. */
  readonly #stamp: Nanos = nanos();
  #readingLeft = 0;
  readonly #log: CommandLog | undefined;
  /** True when a command has thrown half-way: what it did may be anything, and must not be seen. */
  hasFailed = false;
  #transaction = 0;
  /** Of the last command that waits for its commit; `#transaction` when none does. */
  #sequenced = 0;
  /** When that was; kept also when its commit fails, for time never falls. */
  readonly #sequencedTime: Nanos = nanos();
  /** Commands of the commit that is being done whose orders have been looked at. */
  #warmedLeft = 0;
  /** Nothing becomes due before this because of commands that wait for their commit. */
  #soonestDueMs = Number.POSITIVE_INFINITY;

  constructor(options: SequencerOptions) {
    this.#clock = options.clock;
    this.#market = options.market;
    this.#recorder = options.recorder;
    this.#reports = options.reports;
    this.#log = options.log;
    // Without a log, each command may make something due for the next one.
    this.#commandsPerReading = options.log === undefined ? 1 : (options.commandsPerReading ?? 1);
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
    if (this.#readingLeft === 0) this.#readClock();
    this.#readingLeft -= 1;
    const { high, low: unsigned } = this.#stamp;
    // As a signed word it is handed on as it is; a number above 2^31 would be put on the heap.
    const low = unsigned | 0;
    this.#sequence(high, low, owner, number, command);
    if (this.#log !== undefined && !this.#market.isTimeless(command)) {
      const due = this.#market.soonestDueMs(command, nanosToMillis(high, low));
      if (due < this.#soonestDueMs) {
        this.#soonestDueMs = due;
        this.#readingLeft = 0;
      }
    }
  }

  /** Times the commands that follow, and does first what is due by then. */
  #readClock(): void {
    const { high, low } = this.#timeNow();
    this.#stamp.high = high;
    this.#stamp.low = low;
    const nowMs = nanosToMillis(high, low);
    if (nowMs >= this.#soonestDueMs || nowMs >= this.#market.nextDueMs) this.#advance(high, low);
    this.#readingLeft = this.#commandsPerReading;
  }

  /** Does what is due by now, if anything is. */
  advance(): void {
    const { high, low } = this.#timeNow();
    if (nanosToMillis(high, low) >= this.#market.nextDueMs) this.#advance(high, low);
  }

  /** By commands of the engine's own, each as long as a transaction may be. */
  #advance(high: number, low: number): void {
    this.commit();
    const nowMs = nanosToMillis(high, low);
    const market = this.#market;
    while (nowMs >= market.nextDueMs) {
      const before = this.#transaction;
      const { openOrders } = market;
      this.#sequence(high, low, ENGINE_OWNER, 0, ADVANCE_TIME);
      this.commit();
      // What the journal could not write is not done, and stays due.
      if (this.#transaction === before) return;
      // Only one that has ended as many orders as a command may leaves something to the next.
      if (nowMs >= market.nextDueMs && market.openOrders >= openOrders) {
        throw new Error('Sequencer: what is due was not done');
      }
    }
  }

  /** A clock that was set back holds the market's time where it is. */
  #timeNow(): Readonly<Nanos> {
    const now = this.#now;
    const time = this.#sequencedTime;
    this.#clock(now);
    return nanosBetween(time.high, time.low, now.high, now.low) > 0 ? now : time;
  }

  #sequence(high: number, low: number, owner: number, number: number, command: Command): void {
    const transaction = this.#sequenced + 1;
    const log = this.#log;
    if (log === undefined) {
      this.apply(transaction, high, low, owner, number, command);
    } else if (log.append(transaction, high, low, owner, number, command)) {
      this.#sequenced = transaction;
      this.#sequencedTime.high = high;
      this.#sequencedTime.low = low;
      this.#market.expect(owner, command);
      if (log.isFull) this.commit();
    } else {
      this.#refuse(owner, number, command, Reason.BadField);
    }
  }

  /** Nothing may wait for the log. */
  saveState(writer: StateWriter): void {
    writer.part('seqr', () => {
      writer.int(this.#transaction);
      writer.u64(this.#time.high, this.#time.low);
    });
  }

  loadState(reader: StateReader): void {
    reader.part('seqr', () => {
      this.#transaction = reader.int(0);
      this.#sequenced = this.#transaction;
      reader.u64(this.#time);
      this.#sequencedTime.high = this.#time.high;
      this.#sequencedTime.low = this.#time.low;
    });
  }

  /** Does what waits for the log. Whoever looks at the market in between sees it before that. */
  commit(): void {
    if (this.#log === undefined) return;
    this.#warmedLeft = 0;
    this.#log.commit(this.#apply, this.#refuseUnwritten);
    // Of a commit that failed, some are still expected.
    this.#market.warm(ALL_EXPECTED);
    this.#sequenced = this.#transaction;
    this.#soonestDueMs = Number.POSITIVE_INFINITY;
    this.#readingLeft = 0;
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
    if (this.hasFailed) throw new Error('Sequencer: a command has failed; nothing more is done');
    if (transaction !== this.#transaction + 1) {
      throw new Error(`Sequencer: ${transaction} does not follow ${this.#transaction}`);
    }
    if (nanosBetween(time.high, time.low, timeHigh, timeLow) < 0) {
      throw new Error(`Sequencer: the time of transaction ${transaction} is before the last`);
    }
    this.#transaction = transaction;
    time.high = timeHigh;
    time.low = timeLow;
    if (transaction > this.#sequenced) {
      this.#sequenced = transaction;
      this.#sequencedTime.high = timeHigh;
      this.#sequencedTime.low = timeLow;
    }
    this.hasFailed = true;
    this.#recorder.begin(transaction, timeHigh, timeLow, instrumentOf(command));
    this.#reports.begin(transaction, owner, number);
    const reason = this.#market.apply(owner, command, time);
    this.#recorder.end();
    if (reason !== None) this.#reports.rejected(owner, clientOrderIdOf(command), reason);
    this.hasFailed = false;
  }

  /** No bound function, which the compiler does not put in place of its call. */
  readonly #apply: SequencedCommand = (transaction, high, low, owner, number, command) => {
    if (this.#warmedLeft === 0) {
      this.#market.warm(WARMED_TOGETHER);
      this.#warmedLeft = WARMED_TOGETHER;
    }
    this.#warmedLeft -= 1;
    this.apply(transaction, high, low, owner, number, command);
  };

  readonly #refuseUnwritten: SequencedCommand = (
    _transaction,
    _high,
    _low,
    owner,
    number,
    command,
  ) => this.#refuse(owner, number, command, Reason.JournalUnavailable);

  /** Refused before it was sequenced: it has no transaction. */
  #refuse(owner: number, number: number, command: Command, reason: Reason): void {
    this.#reports.begin(0, owner, number);
    this.#reports.rejected(owner, clientOrderIdOf(command), reason);
  }
}

/** The one instrument that a command names; 0 when it names none. */
function instrumentOf(command: Command): number {
  switch (command.type) {
    // Most are these, and a look at one shape is quicker than a question to all.
    case NewOrder:
    case Cancel:
    case Modify:
    case Replace:
      return command.instrument;
    default:
      return 'instrument' in command ? command.instrument : 0;
  }
}

/** 0 for commands that are not about an order. */
export function clientOrderIdOf(command: Command): number {
  switch (command.type) {
    case NewOrder:
    case Cancel:
    case Modify:
    case Replace:
      return command.clientOrderId;
    default:
      return 0;
  }
}
