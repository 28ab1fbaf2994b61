/** What a relay makes of the L2 stream: candles, statistics, and the streams of single instruments. */

import {
  CANDLE_PUBLISH_INTERVAL_MS,
  CONFLATED_BOOK_INTERVAL_MS,
  HEARTBEAT_INTERVAL_MS,
  STATISTICS_PUBLISH_INTERVAL_MS,
  TRADING_SAVE_INTERVAL_MS,
} from '../limits.ts';
import type { FeedListener, TransactionContext } from '../listener.ts';
import { type Epoch, sameEpoch } from '../market.ts';
import type { WallClock } from '../nanos.ts';
import type { Crc32 } from '../wire/packet.ts';
import type { FeedPlatform } from '../zmq/platform.ts';
import { FeedPublisher } from '../zmq/publisher.ts';
import type { SecureEndpoint } from '../zmq/security/index.ts';
import type { ArchivedHistory } from './archive/archive-reader.ts';
import type { RelayedStream, StreamWitness } from './relayed-stream.ts';
import type { StreamSource } from './streams/instrument-packets.ts';
import { InstrumentStreams } from './streams/instrument-streams.ts';
import { secondOf, type TradeEvent, TransactionTrades } from './streams/transaction-trades.ts';
import { TradingHistory } from './trading/trading-history.ts';
import type { TradingKeeper } from './trading/trading-keeper.ts';

export interface MarketDataOptions {
  readonly crc32: Crc32;
  readonly wallClock: WallClock;
  readonly platform: FeedPlatform;
  /** The stream; asked for once it is there. */
  readonly stream: () => RelayedStream;
  /** Where candles and statistics survive; absent: nowhere. */
  readonly keeper?: TradingKeeper | undefined;
}

export class MarketData implements StreamWitness {
  trading = new TradingHistory();
  readonly listener: FeedListener;
  readonly #options: MarketDataOptions;
  #epoch: Epoch | undefined;
  #streams: InstrumentStreams | undefined;
  #publisher: FeedPublisher | undefined;
  /** Each ends a timer. */
  readonly #stops: (() => void)[] = [];

  constructor(options: MarketDataOptions) {
    this.#options = options;
    const applied = (events: readonly TradeEvent[], context: TransactionContext): void => {
      if (!options.stream().isRestoring) this.#applied(events, context);
    };
    this.listener = {
      ...new TransactionTrades().listener(applied),
      instrumentChanged: (instrument) => {
        if (!options.stream().isRestoring) this.#streams?.statusChanged(instrument);
      },
      indicativeChanged: (instrument) => {
        if (!options.stream().isRestoring) this.#streams?.statusChanged(instrument);
      },
    };
  }

  // What the stream tells, beside its records

  restarted(epoch: Epoch, sequence: number): void {
    if (this.#epoch === undefined || !sameEpoch(epoch, this.#epoch)) {
      this.#epoch = epoch;
      this.trading = new TradingHistory();
      this.#streams?.clear();
    }
    if (sequence === 1) this.trading.resumeAt(0);
    else if (sequence > 1) this.trading.skip();
  }

  joined(): void {
    this.#streams?.restart();
  }

  given(id: number): void {
    this.#streams?.flushBook(id);
  }

  /** The stream has begun where its archive ends. */
  restored(history: ArchivedHistory | undefined): void {
    if (history === undefined) return;
    this.#epoch = history.epoch;
    this.trading = this.#options.keeper?.restore(history) ?? new TradingHistory();
    this.trading.takeChanges();
    this.#streams?.restart();
  }

  // Its own work

  /** Publishes from now on; answers with the endpoint, its port filled in. */
  async publish(endpoint: string, security: SecureEndpoint | undefined): Promise<string> {
    const { crc32, wallClock, platform, stream } = this.#options;
    const publisher = new FeedPublisher({
      heartbeat: () => this.#streams?.heartbeat(HEARTBEAT_INTERVAL_MS),
      security,
      platform,
    });
    this.#publisher = publisher;
    const bound = await publisher.bind(endpoint);
    const streams = new InstrumentStreams({
      source: sourceOf(stream()),
      trading: () => this.trading,
      crc32,
      wallClock,
      send: (packet) => publisher.send(packet),
      // Comes after what is in the socket has been read: when idle at once, when busy every few ms.
      wake: () => setImmediate(() => streams.flush()),
    });
    this.#streams = streams;
    this.#every(CONFLATED_BOOK_INTERVAL_MS, () => streams.flushBooks());
    this.#every(CANDLE_PUBLISH_INTERVAL_MS, () => streams.flushCandles());
    this.#every(STATISTICS_PUBLISH_INTERVAL_MS, () => streams.flushStatistics());
    return bound;
  }

  /** Saves every now and then. */
  start(): void {
    if (this.#options.keeper === undefined) return;
    this.#every(TRADING_SAVE_INTERVAL_MS, () => this.save());
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#publisher?.close();
    this.save();
  }

  save(): void {
    const { keeper, stream } = this.#options;
    const { writer, subscriber } = stream();
    if (this.#epoch === undefined || subscriber.position.sequence === 0) return;
    // The archive must reach as far: what has come since is counted from it.
    writer?.flush();
    keeper?.save(this.trading, subscriber.position);
  }

  #applied(events: readonly TradeEvent[], context: TransactionContext): void {
    const { trading } = this;
    if (trading.begin(context.transaction, secondOf(context))) {
      for (const event of events) count(trading, event);
    }
    this.#streams?.applied(events, context);
  }

  #every(intervalMs: number, work: () => void): void {
    this.#stops.push(this.#options.platform.every(intervalMs, work));
  }
}

function count(trading: TradingHistory, event: TradeEvent): void {
  const { id } = event.instrument;
  switch (event.type) {
    case 'traded':
      trading.traded(id, event.tradeId, event.price, event.quantity);
      break;
    case 'busted':
      trading.busted(id, event.tradeId);
      break;
    case 'corrected':
      trading.corrected(id, event.tradeId, event.price, event.quantity);
      break;
  }
}

function sourceOf({ subscriber, snapshots }: RelayedStream): StreamSource {
  return {
    get isReady() {
      return snapshots.isReady;
    },
    get epoch() {
      return snapshots.epoch;
    },
    get nextSequence() {
      return snapshots.nextSequence;
    },
    get state() {
      return subscriber.state;
    },
    get reason() {
      return subscriber.reason;
    },
    instruments: subscriber.instruments,
    isProven: (id) => subscriber.isProven(id),
  };
}
