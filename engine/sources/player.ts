/** Plays a source into order entry: paces it, keeps what is under way bounded, and tells how it goes. */

import type { InstrumentId, MonotonicClock } from '../../feed/index.ts';
import { UserError } from '../../feed/process/index.ts';
import {
  COMMAND_WINDOW,
  type Command,
  CommandType,
  REASON_TEXT,
  type Reason,
  type Report,
  ReportType,
} from '../protocol/index.ts';
import type { OrderEntryConnection } from '../protocol/node.ts';
import { EnginePatience } from './engine-patience.ts';
import { problem } from './line-problem.ts';
import { Pace, type Speed } from './pace.ts';
import { type AnsweredStep, PendingSteps } from './pending-steps.ts';
import { Signal } from './signal.ts';
import type {
  Source,
  SourceCommand,
  SourceInstrument,
  SourceItem,
  SourceProblem,
  SourceStep,
} from './source.ts';

/**
 * What is due within this goes together: timers are good to a millisecond, and each frame of orders
 * wakes ten threads on its way to a screen, which shows sixty pictures a second.
 */
const GRAIN_MS = 2;

export interface PlayerListener {
  /** All commands of a step have been answered; told in the order of the steps. */
  stepAnswered?(step: AnsweredStep): void;
  problem?(problem: SourceProblem): void;
}

/** As much of an order-entry connection as playing needs. */
export type PlayerConnection = Pick<
  OrderEntryConnection,
  'send' | 'onReport' | 'onEvent' | 'unanswered'
>;

export interface PlayerOptions {
  readonly connection: PlayerConnection;
  readonly source: Source;
  readonly speed: Speed;
  /** Whether something wrong with the input is passed over, or ends the play with a `UserError`. */
  readonly onError: 'skip' | 'fatal';
  /** At most this many published transactions may be unapplied at the far end; see `applied`. */
  readonly window?: number;
  /** Whether the far end must have applied an instrument's listing before anything else is played. */
  readonly awaitsListings?: boolean;
  readonly nowMs: MonotonicClock;
  /** So long a lost engine may take to come back. Default: 30,000. */
  readonly patienceMs?: number;
  readonly listener?: PlayerListener;
}

/** Where the play ended: the input's end, or a call of `stop`. */
export type PlayerEnd = 'end' | 'stopped';

export class Player {
  readonly #connection: PlayerConnection;
  readonly #source: Source;
  readonly #onError: 'skip' | 'fatal';
  readonly #window: number;
  readonly #awaitsListings: boolean;
  readonly #listener: PlayerListener;
  readonly #pace: Pace;
  readonly #ids = new Map<string, InstrumentId>();
  readonly #listing = new Map<number, string>();
  readonly #pending: PendingSteps;
  /** Published transactions that the far end has not applied; only kept with a window. */
  readonly #unapplied: number[] = [];
  /** The far end may be told of a transaction before the engine's report of it arrives here. */
  #applied = 0;
  /** The transaction of the newest listing. */
  #listedAt = 0;
  readonly #patience: EnginePatience;
  readonly #changed = new Signal();
  /** Raised when a wait for the next step's time must not go on. */
  readonly #ended = new Signal();
  readonly #counts = { steps: 0, commands: 0, problems: 0, refused: 0 };
  #failure: Error | undefined;
  #isStopping = false;

  constructor(options: PlayerOptions) {
    this.#connection = options.connection;
    this.#source = options.source;
    this.#onError = options.onError;
    this.#window = options.window ?? Number.POSITIVE_INFINITY;
    this.#awaitsListings = options.awaitsListings ?? false;
    this.#listener = options.listener ?? {};
    this.#patience = new EnginePatience({
      patienceMs: options.patienceMs,
      unanswered: () => this.#pending.unanswered,
      hasTold: () => this.#ids.size > 0,
      lost: (unanswered) => this.#engineLost(unanswered),
    });
    this.#pace = new Pace(options.speed, options.nowMs);
    this.#pending = new PendingSteps(
      (step) => this.#listener.stepAnswered?.(step),
      (transaction) => this.#published(transaction),
    );
  }

  get commands(): number {
    return this.#counts.commands;
  }

  get problems(): number {
    return this.#counts.problems;
  }

  /** The source's counters and the player's own, by name. */
  summary(): Readonly<Record<string, number>> {
    return { ...this.#counts, ...this.#source.summary() };
  }

  /** Rejects with a `UserError`, or with the connection's `OrderEntryError` when the engine is lost. */
  async play(): Promise<PlayerEnd> {
    const unsubscribe = [
      this.#connection.onReport((report) => this.#report(report)),
      this.#connection.onEvent((event) => this.#patience.heard(event)),
    ];
    try {
      await this.#list(this.#source.instruments);
      const items = this.#source.items();
      if (Symbol.iterator in items) await this.#playAtHand(items);
      else await this.#playComing(items);
      await this.#until(() => this.#pending.unanswered === 0);
      return this.#isStopping ? 'stopped' : 'end';
    } finally {
      this.#patience.end();
      for (const end of unsubscribe) end();
    }
  }

  /** The far end has applied everything up to this transaction. */
  applied(transaction: number): void {
    this.#applied = Math.max(this.#applied, transaction);
    let count = 0;
    for (const published of this.#unapplied) {
      if (published > transaction) break;
      count++;
    }
    this.#unapplied.splice(0, count);
    this.#changed.raise();
  }

  /** Ends the play after the step under way. */
  stop(): void {
    this.#isStopping = true;
    this.#changed.raise();
    this.#ended.raise();
  }

  /** A source that has its items at hand is asked without a turn of the promises for each. */
  async #playAtHand(items: Iterable<SourceItem>): Promise<void> {
    for (const item of items) {
      if (this.#isStopping) break;
      const waiting = this.#item(item);
      if (waiting !== undefined) await waiting;
      this.#throwFailure();
    }
  }

  async #playComing(items: AsyncIterable<SourceItem>): Promise<void> {
    for await (const item of items) {
      if (this.#isStopping) break;
      await this.#item(item);
      this.#throwFailure();
    }
  }

  /** Answers with a promise only where something has to be waited for. */
  #item(item: SourceItem): Promise<void> | undefined {
    if (item.type === 'problem') this.#problem(item);
    else if (!this.#isPossibleAtOnce(item)) return this.#stepInTime(item);
    else this.#stepAtOnce(item);
    return undefined;
  }

  #isPossibleAtOnce({ timeNs, commands, awaitsAnswers }: SourceStep): boolean {
    if (awaitsAnswers === true || this.#window !== Number.POSITIVE_INFINITY) return false;
    if (this.#connection.unanswered + commands.length > COMMAND_WINDOW) return false;
    for (const { type } of commands) if (type === CommandType.ListInstrument) return false;
    return this.#pace.waitMs(timeNs) < GRAIN_MS;
  }

  #stepAtOnce({ line, commands }: SourceStep): void {
    this.#counts.steps++;
    this.#pending.begin(line);
    for (const command of commands) {
      if (command.type === CommandType.ListInstrument) continue;
      const resolved = this.#resolve(command, line);
      if (resolved !== undefined) this.#send(resolved);
    }
    this.#pending.end();
  }

  async #stepInTime(step: SourceStep): Promise<void> {
    await this.#due(step.timeNs);
    if (this.#isStopping) return;
    this.#counts.steps++;
    this.#pending.begin(step.line);
    for (const command of step.commands) {
      await this.#room();
      if (command.type === CommandType.ListInstrument) {
        await this.#list([command]);
      } else {
        const resolved = this.#resolve(command, step.line);
        if (resolved !== undefined) this.#send(resolved);
      }
    }
    this.#pending.end();
    if (step.awaitsAnswers === true) await this.#until(() => this.#pending.unanswered === 0);
  }

  /** Returns the client's own number of the command. */
  #send(command: Command): number {
    const number = this.#connection.send(command);
    this.#pending.sent(number, command);
    this.#counts.commands++;
    return number;
  }

  /** Lists instruments and waits for their ids. Throws `UserError` when one is refused. */
  async #list(instruments: readonly SourceInstrument[]): Promise<void> {
    const isNew = instruments.some(({ symbol }) => !this.#ids.has(symbol));
    for (const instrument of instruments) {
      await this.#room();
      const number = this.#send({ ...instrument, type: CommandType.ListInstrument });
      this.#listing.set(number, instrument.symbol);
    }
    await this.#until(() => this.#listing.size === 0);
    // One that was listed before is not published again, so nobody can apply it.
    if (isNew && this.#awaitsListings) await this.#until(() => this.#applied >= this.#listedAt);
  }

  #resolve(
    command: Exclude<SourceCommand, { type: typeof CommandType.ListInstrument }>,
    line: number,
  ): Command | undefined {
    const { symbol } = command;
    const instrument = this.#ids.get(symbol);
    // The symbol stays in it, which nobody minds: leaving it out took longer than encoding the rest.
    if (instrument !== undefined) return { ...command, instrument };
    this.#problem(
      problem(line, 'NOT_LISTED', `"${symbol}" could not be listed, so nothing is done.`),
    );
    return undefined;
  }

  #report(report: Report): void {
    if (report.type === ReportType.InstrumentListed) {
      this.#ids.set(report.symbol, report.instrument);
      this.#listing.delete(report.command);
      this.#listedAt = report.transaction;
    }
    if (report.type === ReportType.Rejected)
      this.#refused(report.command, report.clientOrderId, report.reason);
    this.#source.onReport?.(report);
    this.#pending.onReport(report);
    this.#changed.raise();
  }

  /** Orders are refused in the normal course of things; anything else should not be. */
  #refused(command: number, clientOrderId: number, reason: Reason): void {
    this.#counts.refused++;
    const symbol = this.#listing.get(command);
    this.#listing.delete(command);
    if (symbol !== undefined) {
      const why = `The engine refuses to list "${symbol}": ${REASON_TEXT[reason]}`;
      const text = `${why} An engine started with --no-market has no instruments of its own.`;
      this.#fail(new UserError('INSTRUMENT_REFUSED', text));
    } else if (clientOrderId === 0) {
      this.#problem(problem(this.#pending.lineOf(command), 'COMMAND_REFUSED', REASON_TEXT[reason]));
    }
  }

  #problem(found: SourceProblem): void {
    this.#counts.problems++;
    this.#listener.problem?.(found);
    if (this.#onError !== 'fatal' || found.isWarning === true) return;
    this.#fail(new UserError(found.code, `line ${found.line}: ${found.message}`));
  }

  #engineLost(unanswered: number): void {
    const asked = unanswered === 1 ? '1 command was' : `${unanswered} commands were`;
    const text = `The engine was lost while ${asked} unanswered; whether they were done is not known.`;
    this.#fail(new UserError('ENGINE_LOST', `${text} Start the source again.`));
  }

  /** Whatever the play waits for, it ends with this error now. */
  #fail(error: Error): void {
    this.#failure ??= error;
    this.#changed.raise();
    this.#ended.raise();
  }

  #published(transaction: number): void {
    if (this.#window === Number.POSITIVE_INFINITY || transaction <= this.#applied) return;
    this.#unapplied.push(transaction);
  }

  async #due(timeNs: bigint): Promise<void> {
    for (;;) {
      const waitMs = this.#pace.waitMs(timeNs);
      if (waitMs < GRAIN_MS || this.#isStopping) return;
      await this.#ended.raisedWithin(waitMs);
      this.#throwFailure();
    }
  }

  /** Room for one more command, by the connection's bound and by the far end's. */
  async #room(): Promise<void> {
    if (this.#window !== Number.POSITIVE_INFINITY) {
      await this.#until(() => this.#unapplied.length + this.#pending.unanswered < this.#window);
    }
    await this.#until(() => this.#connection.unanswered < COMMAND_WINDOW);
  }

  async #until(condition: () => boolean): Promise<void> {
    this.#throwFailure();
    while (!condition() && !this.#isStopping) {
      await this.#changed.raised();
      this.#throwFailure();
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
