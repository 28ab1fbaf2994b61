/** What has to wait for trading to resume: while it is halted, orders can only be cancelled. */

import { CommandType } from '../protocol/index.ts';
import type { SourceCommand } from './source.ts';

type OrderCommand = Extract<SourceCommand, { clientOrderId: number }>;

export class DeferredCommands {
  /** Commands ever deferred. */
  count = 0;
  #waiting: OrderCommand[] = [];

  /** Keeps what the engine would refuse now; returns the rest. */
  filter(commands: readonly SourceCommand[]): SourceCommand[] {
    return commands.filter((command) => this.#isPossible(command));
  }

  /** All that waits, in order; from then on nothing does. */
  take(): SourceCommand[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  #isPossible(command: SourceCommand): boolean {
    if (!('clientOrderId' in command)) return true;
    if (command.type !== CommandType.Cancel) {
      this.count++;
      this.#waiting.push(command);
      return false;
    }
    // An order that still waits itself is simply forgotten, with all that was to be done to it.
    const { clientOrderId } = command;
    const own = this.#waiting.filter((one) => one.clientOrderId === clientOrderId);
    this.#waiting = this.#waiting.filter((one) => one.clientOrderId !== clientOrderId);
    return !own.some(({ type }) => type === CommandType.NewOrder);
  }
}
