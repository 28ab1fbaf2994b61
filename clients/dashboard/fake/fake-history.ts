/** A book of the past without a gateway: the fake market done again from its seed, up to any moment. */

import { Side } from '../../../feed/index.ts';
import type {
  History,
  HistoryChange,
  HistoryOptions,
  HistoryPlace,
  HistoryRefusal,
  HistoryState,
} from '../../browser/channels/index.ts';
import type { TouchlineClient, TradeEvent } from '../../browser/index.ts';
import { FakeMarket } from './fake-market.ts';

/** One step of the market. */
const STEP_US = 60_000;
/** Half a day would be dull to wait for: the archive holds twenty minutes. */
const STEPS_HELD = 20_000;
const FIRST_POSITION = 1_000_000;
const RECORDS_A_STEP = 5;
const NOT_HELD: HistoryRefusal = {
  code: 115,
  message: 'The archive does not hold this.',
  retryable: false,
  retryAfterMs: 0,
};

export class FakeHistory implements History {
  readonly symbol: string;
  readonly depth: number;
  readonly grouping = 1;
  readonly interval: number;
  readonly range: History['range'];
  state: HistoryState = 'loading';
  refusal: HistoryRefusal | undefined;
  speed: number;
  hashesChecked = 0;
  timeMicros: number;
  isClosed = false;
  /** Places asked for, for tests. */
  readonly sought: HistoryPlace[] = [];
  readonly #seed: number;
  readonly #earliestUs: number;
  readonly #changes = new Set<(change: HistoryChange) => void>();
  readonly #trades = new Set<(trades: readonly TradeEvent[]) => void>();
  #market: FakeMarket;
  #step = 0;
  #wanted: HistoryPlace | undefined;

  constructor(seed: number, symbol: string, options: HistoryOptions, nowUs: number) {
    this.#seed = seed;
    this.symbol = symbol;
    this.depth = options.depth ?? 25;
    this.interval = options.interval ?? 100;
    this.speed = options.speed ?? 0;
    this.#earliestUs = nowUs - STEPS_HELD * STEP_US;
    const last = FIRST_POSITION + STEPS_HELD * RECORDS_A_STEP;
    this.range = {
      earliest: { position: FIRST_POSITION, timeMicros: this.#earliestUs },
      latest: { position: last, timeMicros: nowUs },
    };
    this.timeMicros = nowUs;
    this.#market = this.#freshMarket();
    this.#wanted = options.at ?? { timeMicros: nowUs };
  }

  get reason(): string {
    return this.refusal?.message ?? '';
  }
  get position(): number {
    return this.state === 'loading' && this.#step === 0
      ? 0
      : FIRST_POSITION + this.#step * RECORDS_A_STEP;
  }
  get sequence(): number {
    return this.#market.sequence;
  }
  get transaction(): number {
    return this.#market.transaction;
  }
  get bids() {
    return this.#market.view(Side.Bid, this.#step === 0 ? 0 : this.depth);
  }
  get asks() {
    return this.#market.view(Side.Ask, this.#step === 0 ? 0 : this.depth);
  }
  get best() {
    const { bids, asks } = this;
    return {
      bid: bids.length > 0 ? bids.price(0) : undefined,
      ask: asks.length > 0 ? asks.price(0) : undefined,
    };
  }
  formatPrice(ticks: number): string {
    return this.#market.formatPrice(ticks);
  }
  formatQuantity(lots: number): string {
    return this.#market.formatQuantity(lots);
  }
  seek(to: HistoryPlace): void {
    this.sought.push(to);
    this.#wanted = to;
    this.#enter('loading');
  }
  play(speed: number): void {
    this.speed = speed;
    if (this.state !== 'loading') this.#enter('playing');
  }
  pause(): void {
    this.speed = 0;
    if (this.state !== 'loading') this.#enter('shown');
  }
  step(): void {
    this.speed = 0;
    this.#run(this.#step + 1, true);
    this.#enter('shown');
  }
  on(event: 'change' | 'frame' | 'trades', listener: (value: never) => void): () => void {
    const set = (event === 'trades' ? this.#trades : this.#changes) as Set<typeof listener>;
    set.add(listener);
    return () => set.delete(listener);
  }
  close(): void {
    this.isClosed = true;
  }

  /** What a gateway would answer, and `ms` more of the past while it plays. */
  advance(ms: number): void {
    if (this.#wanted !== undefined) this.#answer(this.#wanted);
    else if (this.state === 'playing') {
      this.timeMicros += ms * 1000 * this.speed;
      this.#run(this.#stepAt(this.timeMicros), true);
      if (this.#step >= STEPS_HELD) this.#enter('ended');
    }
  }

  #answer(to: HistoryPlace): void {
    this.#wanted = undefined;
    const step =
      'timeMicros' in to
        ? this.#stepAt(to.timeMicros)
        : Math.floor((to.position - FIRST_POSITION) / RECORDS_A_STEP);
    if (step < 0 || step > STEPS_HELD) {
      this.refusal = NOT_HELD;
      this.speed = 0;
      this.#enter('refused');
      return;
    }
    this.refusal = undefined;
    this.#run(step, false);
    this.timeMicros = this.#earliestUs + step * STEP_US;
    this.hashesChecked += 1;
    this.#enter(this.speed > 0 ? 'playing' : 'shown');
  }

  #stepAt(timeUs: number): number {
    return Math.floor((timeUs - this.#earliestUs) / STEP_US);
  }

  /** The market is done again where it has to go back. */
  #run(step: number, tells: boolean): void {
    if (step < this.#step) {
      this.#market = this.#freshMarket();
      this.#step = 0;
    }
    for (const last = Math.min(step, STEPS_HELD); this.#step < last; this.#step += 1) {
      const trades = this.#market.step(this.#earliestUs + this.#step * STEP_US);
      if (!tells || trades.length === 0) continue;
      for (const listener of this.#trades) listener(trades);
    }
    if (!tells) return;
    this.timeMicros = Math.max(this.timeMicros, this.#earliestUs + this.#step * STEP_US);
    for (const listener of this.#changes) listener({ kind: 'diff', merged: 1 });
  }

  #enter(state: HistoryState): void {
    this.state = state;
    for (const listener of this.#changes) listener({ kind: 'state', merged: 0 });
  }

  #freshMarket(): FakeMarket {
    const market = FakeMarket.all(this.#seed).find(({ info }) => info.symbol === this.symbol);
    if (market === undefined) throw new Error(`The fake market lists no "${this.symbol}".`);
    return market;
  }
}

/** Opens fake pasts as the page opens real ones, and moves them all. */
export class FakePasts {
  readonly opened: FakeHistory[] = [];
  readonly #seed: number;
  readonly #nowUs: () => number;

  constructor(seed: number, nowUs: () => number) {
    this.#seed = seed;
    this.#nowUs = nowUs;
  }

  readonly openHistory = (
    _client: TouchlineClient,
    symbol: string,
    options: HistoryOptions = {},
  ): FakeHistory => {
    const history = new FakeHistory(this.#seed, symbol, options, this.#nowUs());
    this.opened.push(history);
    return history;
  };

  advance(ms: number): void {
    for (const history of this.opened) if (!history.isClosed) history.advance(ms);
  }
}
