/** The saved candles' own reading of bytes, whatever bytes they are: for measurements and fuzzing. */

export { TradingHistory } from './trading-history.ts';
export { decodeTrading, encodeTrading } from './trading-state.ts';
