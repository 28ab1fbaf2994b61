/** What a client has asked and not been answered yet; asked again in each new session. */

import type { Instrument } from '../../feed/index.ts';
import { type ClientFound, encodeFindClient, type FindClient } from './client-codec.ts';
import type { MessageWriter } from './message-writer.ts';
import { MESSAGE_BYTES } from './messages.ts';
import { encodeOpenOrders, type OpenOrder, type OpenOrdersPage } from './open-orders-codec.ts';
import type { OrderEntryError } from './order-entry-error.ts';
import { encodeFindInstrument, type InstrumentFound, type InstrumentKey } from './session-codec.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** All open orders of a client, page by page. */
export interface OpenOrders {
  readonly orders: readonly OpenOrder[];
  /** The last transaction before the last page: what happened later is in later reports. */
  readonly transaction: number;
}

interface Waiter<Answer> {
  resolve(answer: Answer): void;
  reject(error: OrderEntryError): void;
}

interface InstrumentQuestion extends Waiter<Instrument | undefined> {
  readonly key: InstrumentKey;
}

interface ClientQuestion extends Waiter<ClientFound> {
  readonly find: FindClient;
}

interface OrdersQuestion extends Waiter<OpenOrders> {
  readonly instrument: number;
  readonly orders: OpenOrder[];
  after: number;
  /** Asked too much: to be asked again then. */
  retryAtMs: number;
}

/** Knows no socket: `ask` gives room for a message of so many bytes and sees that it is sent. */
export class Questions {
  readonly #ask: (bytes: number, write: (writer: MessageWriter) => void) => void;
  readonly #instruments: InstrumentQuestion[] = [];
  readonly #orders = new Map<number, OrdersQuestion>();
  readonly #clients: ClientQuestion[] = [];
  #lastQuestion = 0;

  constructor(ask: (bytes: number, write: (writer: MessageWriter) => void) => void) {
    this.#ask = ask;
  }

  /** Throws `OrderEntryError` BAD_FIELD for a symbol that no instrument can have. */
  findInstrument(key: InstrumentKey): Promise<Instrument | undefined> {
    this.#askInstrument(key);
    return new Promise((resolve, reject) => this.#instruments.push({ key, resolve, reject }));
  }

  /** Throws `OrderEntryError` BAD_FIELD for a name that no client can have. */
  findClient(find: FindClient): Promise<ClientFound> {
    this.#askClient(find);
    return new Promise((resolve, reject) => this.#clients.push({ find, resolve, reject }));
  }

  openOrders(instrument: number): Promise<OpenOrders> {
    this.#lastQuestion += 1;
    const number = this.#lastQuestion;
    return new Promise((resolve, reject) => {
      this.#orders.set(number, {
        instrument,
        orders: [],
        after: 0,
        retryAtMs: NEVER,
        resolve,
        reject,
      });
      this.#askOrders(number);
    });
  }

  instrumentFound({ symbol, instrument }: InstrumentFound): void {
    // Where there is none of an id, the answer has nothing in it: questions are answered in turn.
    const index = this.#instruments.findIndex(({ key }) =>
      typeof key === 'string' ? key === symbol : key === instrument?.id || symbol === '',
    );
    if (index >= 0) this.#instruments.splice(index, 1)[0]?.resolve(instrument);
  }

  clientFound(found: ClientFound): void {
    const index = this.#clients.findIndex(({ find }) => find.name === found.name);
    if (index >= 0) this.#clients.splice(index, 1)[0]?.resolve(found);
  }

  openOrdersPage(page: OpenOrdersPage, nowMs: number): void {
    const question = this.#orders.get(page.question);
    if (question === undefined) return;
    if (page.retryAfterMs > 0) {
      question.retryAtMs = nowMs + page.retryAfterMs;
      return;
    }
    // A page that was asked for in an earlier session, too, may come twice.
    if (page.next !== 0 && page.next <= question.after) return;
    question.orders.push(...page.orders);
    if (page.next === 0) {
      this.#orders.delete(page.question);
      question.resolve({ orders: question.orders, transaction: page.transaction });
      return;
    }
    question.after = page.next;
    this.#askOrders(page.question);
  }

  /** A new session stands: an answer twice does no harm. */
  askAgain(): void {
    for (const { key } of this.#instruments) this.#askInstrument(key);
    for (const number of this.#orders.keys()) this.#askOrders(number);
    for (const { find } of this.#clients) this.#askClient(find);
  }

  /** Asks again what had to wait; to be called now and then. */
  poll(nowMs: number): void {
    for (const [number, question] of this.#orders) {
      if (question.retryAtMs <= nowMs) this.#askOrders(number);
    }
  }

  rejectAll(error: OrderEntryError): void {
    for (const question of this.#instruments.splice(0)) question.reject(error);
    for (const question of this.#clients.splice(0)) question.reject(error);
    for (const question of this.#orders.values()) question.reject(error);
    this.#orders.clear();
  }

  #askClient(find: FindClient): void {
    this.#ask(MESSAGE_BYTES.FindClient, (writer) => encodeFindClient(writer, find));
  }

  #askInstrument(key: InstrumentKey): void {
    this.#ask(MESSAGE_BYTES.FindInstrument, (writer) => encodeFindInstrument(writer, key));
  }

  #askOrders(question: number): void {
    const asked = this.#orders.get(question);
    if (asked === undefined) return;
    asked.retryAtMs = NEVER;
    const { instrument, after } = asked;
    this.#ask(MESSAGE_BYTES.OpenOrders, (writer) => {
      encodeOpenOrders(writer, { question, instrument, after });
    });
  }
}
