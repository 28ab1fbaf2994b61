/** One client that holds one book, over as many connections, one after the other, as it takes. */

import { LevelBook, Side } from '../../../feed/index.ts';
import {
  ACK_EVERY_FRAMES,
  ACK_EVERY_MS,
  EventReader,
  encodeRequest,
  FEED_PATH,
  LEVEL_WIDTH,
  MessageType,
  RESTARTING,
  SUBPROTOCOL_MSGPACK,
} from '../../../gateway/protocol/index.ts';
import type { LoadPlan } from '../messages.ts';
import type { Speech } from './speech.ts';

const reader = new EventReader();

/** One connection of a client. */
export interface Line extends Speech {
  /** Another connection has taken over. */
  onReplaced: () => void;
  /** Says something that answers nothing. */
  say: (messages: readonly Uint8Array[]) => void;
}

export class BookSpeech {
  snapshots = 0;
  diffs = 0;
  mismatches = 0;
  /** Its book is LIVE, and the newest hash was its own. */
  isProved = false;
  readonly #plan: LoadPlan;
  readonly #index: number;
  readonly #onMove: (afterMs: number) => void;
  #book = new LevelBook(0);
  #anchor = 0;
  #sequence = 0;
  #epoch: readonly number[] = [];
  #line: Line | undefined;
  #darkSinceMs: number | undefined;
  #darkMs = 0;
  #ackedAtMs = 0;

  constructor(plan: LoadPlan, index: number, onMove: (afterMs: number) => void) {
    this.#plan = plan;
    this.#index = index;
    this.#onMove = onMove;
  }

  get isOpen(): boolean {
    return this.#line !== undefined;
  }

  forgetCounts(): void {
    this.snapshots = 0;
    this.diffs = 0;
    this.mismatches = 0;
  }

  /** The longest time without a live connection since the last call. */
  takeDarkMs(nowMs: number): number {
    const open = this.#darkSinceMs === undefined ? 0 : nowMs - this.#darkSinceMs;
    const most = Math.max(this.#darkMs, open);
    this.#darkMs = 0;
    return most;
  }

  newLine(onReady: () => void): Line {
    let frames = 0;
    const line: Line = {
      path: FEED_PATH,
      subprotocol: SUBPROTOCOL_MSGPACK,
      isText: false,
      onReplaced: () => {},
      say: () => {},
      begin: () => [encodeRequest([MessageType.Hello, 1, null, 'bench'])],
      hear: (bytes, from, to) => {
        frames += 1;
        const replies = this.#hear(line, bytes.subarray(from, to), onReady);
        const isDue = frames % ACK_EVERY_FRAMES === 0 || this.#isAckDue();
        return isDue ? [...replies, encodeRequest([MessageType.Ack, frames])] : replies;
      },
    };
    return line;
  }

  /** True when that was the connection which served: the client must come back. */
  ended(line: Line, nowMs: number): boolean {
    if (this.#line !== undefined && this.#line !== line) return false;
    this.#line = undefined;
    this.isProved = false;
    this.#darkSinceMs ??= nowMs;
    return true;
  }

  #isAckDue(): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#ackedAtMs < ACK_EVERY_MS) return false;
    this.#ackedAtMs = nowMs;
    return true;
  }

  /** Where its book is, if it has one: the one before serves until here. */
  #subscribe(): readonly Uint8Array[] {
    const { symbols, depth, interval } = this.#plan;
    const symbol = symbols[this.#index % symbols.length] ?? '';
    const resume = [...this.#epoch, this.#sequence, this.#edge(Side.Bid), this.#edge(Side.Ask)];
    const isFirst = this.#epoch.length === 0;
    const options = isFirst ? { depth, interval } : { depth, interval, resume };
    return [encodeRequest([MessageType.Subscribe, 2, 'book', symbol, options])];
  }

  #askAgain(line: Line): void {
    if (line === this.#line) line.say(this.#subscribe());
  }

  #edge(side: Side): number | null {
    const { depth } = this.#plan;
    return this.#book.levelCount(side) < depth ? null : this.#book.priceAt(side, depth - 1);
  }

  #hear(line: Line, bytes: Uint8Array, onReady: () => void): readonly Uint8Array[] {
    const event = reader.read(bytes);
    if (event?.[0] === MessageType.Welcome) {
      const replaced = this.#line;
      this.#line = line;
      replaced?.onReplaced();
      return this.#subscribe();
    }
    // What a replaced connection still says is not of this book any more.
    if (event === undefined || line !== this.#line) return [];
    switch (event[0]) {
      case MessageType.Error:
        if (event[2] === RESTARTING) this.#onMove(event[5]);
        // A gateway that has just started knows no instruments yet, and says when to ask again.
        else if (event[4]) setTimeout(() => this.#askAgain(line), event[5]);
        break;
      case MessageType.Subscribed:
        this.#subscribed(event[5], event[10], [event[11], event[12]]);
        if (event[1] !== 0) onReady();
        break;
      case MessageType.Snapshot:
        this.#book.clear();
        this.snapshots += 1;
        this.#show(event[2], event[6], event[7]);
        this.#compare(event[8], event[9]);
        break;
      case MessageType.Diff:
        if (event[2] - event[3] !== this.#sequence) this.mismatches += 1;
        this.diffs += 1;
        this.#show(event[2], event[8], event[9]);
        this.#compare(event[10], event[11]);
        break;
      case MessageType.Heartbeat:
        if (event[2] === this.#sequence) this.#compare(event[4], event[5]);
        break;
      default:
    }
    return [];
  }

  #subscribed(instrument: number, anchor: number, epoch: readonly number[]): void {
    const isSame = String(epoch) === String(this.#epoch) && anchor === this.#anchor;
    this.#epoch = epoch;
    if (isSame) return;
    this.#anchor = anchor;
    if (this.#book.levelCount(Side.Bid) === 0) this.#book = new LevelBook(instrument);
  }

  #show(sequence: number, bids: readonly number[], asks: readonly number[]): void {
    this.#sequence = sequence;
    for (const [side, flat] of [
      [Side.Bid, bids],
      [Side.Ask, asks],
    ] as const) {
      for (let i = 0; i < flat.length; i += LEVEL_WIDTH) {
        const price = this.#anchor + (flat[i] as number);
        this.#book.apply(side, price, flat[i + 1] as number, flat[i + 2] as number);
      }
    }
    this.#darkMs = Math.max(this.#darkMs, this.#sinceDark());
    this.#darkSinceMs = undefined;
  }

  #sinceDark(): number {
    return this.#darkSinceMs === undefined ? 0 : performance.now() - this.#darkSinceMs;
  }

  #compare(laneA: number | undefined, laneB: number | undefined): void {
    if (laneA === undefined || laneB === undefined) return;
    const { hash } = this.#book;
    this.isProved = hash.laneA >>> 0 === laneA && hash.laneB >>> 0 === laneB;
    if (!this.isProved) this.mismatches += 1;
  }
}
