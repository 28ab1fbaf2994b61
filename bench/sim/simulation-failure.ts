/** What a simulation ends with when a promise was broken. */

export class SimulationFailure extends Error {
  /** Which promise, in a word: a shorter script must break the same one. */
  readonly promise: BrokenPromise;

  constructor(promise: BrokenPromise, what: string) {
    super(what);
    this.promise = promise;
    this.name = 'SimulationFailure';
  }
}

export type BrokenPromise =
  /** A book that is called LIVE differs from the naive engine's at its position. */
  | 'LIVE_IS_RIGHT'
  /** Whoever is LIVE has applied every whole transaction that it was told of. */
  | 'LIVE_IS_UP_TO_DATE'
  /** Whoever is LIVE has heard something not long ago. */
  | 'LIVE_IS_FRESH'
  /** A trade is told once, transactions in order. */
  | 'ONCE_AND_IN_ORDER'
  /** The same commands make the same records. */
  | 'SAME_RECORDS'
  /** After the faults everybody is LIVE and equal. */
  | 'ALL_HEAL'
  /** Nothing throws. */
  | 'NOTHING_THROWS';
