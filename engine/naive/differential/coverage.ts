/** How often each rule has acted: a test in which one never did has not tested it. */

/** What the naive market says when they act; of `sawOf`, with the name behind. */
export const RULES: readonly string[] = [
  'a hidden order trades',
  'an iceberg shows its next part',
  'post-only slides',
  'post-only is refused',
  'fill-or-kill',
  'fill-or-kill is not filled',
  'minimum quantity',
  'minimum quantity is not filled',
  'self-trade prevention: CancelNewest',
  'self-trade prevention: CancelOldest',
  'self-trade prevention: CancelBoth',
  'self-trade prevention: Decrement',
  'a change keeps the place of a resting order',
  'a change loses the place of a resting order',
  'a change keeps the place of a waiting order',
  'a change loses the place of a waiting order',
  'a change keeps the place of a parked order',
  'a change loses the place of a parked order',
  'a trade elects a Stop',
  'a trade elects a StopLimit',
  'a trade elects a TrailingStop',
  'a trade elects several stops',
  'a stop is elected when it comes',
  'a trailing stop moves',
  'the first trade gives a trigger',
  'an elected order is refused: PriceOutsideCollar',
  'elected orders wait for a pause',
  'orders are linked',
  'a fill ends a link',
  'election ends a link',
  'a linked order is cancelled while resting',
  'a linked order is cancelled while waiting',
  'a linked order is cancelled while parked',
  'a linked order is cancelled while elected',
  'a linked order ended before its turn',
  'a peg moves',
  'a peg keeps its place',
  'a peg is parked',
  'a peg returns',
  'a peg trades where it moves to',
  'an uncross',
  'an uncross has several best prices',
  'an owner meets itself in an uncross',
  'a crossed book is closed as it is',
  'an indicative price',
  'nothing crosses any more',
  'the collar is reached',
  'the bound is met',
  'a bound leaves a minimum unfilled',
  'a volatility pause',
  'a reference price is given',
  'the status becomes PreOpen',
  'the status becomes Auction',
  'the status becomes Continuous',
  'the status becomes CancelOnly',
  'the status becomes Halted',
  'the status becomes Closed',
  'the status becomes Delisted',
  'ended while resting: ByRequest',
  'ended while waiting: ByRequest',
  'ended while parked: ByRequest',
  'ended while resting: Expired',
  'ended while waiting: Expired',
  'ended while parked: Expired',
  'ended while resting: EndOfDay',
  'ended while waiting: EndOfDay',
  'ended while resting: Delisted',
  'ended while waiting: Delisted',
  'ended while resting: KillSwitch',
  'ended while waiting: KillSwitch',
  'ended while resting: Disconnected',
  'ended while waiting: Disconnected',
  'due: expiry',
  'due: pause',
  'due: calendar',
  'tradeBusted',
  'tradeCorrected',
  'refused: UnknownInstrument',
  'refused: UnknownOrder',
  'refused: DuplicateOrderId',
  'refused: BadQuantity',
  'refused: BadPrice',
  'refused: PriceOutsideBand',
  'refused: BadField',
  'refused: WrongBookKind',
  'refused: QuantityAlreadyFilled',
  'refused: ConditionsConflict',
  'refused: PriceOutsideCollar',
  'refused: UnknownTrade',
  'refused: UnknownOwner',
  'refused: TradeAlreadyBusted',
  'refused: InstrumentNotTrading',
  'refused: PostOnlyWouldTrade',
  'refused: NotInAuction',
  'refused: OwnerBlocked',
];

export class Coverage {
  readonly #counts = new Map<string, number>(RULES.map((rule) => [rule, 0]));

  add(seen: ReadonlyMap<string, number>): void {
    for (const [rule, times] of seen) this.#counts.set(rule, this.timesOf(rule) + times);
  }

  timesOf(rule: string): number {
    return this.#counts.get(rule) ?? 0;
  }

  /** Rules that have never acted. */
  get missing(): string[] {
    return RULES.filter((rule) => this.timesOf(rule) === 0);
  }

  /** A line a rule: those that must act in their order, then what else was seen. */
  table(): string {
    const lines = [...this.#counts].map(
      ([rule, times]) => `${String(times).padStart(10)}  ${rule}`,
    );
    return lines.join('\n');
  }
}
