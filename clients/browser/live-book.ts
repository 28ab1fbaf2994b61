/**
 * A live book, its top, or its status alone: the levels the gateway sent, and whether they may be
 * believed.
 */

import { FeedState, type LevelView, Side, type StateReason } from '../../feed/index.ts';
import {
  type GatewayEvent,
  LEVEL_WIDTH,
  type Message,
  MessageType,
  StepFormat,
} from '../../gateway/protocol/index.ts';
import type { BookChange } from './api.ts';
import { CompactBook } from './compact-book.ts';
import { Emitter } from './emitter.ts';
import type { Owner, SubscribeOptions, Subscription, Trouble } from './subscription.ts';

const JOINING: Trouble = { state: FeedState.Syncing, reason: 'JOINING' };
/** The levels, with the hash over them. */
export interface BookLevels extends LevelView {
  readonly hash: { readonly laneA: number; readonly laneB: number };
  clear(): void;
  apply(side: Side, price: number, quantity: number, orderCount: number): void;
}

/** What levels are made of, and what three integers of a message do to it. */
export interface BookContent {
  create(instrument: number): BookLevels;
  apply(levels: BookLevels, side: Side, price: number, second: number, third: number): void;
}

const LEVELS: BookContent = {
  create: (instrument) => new CompactBook(instrument),
  apply: (levels, side, price, quantity, orderCount) =>
    levels.apply(side, price, quantity, orderCount),
};

const STATES: ReadonlySet<string> = new Set(Object.values(FeedState));

export class LiveBook implements Subscription {
  readonly channel: string;
  readonly symbol: string;
  options: SubscribeOptions;
  asked: SubscribeOptions | undefined;
  readonly events = new Emitter<{ change: [BookChange] }>();
  classId = 0;
  requestId = 0;
  handles = 0;
  depth: number;
  interval: number;
  grouping: number;
  instrument = 0;
  sequence = 0;
  transaction = 0;
  engineTimeUs = 0;
  gatewayTimeUs = 0;
  hashesChecked = 0;
  hashCheckedAt = 0;
  state: FeedState = FeedState.Syncing;
  reason: StateReason = 'JOINING';
  status = 0;
  statusReason = 0;
  levels: BookLevels;
  prices = new StepFormat('1');
  quantities = new StepFormat('1');
  #anchor = 0;
  /** Why the levels are not to be believed, whatever the gateway says; cleared by a snapshot. */
  #trouble: Trouble | undefined = JOINING;
  #told: Trouble = { state: FeedState.Live, reason: 'NONE' };
  /** Whether the levels are a book that the gateway showed, at this sequence and with these options. */
  #isExact = false;
  /** A snapshot is under way, or a diff from where this book was; nothing else counts until then. */
  #awaits: 'nothing' | 'snapshot' | 'either' = 'snapshot';
  #epoch: readonly [number, number] = [0, 0];
  readonly #owner: Owner;
  readonly #content: BookContent;

  constructor(
    owner: Owner,
    channel: string,
    symbol: string,
    options: SubscribeOptions,
    content = LEVELS,
  ) {
    this.#owner = owner;
    this.#content = content;
    this.levels = content.create(0);
    this.channel = channel;
    this.symbol = symbol;
    const { depth = 0, interval = 0, grouping = 1 } = options;
    this.depth = depth;
    this.interval = interval;
    this.grouping = grouping;
    this.options = options;
  }

  /** Another of the kind. */
  like(options: SubscribeOptions): LiveBook {
    return new LiveBook(this.#owner, this.channel, this.symbol, options, this.#content);
  }

  subscribed(message: Message<typeof MessageType.Subscribed>): void {
    const [, id, classId, , , instrument, tickSize, lotSize, depth, interval, anchor] = message;
    this.#awaits = id !== 0 && this.#isContinuedBy(message) ? 'either' : 'snapshot';
    const isModified = id !== 0 && this.classId !== 0;
    this.classId = classId;
    this.#epoch = [message[11], message[12]];
    this.depth = depth;
    this.interval = interval;
    this.grouping = message[13] ?? 1;
    this.#anchor = anchor;
    this.prices = new StepFormat(tickSize);
    this.quantities = new StepFormat(lotSize);
    if (instrument !== this.instrument) this.levels = this.#content.create(instrument);
    this.instrument = instrument;
    // A book that is modified stays what it was until it is shown the other way.
    if (isModified && this.#trouble === undefined) return;
    this.#trouble = JOINING;
    this.#told = { state: FeedState.Live, reason: 'NONE' };
    this.#stateChanged();
  }

  /** Where this book is, with the edges of its window: what lies behind them it never had. */
  get resume(): readonly (number | null)[] | undefined {
    const { depth, grouping } = this.options;
    if (!this.#isExact || depth !== this.depth || grouping !== this.grouping) return undefined;
    return [...this.#epoch, this.sequence, this.#edge(Side.Bid), this.#edge(Side.Ask)];
  }

  #edge(side: Side): number | null {
    const { levels, depth } = this;
    return levels.levelCount(side) < depth ? null : levels.priceAt(side, depth - 1);
  }

  /** Whether a class shows the book that this one is, in the same way. */
  #isContinuedBy(message: Message<typeof MessageType.Subscribed>): boolean {
    return (
      this.#isExact &&
      message[5] === this.instrument &&
      message[8] === this.depth &&
      message[11] === this.#epoch[0] &&
      message[12] === this.#epoch[1] &&
      (message[13] ?? 1) === this.grouping
    );
  }

  received(event: GatewayEvent): void {
    switch (event[0]) {
      case MessageType.Snapshot:
      case MessageType.Best:
      case MessageType.OrdersSnapshot:
        this.#snapshot(event);
        break;
      case MessageType.Diff:
      case MessageType.OrdersDiff:
        this.#diff(event);
        break;
      case MessageType.Heartbeat:
        this.#heartbeat(event);
        break;
      case MessageType.Status:
        this.#status(event);
        break;
      default:
    }
  }

  linkChanged(): void {
    const link = this.#owner.linkTrouble;
    // What was shown stays in doubt until the snapshot that follows the next subscribing.
    if (link?.reason === 'DISCONNECTED') this.#trouble ??= link;
    this.#stateChanged();
  }

  #status(event: Message<typeof MessageType.Status>): void {
    const [, , , status, state, reason, statusReason = 0] = event;
    const isNews = status !== this.status || statusReason !== this.statusReason;
    this.status = status;
    this.statusReason = statusReason;
    this.#told = {
      state: STATES.has(state) ? (state as FeedState) : FeedState.Stale,
      reason: reason as StateReason,
    };
    // Without levels there is nothing else to wait for.
    if (this.channel === 'status') this.#trouble = undefined;
    this.#stateChanged(isNews);
  }

  /** The top of a book begins as a book does, so it is one: of one level, and without a hash. */
  #snapshot(
    event: Message<
      typeof MessageType.Snapshot | typeof MessageType.Best | typeof MessageType.OrdersSnapshot
    >,
  ): void {
    const [, , sequence, transaction, engineTimeUs, delay, bids, asks] = event;
    const [laneA, laneB, merged = 0] = event.slice(8) as number[];
    this.levels.clear();
    this.#apply(Side.Bid, bids);
    this.#apply(Side.Ask, asks);
    this.sequence = sequence;
    this.#stamp(transaction, engineTimeUs, delay);
    this.#trouble = undefined;
    this.#awaits = 'nothing';
    this.#isExact = this.channel === 'book';
    this.#settleState();
    this.#shown('snapshot', merged, laneA, laneB);
  }

  #diff(event: Message<typeof MessageType.Diff | typeof MessageType.OrdersDiff>): void {
    const [, , sequence, advance, transaction, engineTimeUs, delay, merged, bids, asks] = event;
    // After trouble nothing counts until the snapshot, or the diff from where this book was.
    if (this.#awaits === 'snapshot') return;
    if (sequence - advance !== this.sequence) {
      this.#doubt({ state: FeedState.Gapped, reason: 'MISSED_RECORDS' });
      return;
    }
    this.#apply(Side.Bid, bids);
    this.#apply(Side.Ask, asks);
    this.sequence = sequence;
    this.#stamp(transaction, engineTimeUs, delay);
    this.#awaits = 'nothing';
    this.#trouble = undefined;
    this.#settleState();
    this.#shown('diff', merged, event[10], event[11]);
  }

  /** Tells of the new levels, unless they turn out to be wrong. */
  #shown(kind: BookChange['kind'], merged: number, laneA?: number, laneB?: number): void {
    if (laneA === undefined || laneB === undefined || this.#hashHolds(laneA, laneB)) {
      this.events.emit('change', { kind, merged });
    }
  }

  #heartbeat(event: Message<typeof MessageType.Heartbeat>): void {
    const [, , sequence, , laneA, laneB] = event;
    if (this.#awaits !== 'nothing' || sequence === undefined) return;
    if (sequence !== this.sequence) {
      this.#doubt({ state: FeedState.Gapped, reason: 'MISSED_RECORDS' });
    } else if (laneA !== undefined && laneB !== undefined) {
      this.#hashHolds(laneA, laneB);
    }
  }

  /** Compares the view hash; a difference ends all belief in the levels. */
  #hashHolds(laneA: number, laneB: number): boolean {
    const { hash } = this.levels;
    if (hash.laneA >>> 0 !== laneA || hash.laneB >>> 0 !== laneB) {
      this.#doubt({ state: FeedState.Gapped, reason: 'HASH_MISMATCH' });
      return false;
    }
    this.hashesChecked += 1;
    this.hashCheckedAt = this.#owner.now();
    return true;
  }

  #doubt(trouble: Trouble): void {
    this.#trouble = trouble;
    this.#awaits = 'snapshot';
    this.#isExact = false;
    this.#stateChanged();
    this.#owner.resync(this);
  }

  #apply(side: Side, flat: readonly number[]): void {
    for (let i = 0; i + LEVEL_WIDTH <= flat.length; i += LEVEL_WIDTH) {
      const price = this.#anchor + (flat[i] as number);
      const [second, third] = [flat[i + 1] as number, flat[i + 2] as number];
      this.#content.apply(this.levels, side, price, second, third);
    }
  }

  #stamp(transaction: number, engineTimeUs: number, gatewayDelayUs: number): void {
    this.transaction = transaction;
    this.engineTimeUs = engineTimeUs;
    this.gatewayTimeUs = engineTimeUs + gatewayDelayUs;
  }

  #stateChanged(isNews = false): void {
    if (this.#settleState() || isNews) this.events.emit('change', { kind: 'state', merged: 0 });
  }

  /** The gravest cause wins: the link, then the levels, then what the gateway says. */
  #settleState(): boolean {
    // A link that has gone says nothing new of a book that never was.
    const link = this.#trouble === JOINING ? undefined : this.#owner.linkTrouble;
    const { state, reason } = link ?? this.#levelTrouble() ?? this.#told;
    if (state === this.state && reason === this.reason) return false;
    this.state = state;
    this.reason = reason;
    return true;
  }

  /** Where there is no book yet, the gateway may know why. */
  #levelTrouble(): Trouble | undefined {
    if (this.#trouble !== JOINING || this.#told.reason === 'NONE') return this.#trouble;
    return { state: FeedState.Syncing, reason: this.#told.reason };
  }
}
