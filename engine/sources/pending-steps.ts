/** Steps whose commands have been sent: which reports answer them, and which transaction each made. */

import {
  type Command,
  CommandType,
  type NewOrder,
  OrderType,
  Reason,
  type Report,
  ReportType,
  TimeInForce,
} from '../protocol/index.ts';

/** A step that every command of which has been answered. */
export interface AnsweredStep {
  readonly line: number;
  /** After this transaction, the book shows what the step did: the last one published so far. */
  readonly transaction: number;
}

interface PendingStep {
  readonly line: number;
  /** The client's number of the last command sent for it, or before it. */
  last: number;
  /** More commands may follow. */
  isOpen: boolean;
}

export class PendingSteps {
  readonly #onAnswered: (step: AnsweredStep) => void;
  readonly #onPublished: (transaction: number) => void;
  readonly #pending: PendingStep[] = [];
  /** The queue's front: shifting an array of thousands for each step would be slow. */
  #head = 0;
  /** Commands under way that end in themselves: market and immediate orders. */
  readonly #immediates = new Set<number>();
  /** Client order ids of open orders of which the feed need not show that they came, changed or went. */
  readonly #unseen = new Set<number>();
  #sent = 0;
  #answered = 0;
  #lastPublished = 0;

  constructor(
    onAnswered: (step: AnsweredStep) => void,
    onPublished: (transaction: number) => void,
  ) {
    this.#onAnswered = onAnswered;
    this.#onPublished = onPublished;
  }

  /** Commands sent and not answered to their end. */
  get unanswered(): number {
    return this.#sent - this.#answered;
  }

  /** What is sent from here to `end` belongs to one step. */
  begin(line: number): void {
    this.#pending.push({ line, last: this.#sent, isOpen: true });
  }

  sent(number: number, command: Command): void {
    this.#sent = number;
    if (isImmediate(command)) this.#immediates.add(number);
    if (isUnseen(command)) this.#unseen.add(command.clientOrderId);
    const step = this.#pending.at(-1);
    if (step?.isOpen === true) step.last = number;
  }

  end(): void {
    const step = this.#pending.at(-1);
    if (step !== undefined) step.isOpen = false;
    this.#complete();
  }

  /** Of a command that has not been answered; 0 when it belongs to no step. */
  lineOf(command: number): number {
    for (let index = this.#head; index < this.#pending.length; index++) {
      const step = this.#pending[index];
      if (step !== undefined && step.last >= command) return step.line;
    }
    return 0;
  }

  /** Reports come in the order of the commands they answer. */
  onReport(report: Report): void {
    const { command, transaction } = report;
    if (command === 0) return;
    // A report for a command says that all before it are done.
    if (command - 1 > this.#answered) this.#answered = command - 1;
    this.#complete();
    const isImmediate = this.#immediates.has(command);
    if (this.#isPublished(report, isImmediate) && transaction > this.#lastPublished) {
      this.#lastPublished = transaction;
      this.#onPublished(transaction);
    }
    if (endsCommand(report, isImmediate) && command > this.#answered) {
      this.#answered = command;
      this.#immediates.delete(command);
      this.#complete();
    }
  }

  #isPublished(report: Report, isImmediate: boolean): boolean {
    const isShown = isPublished(report, isImmediate);
    if (this.#unseen.size === 0 || !('clientOrderId' in report)) return isShown;
    const isUnseen = this.#unseen.has(report.clientOrderId);
    if (endsOrder(report)) this.#unseen.delete(report.clientOrderId);
    return isShown && (!isUnseen || report.type === ReportType.Filled);
  }

  #complete(): void {
    for (;;) {
      const step = this.#pending[this.#head];
      if (step === undefined || step.isOpen || step.last > this.#answered) break;
      this.#head++;
      this.#onAnswered({ line: step.line, transaction: this.#lastPublished });
    }
    if (this.#head < 1024 && this.#head < this.#pending.length) return;
    this.#pending.splice(0, this.#head);
    this.#head = 0;
  }
}

/** Market and immediate orders. */
function isImmediate(command: Command): boolean {
  if (command.type !== CommandType.NewOrder) return false;
  return command.orderType === OrderType.Market || command.timeInForce === TimeInForce.Ioc;
}

/** Stops, pegs, hidden orders, and icebergs, a part of which is seen. */
function isUnseen(command: Command): command is NewOrder {
  if (command.type !== CommandType.NewOrder) return false;
  const { orderType, isHidden = false, displayQuantity = 0 } = command;
  return orderType > OrderType.Market || isHidden || displayQuantity > 0;
}

function endsOrder(report: Report): boolean {
  if (report.type === ReportType.Filled) return report.leaves === 0;
  return report.type === ReportType.Cancelled || report.type === ReportType.Rejected;
}

/** An immediate order is done when nothing of it is open; anything else with its first answer. */
function endsCommand(report: Report, isImmediate: boolean): boolean {
  if (report.type === ReportType.Accepted) return !isImmediate;
  if (report.type === ReportType.Filled) return report.isAggressor && report.leaves === 0;
  return true;
}

/** Whether the feed carries the transaction: an order that never rested or traded is not seen. */
function isPublished(report: Report, isImmediate: boolean): boolean {
  switch (report.type) {
    case ReportType.Rejected:
    case ReportType.InstrumentListed:
    case ReportType.Triggered:
      return false;
    case ReportType.Accepted:
      return !isImmediate;
    case ReportType.Cancelled:
      return report.reason === Reason.ByRequest;
    case ReportType.Filled:
    case ReportType.Replaced:
    case ReportType.Done:
    case ReportType.MassCancelled:
    case ReportType.TradeBusted:
    case ReportType.TradeCorrected:
      return true;
  }
}
