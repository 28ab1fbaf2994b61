/** Further channels, each of which costs nothing where it is not imported; see ../README.md. */

export {
  type Candle,
  type Candles,
  type CandlesOptions,
  openCandles,
  openStatistics,
  type Statistics,
} from './candles.ts';
export {
  HISTORY_SPEEDS,
  type History,
  type HistoryChange,
  type HistoryOptions,
  type HistoryPlace,
  type HistoryRange,
  type HistoryRefusal,
  type HistoryState,
  openHistory,
} from './history.ts';
export { type HopLatency, type Latency, openLatency } from './latency.ts';
export { type Orders, type OrdersOptions, openOrders, type QueuedOrder } from './orders.ts';
