/** The browsers of a soak: so many at a time, each with a book, each for a while, then another one. */

import { type Book, connect, type TouchlineClient } from '../../clients/browser/index.ts';
import { FeedState, nanosToMicros } from '../../feed/index.ts';
import { wallClock } from '../../feed/process/index.ts';
import { LatencyWindow } from './latency-window.ts';

const DEPTHS = [5, 10, 25, 50] as const;
const INTERVALS = [0, 100, 250, 1000] as const;

interface Member {
  readonly client: TouchlineClient;
  readonly book: Book;
  readonly leavesAtMs: number;
  hasBeenLive: boolean;
}

export interface CrowdOptions {
  readonly url: string;
  readonly symbols: readonly string[];
  readonly size: number;
  readonly stayMs: number;
}

/** `tick` lets those leave whose time has come, and as many come. */
export class BrowserCrowd {
  readonly latency = new LatencyWindow();
  served = 0;
  hashMismatches = 0;
  /** Of those that have left. */
  #hashChecks = 0;
  readonly #options: CrowdOptions;
  #members: Member[] = [];
  readonly #now = { high: 0, low: 0 };

  constructor(options: CrowdOptions, nowMs: number) {
    this.#options = options;
    const { size, stayMs } = options;
    // The first ones leave spread over a stay, so that there is the same coming and going from the start.
    for (let i = 0; i < size; i += 1) this.#join(nowMs + (stayMs * (i + 1)) / size);
  }

  get hashChecks(): number {
    return this.#members.reduce((sum, { book }) => sum + book.hashesChecked, this.#hashChecks);
  }

  /** Those who once were LIVE and are not. */
  get notLive(): number {
    return this.#members.filter((member) => {
      return member.hasBeenLive && member.book.state !== FeedState.Live;
    }).length;
  }

  tick(nowMs: number): void {
    const leaving = this.#members.filter(({ leavesAtMs }) => leavesAtMs <= nowMs);
    this.#members = this.#members.filter(({ leavesAtMs }) => leavesAtMs > nowMs);
    for (const member of leaving) this.#leave(member);
    for (const _ of leaving) this.#join(nowMs + this.#options.stayMs);
  }

  close(): void {
    for (const member of this.#members) this.#leave(member);
    this.#members = [];
  }

  #join(leavesAtMs: number): void {
    const { url, symbols } = this.#options;
    const place = this.served;
    this.served += 1;
    const client = connect(url);
    const symbol = symbols[place % symbols.length] ?? '';
    const depth = DEPTHS[place % DEPTHS.length] ?? 5;
    const interval = INTERVALS[(place >> 2) % INTERVALS.length] ?? 100;
    const book = client.book(symbol, { depth, interval });
    const member: Member = { client, book, leavesAtMs, hasBeenLive: false };
    book.on('change', ({ kind }) => {
      if (book.state === FeedState.Live) member.hasBeenLive = true;
      if (kind === 'state' && book.reason === 'HASH_MISMATCH') this.hashMismatches += 1;
      // How old the newest change is when the client has it; quiet snapshots are as old as they like.
      if (kind === 'diff') this.latency.add(this.#nowUs() - book.engineTimeUs);
    });
    this.#members.push(member);
  }

  #leave({ client, book }: Member): void {
    this.#hashChecks += book.hashesChecked;
    client.close();
  }

  #nowUs(): number {
    wallClock(this.#now);
    return nanosToMicros(this.#now.high, this.#now.low);
  }
}
