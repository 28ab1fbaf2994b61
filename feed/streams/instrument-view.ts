/** One instrument of a reader: what its streams have told, and what that is worth. */

import type { LevelBook } from '../book/level-book.ts';
import { FeedState, type StateReason } from '../market.ts';
import type { CandleFields } from '../wire/relay-record-writer.ts';
import { TopicKind } from '../wire/topic.ts';
import { BookFollower } from './book-follower.ts';
import type {
  BestBidOffer,
  LevelUpdate,
  StreamedInstrumentView,
  StreamedStatus,
} from './instrument-listener.ts';

/** Where one topic of an instrument stands. */
export interface TopicPlace {
  readonly kind: TopicKind;
  /** The first record of the shard's stream that is not covered yet; 0: nothing has been heard. */
  next: number;
  /** The newest transaction told, or being told; and its time. */
  transaction: number;
  timeHigh: number;
  timeLow: number;
  /** Inside a transaction. */
  isOpen: boolean;
  /** It has been told before. */
  isRepeated: boolean;
  /** Of the transaction that is open: where it begins to cover, and its levels so far. */
  firstCovered: number;
  levels: LevelUpdate[];
  heardMs: number;
}

export class InstrumentView implements StreamedInstrumentView {
  readonly id: number;
  state: FeedState = FeedState.Syncing;
  reason: StateReason = 'JOINING';
  best: BestBidOffer | undefined;
  status: StreamedStatus | undefined;
  readonly candles = new Map<number, CandleFields>();
  statistics: CandleFields | undefined;
  readonly follower: BookFollower | undefined;
  readonly places = new Map<TopicKind, TopicPlace>();
  /** Of a status that is being read. */
  draft: StreamedStatus | undefined;

  constructor(id: number, kinds: readonly TopicKind[], nowMs: number) {
    this.id = id;
    for (const kind of kinds) this.places.set(kind, newPlace(kind, nowMs));
    const hasBook = kinds.includes(TopicKind.ConflatedBook);
    this.follower = hasBook ? new BookFollower(id) : undefined;
  }

  get book(): LevelBook | undefined {
    return this.follower?.book;
  }

  /** What it is worth by itself, while the relay is well. */
  standing(nowMs: number, silentAfterMs: number): { state: FeedState; reason: StateReason } {
    const places = [...this.places.values()];
    if (places.some(({ next }) => next === 0) || this.follower?.trouble === 'JOINING') {
      return { state: FeedState.Syncing, reason: 'JOINING' };
    }
    const trouble = this.follower?.trouble ?? 'NONE';
    if (trouble !== 'NONE') return { state: FeedState.Gapped, reason: trouble };
    if (places.some(({ heardMs }) => nowMs - heardMs > silentAfterMs)) {
      return { state: FeedState.Stale, reason: 'HEARTBEAT_LOST' };
    }
    return { state: FeedState.Live, reason: 'NONE' };
  }
}

function newPlace(kind: TopicKind, nowMs: number): TopicPlace {
  return {
    kind,
    next: 0,
    transaction: 0,
    timeHigh: 0,
    timeLow: 0,
    isOpen: false,
    isRepeated: false,
    firstCovered: 0,
    levels: [],
    heardMs: nowMs,
  };
}
