/** The stream as it is: every record in order, each once, without books. */

import {
  type Crc32,
  DEFAULT_ENDPOINTS,
  type Epoch,
  type FeedEvent,
  type FeedState,
  type FeedStats,
  type LineStats,
  PacketOffset,
  RecordReader,
  type StateReason,
  StreamLevel,
  type StreamPosition,
} from '../../feed/index.ts';
import { FeedSubscriber } from '../../feed/node.ts';
import {
  curvesOf,
  REAL_SURROUNDINGS,
  type SubscribeOptions,
  type SubscriptionLevel,
  type Surroundings,
} from './subscription.ts';

export interface RecordOptions
  extends Pick<SubscribeOptions, 'feed' | 'repair' | 'keys' | 'from' | 'lineWaitMs'> {
  /** 'L2' by default. */
  readonly level?: SubscriptionLevel;
  /**
   * Called for each record, in order; `reader` stands on it, and is reused. Its fields are those of
   * feed/PROTOCOL.md; types that are not known can be passed over. Records of an unfinished
   * transaction come as well: the last of each is flagged.
   */
  readonly record: (reader: RecordReader, sequence: number) => void;
  /** The next record does not follow the last: another epoch, or records that nobody holds. */
  readonly restarted?: (position: StreamPosition) => void;
  readonly event?: (event: FeedEvent) => void;
}

/** Connects at once. Gaps are repaired from relays; what none holds is named by `trades-missed`. */
export function subscribeRecords(options: RecordOptions): RecordSubscription {
  return new RecordSubscription(options);
}

export class RecordSubscription implements AsyncDisposable {
  readonly #subscriber: FeedSubscriber;
  readonly #options: RecordOptions;
  readonly #reader: RecordReader;
  #next = 0;

  constructor(options: RecordOptions, surroundings: Surroundings = REAL_SURROUNDINGS) {
    const { feed = DEFAULT_ENDPOINTS.publish, repair = DEFAULT_ENDPOINTS.relay } = options;
    const { level = 'L2', keys, from, lineWaitMs, event } = options;
    this.#options = options;
    this.#reader = new RecordReader(surroundings.crc32 as Crc32);
    this.#subscriber = new FeedSubscriber(
      {
        level: StreamLevel[level],
        feed: typeof feed === 'string' ? [feed] : feed,
        repair: typeof repair === 'string' ? [repair] : repair,
        ...curvesOf(keys),
        // No instrument is kept.
        instruments: [],
        from,
        lineWaitMs,
        ...surroundings,
        relay: {
          withoutBooks: true,
          accepted: (packet, first, count) => this.#accepted(packet, first, count),
          restarted: (epoch, sequence) => this.#restarted(epoch, sequence),
        },
      },
      event === undefined ? {} : { event },
    );
    void this.#subscriber.start();
  }

  /** After the last record told. */
  get position(): StreamPosition {
    return { epoch: this.#subscriber.position.epoch, sequence: this.#next };
  }

  get state(): FeedState {
    return this.#subscriber.state;
  }

  get reason(): StateReason {
    return this.#subscriber.reason;
  }

  get stats(): Readonly<FeedStats> {
    return this.#subscriber.stats;
  }

  /** See `Subscription`. */
  get lines(): readonly Readonly<LineStats>[] {
    return this.#subscriber.lines;
  }

  /** Rejects with what a callback threw, if one did. */
  close(): Promise<void> {
    return this.#subscriber.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** A packet that has been checked; its first records may have come before. */
  #accepted(packet: Uint8Array, first: number, count: number): void {
    const reader = this.#reader;
    const { record } = this.#options;
    reader.resume(packet, headerBytesOf(packet));
    let sequence = first;
    while (sequence < first + count && reader.next()) {
      if (sequence >= this.#next) {
        this.#next = sequence + 1;
        record(reader, sequence);
      }
      sequence += 1;
    }
  }

  #restarted(epoch: Epoch, sequence: number): void {
    this.#next = sequence;
    if (sequence > 0) this.#options.restarted?.({ epoch, sequence });
  }
}

function headerBytesOf(packet: Uint8Array): number {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  return view.getUint16(PacketOffset.HeaderBytes, true);
}
