/** One subscription of the shared connection, and the pages that have it. */

import { type GatewayEvent, type Message, MessageType } from '../../../gateway/protocol/index.ts';
import type { SubscribeOptions } from '../subscription.ts';
import type { Page } from './page.ts';
import type { Payload } from './port-messages.ts';

type Subscribed = Message<typeof MessageType.Subscribed>;

/** A page that waits for the answer, by its own id; where it was, and what it gives up for it. */
export interface Waiting {
  readonly page: Page;
  readonly id: number;
  readonly resume: Resume;
  readonly before?: SharedClass | undefined;
}

/** The option `resume`: epoch in two numbers, sequence, and what books add to it. */
export type Resume = readonly (number | null)[] | undefined;

export class SharedClass {
  readonly key: string;
  readonly channel: string;
  readonly symbol: string;
  readonly options: SubscribeOptions;
  /** Until the gateway has answered. */
  readonly waiting: Waiting[] = [];
  readonly pages = new Set<Page>();
  /** Those who were held when something came, and for trades from where on. */
  readonly #behind = new Map<Page, number>();
  #subscribed: Subscribed | undefined;
  /** Of trades: the last that was told or named. */
  #sequence = 0;

  constructor(key: string, channel: string, symbol: string, options: SubscribeOptions) {
    this.key = key;
    this.channel = channel;
    this.symbol = symbol;
    this.options = options;
  }

  /** 0 until the gateway has answered. */
  get id(): number {
    return this.#subscribed?.[2] ?? 0;
  }

  /** The gateway's answer, or its announcement anew. */
  subscribed(message: Subscribed): void {
    this.#subscribed = message;
    this.#sequence = message[14] ?? 0;
  }

  /** From where on a class that was asked for with `resume` tells: there, or where it is. */
  startOf(resume: Resume): number {
    return this.#isSameEpoch(resume) ? (resume?.[2] ?? 0) : this.#sequence;
  }

  /**
   * A page comes in, and hears of the class as if it had asked itself. Trades between where it was
   * and where the class begins for it are named; levels come anew.
   */
  enter(page: Page, id: number, resume: Resume, start = this.#sequence): void {
    if (this.#subscribed === undefined) return;
    this.pages.add(page);
    const told: unknown[] = [...this.#subscribed];
    told[1] = id;
    // Behind `grouping`, which an older gateway may leave out.
    told[13] ??= 1;
    told[14] = start;
    page.tell(told as unknown as Subscribed);
    if (this.channel !== 'trades' || !this.#isSameEpoch(resume)) return;
    const from = resume?.[2] ?? start;
    if (from < start) page.tell([MessageType.TradesMissed, this.id, from + 1, start]);
  }

  leave(page: Page): void {
    this.pages.delete(page);
    this.#behind.delete(page);
  }

  /** What everybody in it is told. */
  tell(event: GatewayEvent, data: Payload): void {
    const before = this.#sequence;
    if (event[0] === MessageType.Trades) this.#sequence = event[2];
    if (event[0] === MessageType.TradesMissed) this.#sequence = event[3];
    for (const page of this.pages) {
      if (!page.offer(data) && !this.#behind.has(page)) this.#behind.set(page, before);
    }
  }

  /** A page is no longer held: true when it needs what the gateway sends to one that asks again. */
  catchUp(page: Page): boolean {
    const from = this.#behind.get(page);
    if (from === undefined) return false;
    this.#behind.delete(page);
    if (this.channel !== 'trades') return true;
    const upTo = this.#sequence;
    if (from < upTo) page.tell([MessageType.TradesMissed, this.id, from + 1, upTo]);
    return false;
  }

  #isSameEpoch(resume: Resume): boolean {
    const epoch = this.#subscribed?.slice(11, 13);
    return resume !== undefined && resume[0] === epoch?.[0] && resume[1] === epoch?.[1];
  }
}
