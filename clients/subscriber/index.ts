/** The subscriber package: live, proved replica books for services that need every delta. */

export { DecimalScale } from '../../feed/decimal.ts';
export {
  Aggressor,
  type FeedEvent,
  type FeedInstrument,
  type FeedListener,
  FeedState,
  type FeedStats,
  type LevelBook,
  Side,
  type StateReason,
  type StreamPosition,
  TradingStatus,
  type TransactionContext,
} from '../../feed/index.ts';
export {
  type BookEvent,
  type DroppedEvent,
  MAX_QUEUED_EVENTS,
  type StateEvent,
  type SubscriptionEvent,
  type TradeEvent,
} from './event-queue.ts';
export { type SubscribeOptions, type Subscription, subscribe } from './subscription.ts';
