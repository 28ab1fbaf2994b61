/** The subscriber package: live, proved replica books for services that need every delta. */

export { DecimalScale } from '../../feed/decimal.ts';
export {
  Aggressor,
  BookKind,
  type Epoch,
  type FeedEvent,
  type FeedInstrument,
  type FeedListener,
  FeedState,
  type FeedStats,
  type Indicative,
  type LevelBook,
  type LineStats,
  type OrderBook,
  type PlacedOrder,
  type QueuedOrder,
  type RecordReader,
  RecordType,
  Side,
  type StateReason,
  type StreamPosition,
  TopicKind,
  TradingStatus,
  type TransactionContext,
} from '../../feed/index.ts';
export {
  type HistoryClient,
  HistoryError,
  type HistoryErrorCode,
  type InstrumentSubscriber,
  type RelayPlace,
} from '../../feed/node.ts';
export {
  type BookEvent,
  type ChangedTradeEvent,
  type DroppedEvent,
  type IndicativeEvent,
  MAX_QUEUED_EVENTS,
  type StateEvent,
  type StatusEvent,
  type SubscriptionEvent,
  type TradeEvent,
} from './event-queue.ts';
export type { FeedLatency, Hop, HopLatency } from './feed-latency.ts';
export {
  type RecordOptions,
  type RecordSubscription,
  subscribeRecords,
} from './record-subscription.ts';
export {
  type HistoryOptions,
  type InstrumentStreamOptions,
  openHistory,
  subscribeInstruments,
} from './relay-readers.ts';
export {
  type BookOf,
  type FeedKeys,
  type SubscribeOptions,
  type Subscription,
  type SubscriptionLevel,
  subscribe,
} from './subscription.ts';
