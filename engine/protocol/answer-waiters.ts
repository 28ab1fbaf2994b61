/** Counts a client's commands from sent to answered, and wakes whoever waits for answers. */

import { COMMAND_WINDOW } from './limits.ts';
import { OrderEntryError } from './order-entry-error.ts';

/** Resolves once the answered number has reached `until`. */
interface Waiter {
  readonly until: number;
  resolve(): void;
  reject(error: OrderEntryError): void;
}

/** Numbers rise and are answered in their order, so three numbers say it all. */
export class AnswerWaiters {
  /** Of the last command given a number, handed to the socket, answered. */
  #last = 0;
  #handedOver = 0;
  #answered = 0;
  /** Commands whose answers were lost while nobody waited for them. */
  #lost = 0;
  #waiters: Waiter[] = [];

  get last(): number {
    return this.#last;
  }

  get unanswered(): number {
    return this.#last - this.#answered;
  }

  /** The number of the last command answered. */
  get lastAnswered(): number {
    return this.#answered;
  }

  /** The first command is the one behind `number`; to be said before any is sent. */
  startAfter(number: number): void {
    this.#last = number;
    this.#handedOver = number;
    this.#answered = number;
  }

  /** Takes the next number. */
  take(): number {
    this.#last += 1;
    return this.#last;
  }

  /** All up to this number are with the socket. */
  handedOver(number: number): void {
    this.#handedOver = number;
  }

  /** 0 answers nothing. Waiters are woken by `wake`, when a whole frame has been read. */
  answered(number: number): void {
    if (number > this.#answered && number <= this.#last) this.#answered = number;
  }

  wake(): void {
    if (this.#waiters.every(({ until }) => until > this.#answered)) return;
    const waiters = this.#waiters;
    this.#waiters = waiters.filter(({ until }) => until > this.#answered);
    for (const waiter of waiters) if (waiter.until <= this.#answered) waiter.resolve();
  }

  /** The session is gone; returns how many commands may or may not have been done. */
  lose(): number {
    const unanswered = Math.max(0, this.#handedOver - this.#answered);
    this.#answered = Math.max(this.#answered, this.#handedOver);
    if (unanswered === 0) return 0;
    if (this.#waiters.length === 0) this.#lost += unanswered;
    this.rejectAll(new OrderEntryError('CONNECTION_LOST', `There were ${unanswered}.`));
    return unanswered;
  }

  rejectAll(error: OrderEntryError): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }

  /** Resolves when there is room for more commands in the window. */
  whenDrained(): Promise<void> {
    const isFull = this.unanswered >= COMMAND_WINDOW;
    return this.#when(isFull ? this.#last - COMMAND_WINDOW / 2 : this.#answered);
  }

  whenAnswered(): Promise<void> {
    return this.#when(this.#last);
  }

  #when(until: number): Promise<void> {
    if (this.#lost > 0) {
      const lost = this.#lost;
      this.#lost = 0;
      return Promise.reject(new OrderEntryError('CONNECTION_LOST', `There were ${lost}.`));
    }
    if (this.#answered >= until) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiters.push({ until, resolve, reject }));
  }
}
