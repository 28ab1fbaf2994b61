/** The oracle, and random streams to compare the market with it: for tests and long runs. */

export { Coverage } from './differential/coverage.ts';
export { FastSide, type MarketSide, NaiveSide } from './differential/market-side.ts';
export { fastState, naiveState, type StateRow } from './differential/market-state.ts';
export { playRandom, type RandomRunOptions } from './differential/play.ts';
export { ReloadedSide } from './differential/reloaded-side.ts';
export { reportDifference } from './differential/report-difference.ts';
export { TASTES } from './differential/tastes.ts';
export { NaiveMarket } from './naive-market.ts';
