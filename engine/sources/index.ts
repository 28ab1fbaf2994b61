/** The parsers of recordings: for measurements and fuzzing. */

export { BinanceParser } from './binance.ts';
export { CaptureParser } from './capture.ts';
export { KrakenParser } from './kraken.ts';
export { LineError } from './line-problem.ts';
export { LobsterParser } from './lobster.ts';
export { lobsterFileName, parseLobsterRow } from './lobster-format.ts';
export { parseSourceSpec } from './open-source.ts';
