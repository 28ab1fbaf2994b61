/** The frames of one client's book of the past: snapshots, diffs, trades, and what it is doing. */

import type { LevelView } from '../../feed/index.ts';
import {
  type ClassKey,
  type ClassTime,
  type ConflationClass,
  NOTHING_SENT,
  type Resumed,
} from '../conflation/conflation-class.ts';
import { GroupedView } from '../conflation/grouped-view.ts';
import { viewHash } from '../conflation/view-hash.ts';
import { type ViewChanges, ViewWindow } from '../conflation/view-window.ts';
import {
  type Encoding,
  ERROR_CODES,
  type ErrorName,
  HistoryState,
  MessageType,
} from '../protocol/index.ts';
import type { HeldRange } from './history-source.ts';
import type { PastTape, TapeEntry } from './past-tape.ts';

/** What the message `history` says besides the tape's place. */
export interface HistoryStatus {
  /** The newest request that has been taken into account. */
  readonly request: number;
  readonly state: HistoryState;
  /** Tenths. */
  readonly speed: number;
  readonly timeUs: number;
  readonly held: HeldRange | undefined;
  readonly refusal: Refused | undefined;
}

export interface Refused {
  readonly error: ErrorName;
  readonly detail: string;
  readonly retryAfterMs: number;
}

/** What `subscribed` announces: of the market of now until a moment of another one is shown. */
export interface Definition {
  readonly instrument: number;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly epochSeconds: number;
  readonly epochRandom: number;
}

/** A frame that could not be sent, with the version that it leads on from. */
interface Unsent {
  readonly from: number;
  readonly frames: readonly Uint8Array[];
}

export class HistoryClass implements ConflationClass {
  readonly id: number;
  key: ClassKey;
  version = 0;
  status: HistoryStatus = {
    ...{ request: 0, state: HistoryState.Loading, speed: 0, timeUs: 0 },
    ...{ held: undefined, refusal: undefined },
  };
  readonly #encoding: Encoding;
  readonly #anchor: number;
  #definition: Definition;
  /** Whether the announcement at the beginning no longer holds. */
  #isRedefined = false;
  #window: ViewWindow;
  #grouped: GroupedView | undefined;
  #tape: PastTape | undefined;
  /** The instrument's sequence that the last frame showed. */
  #shown = 0;
  #unsent: Unsent | undefined;

  constructor(
    id: number,
    key: ClassKey,
    definition: Definition,
    anchor: number,
    encoding: Encoding,
  ) {
    this.id = id;
    this.key = key;
    this.#encoding = encoding;
    this.#anchor = anchor;
    this.#definition = definition;
    this.#window = new ViewWindow(key.depth);
    this.#grouped = groupedOf(key);
  }

  get sequence(): number {
    return this.#shown;
  }

  /** The book of another moment: a snapshot of it, announced anew where it is another instrument's. */
  show(tape: PastTape, time: ClassTime): Uint8Array[] {
    const { instrument, moment } = tape;
    const { tickSize, lotSize } = instrument.definition;
    const { epoch } = moment.position;
    const definition: Definition = {
      ...{ instrument: instrument.id, tickSize, lotSize },
      ...{ epochSeconds: epoch.seconds, epochRandom: epoch.random },
    };
    const isSame = JSON.stringify(definition) === JSON.stringify(this.#definition);
    this.#isRedefined ||= !isSame;
    this.#definition = definition;
    this.#tape = tape;
    this.#window.clear();
    this.#move();
    return [...(isSame ? [] : [this.subscribed(0)]), this.#snapshot(tape, time)];
  }

  /** What these transactions, which the tape shows by now, have changed; none may have been seen. */
  advance(
    entries: readonly TapeEntry[],
    time: ClassTime,
    isDiffWanted: boolean,
  ): readonly Uint8Array[] {
    const tape = this.#tape;
    if (tape === undefined) return [];
    const trades = this.#trades(entries, time);
    const before = this.#shown;
    const changes = this.#move();
    const isEmpty = changes.bids.length === 0 && changes.asks.length === 0;
    if (isEmpty && !isDiffWanted) {
      // What the next diff leads on from is what the client was told.
      this.#shown = before;
      return trades;
    }
    return [...trades, this.#diff(tape, changes, before, entries.length, time)];
  }

  /** Shown in another way from now on. */
  modify(key: ClassKey): void {
    this.key = key;
    this.#window = new ViewWindow(key.depth);
    this.#grouped = groupedOf(key);
    this.#move();
    this.#unsent = undefined;
  }

  /** Counts frames as told; `isJump`: nothing that was not sent before them matters any more. */
  told(frames: readonly Uint8Array[], isJump: boolean): { from: number; to: number } {
    const from = this.version;
    this.version += 1;
    // A client that is behind is told in one piece, when it is no longer held.
    if (isJump) this.#unsent = undefined;
    else this.#unsent ??= { from, frames };
    return { from, to: this.version };
  }

  /** The client has what was told. */
  taken(): void {
    this.#unsent = undefined;
  }

  state(): Uint8Array {
    const { request, state, speed, timeUs, held, refusal } = this.status;
    const { oldest = 0, next = 0, oldestTimeUs = 0, newestTimeUs = 0 } = held ?? {};
    const position = this.#tape?.position ?? 0;
    const range = [oldest, next, oldestTimeUs, newestTimeUs] as const;
    const message = [
      ...([MessageType.History, this.id, request, state, speed, position, timeUs] as const),
      ...range,
    ] as const;
    if (refusal === undefined) return this.#encoding.encode(message);
    const { error, detail, retryAfterMs } = refusal;
    const [code, isRetryable, words] = ERROR_CODES[error];
    const text = `${error}: ${words}${detail === '' ? '' : ` ${detail}`}`;
    return this.#encoding.encode([...message, code, text, isRetryable, retryAfterMs]);
  }

  subscribed(requestId: number): Uint8Array {
    const { channel, symbol, depth, interval, grouping } = this.key;
    const { instrument, tickSize, lotSize, epochSeconds, epochRandom } = this.#definition;
    return this.#encoding.encode([
      ...([MessageType.Subscribed, requestId, this.id, channel, symbol, instrument] as const),
      ...([tickSize, lotSize, depth, interval, this.#anchor] as const),
      ...([epochSeconds, epochRandom, grouping, this.#shown] as const),
    ]);
  }

  catchUp(version: number, time: ClassTime): Uint8Array[] {
    const unsent = this.#unsent;
    this.#unsent = undefined;
    if (unsent !== undefined && unsent.from === version) return [...unsent.frames, this.state()];
    const tape = this.#tape;
    if (tape === undefined) return [this.state()];
    this.#move();
    const announced = this.#isRedefined || version !== NOTHING_SENT ? [this.subscribed(0)] : [];
    return [...announced, this.#snapshot(tape, time), this.state()];
  }

  resume(_point: unknown, time: ClassTime): Resumed {
    return { frames: this.catchUp(NOTHING_SENT, time), result: 'snapshot' };
  }

  /** Shows the book as it is by now, and says what that changes. */
  #move(): ViewChanges {
    const tape = this.#tape;
    if (tape === undefined) return { bids: [], asks: [] };
    this.#shown = tape.sequence;
    const book: LevelView = this.#grouped?.gather(tape.book, this.key.depth) ?? tape.book;
    return this.#window.moveTo(book, this.#anchor);
  }

  #snapshot(tape: PastTape, { nowUs }: ClassTime): Uint8Array {
    const { transaction, timeUs, position } = tape;
    const { laneA, laneB } = this.#hash(tape);
    return this.#encoding.encode([
      ...([MessageType.Snapshot, this.id, this.#shown, transaction, timeUs] as const),
      ...([nowUs - timeUs, this.#window.flat(0, this.#anchor)] as const),
      ...([this.#window.flat(1, this.#anchor), laneA, laneB, 0, position] as const),
    ]);
  }

  #diff(
    tape: PastTape,
    { bids, asks }: ViewChanges,
    before: number,
    merged: number,
    { nowUs }: ClassTime,
  ): Uint8Array {
    const { transaction, timeUs, position } = tape;
    const { laneA, laneB } = this.#hash(tape);
    const advance = this.#shown - before;
    return this.#encoding.encode([
      ...([MessageType.Diff, this.id, this.#shown, advance, transaction, timeUs] as const),
      ...([nowUs - timeUs, merged, bids, asks, laneA, laneB, position] as const),
    ]);
  }

  #hash({ instrument }: PastTape) {
    return viewHash(instrument.id, this.#window, this.key.depth);
  }

  #trades(entries: readonly TapeEntry[], { nowUs }: ClassTime): Uint8Array[] {
    const last = entries.findLast(({ change }) => change.trades.length > 0);
    if (last === undefined) return [];
    const flat = entries.flatMap(({ change, timeUs }) => {
      return change.trades.flatMap(({ tradeId, price, quantity, aggressor }) => [
        ...[tradeId, price - this.#anchor, quantity, aggressor, timeUs - last.timeUs],
      ]);
    });
    const { sequence, timeUs, position } = last;
    return [
      this.#encoding.encode([
        ...([MessageType.Trades, this.id, sequence, timeUs, nowUs - timeUs] as const),
        ...([flat, position] as const),
      ]),
    ];
  }
}

function groupedOf({ grouping }: ClassKey): GroupedView | undefined {
  return grouping > 1 ? new GroupedView(grouping) : undefined;
}
