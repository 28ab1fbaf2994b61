/** An order-entry connection without an engine's process: the test says when it answers. */

import type { InstrumentId } from '../../../feed/index.ts';
import {
  type Command,
  CommandType,
  Reason,
  type Report,
  ReportType,
} from '../../protocol/index.ts';
import type { OrderEntryEvent } from '../../protocol/node.ts';
import type { PlayerConnection } from '../player.ts';
import { StandInEngine } from './stand-in-engine.ts';

const ID = 1 as InstrumentId;

export class StandInConnection implements PlayerConnection {
  sent = 0;
  refuseListing = false;
  readonly #reportListeners = new Set<(report: Report) => void>();
  readonly #eventListeners = new Set<(event: OrderEntryEvent) => void>();
  readonly #commands: Command[] = [];
  readonly #reports: Report[] = [];
  readonly #symbols = new Map<InstrumentId, string>();
  readonly #engine = new StandInEngine((report) => this.#reports.push(this.#numbered(report)));
  #answered = 0;
  #transaction = 0;

  get unanswered(): number {
    return this.sent - this.#answered;
  }

  send(command: Command): number {
    this.#commands.push(command);
    return ++this.sent;
  }

  onReport(listener: (report: Report) => void): () => void {
    this.#reportListeners.add(listener);
    return () => this.#reportListeners.delete(listener);
  }

  onEvent(listener: (event: OrderEntryEvent) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  /** Works on everything sent so far, and hands out every report. */
  answerAll(): void {
    while (this.#commands.length > 0) this.answerOne();
    this.answerReports(this.#reports.length);
  }

  /** Works on one command; its reports wait to be handed out. */
  answerOne(): void {
    const command = this.#commands.shift();
    if (command === undefined) return;
    this.#answered++;
    const before = this.#reports.length;
    this.#transaction++;
    if (command.type === CommandType.ListInstrument) this.#list(command.symbol);
    else if ('instrument' in command) this.#engine.apply(this.#bySymbol(command));
    const refused = this.#reports.slice(before).some(({ type }) => type === ReportType.Rejected);
    if (!refused) return;
    // What is refused takes no transaction number.
    this.#transaction--;
    for (let index = before; index < this.#reports.length; index++) {
      const report = this.#reports[index];
      if (report !== undefined) this.#reports[index] = { ...report, transaction: 0 };
    }
  }

  answerReports(count: number): void {
    for (const report of this.#reports.splice(0, count)) {
      for (const listener of this.#reportListeners) listener(report);
    }
  }

  lose(): void {
    const event = {
      type: 'disconnected',
      reason: Reason.HeartbeatLost,
      unanswered: this.unanswered,
    } as const;
    for (const listener of this.#eventListeners) listener(event);
  }

  /** A new session stands: in the engine of before, or in one that knows nothing. */
  comeBack(isResumed: boolean): void {
    const epoch = { seconds: 1, random: 1 };
    const event = { type: 'logged-on', owner: 1, epoch, isResumed } as const;
    for (const listener of this.#eventListeners) listener(event);
  }

  #list(symbol: string): void {
    const base = { transaction: this.#transaction, command: this.#answered };
    if (this.refuseListing) {
      const reason = Reason.InstrumentDiffers;
      this.#reports.push({ ...base, type: ReportType.Rejected, clientOrderId: 0, reason });
      return;
    }
    this.#symbols.set(ID, symbol);
    this.#engine.list({
      symbol,
      tickSize: '1',
      lotSize: '1',
      bookKind: 0,
      lowestPrice: 1,
      highestPrice: 1000,
    });
    this.#reports.push({ ...base, type: ReportType.InstrumentListed, instrument: ID, symbol });
  }

  #bySymbol(command: Extract<Command, { instrument: unknown }>) {
    const { instrument, ...fields } = command;
    return { ...fields, symbol: this.#symbols.get(instrument) ?? '' };
  }

  #numbered(report: Report): Report {
    return { ...report, transaction: this.#transaction, command: this.#answered };
  }
}
