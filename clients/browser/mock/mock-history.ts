/** One book of the past at a mock gateway: its archive is all that the test has done to the instrument. */

import { LevelBook, Side } from '../../../feed/index.ts';
import {
  CLIENT_HEARTBEAT_MS,
  DEFAULT_DEPTH,
  DEFAULT_GROUPING,
  DEFAULT_INTERVAL_MS,
  DEPTH_LADDER,
  ERROR_CODES,
  type ErrorName,
  type GatewayEvent,
  GROUPING_LADDER,
  HISTORY_INTERVAL_LADDER,
  HISTORY_SPEED_LADDER,
  HistoryState,
  MAX_HISTORY_DEPTH,
  MessageType,
  serve,
} from '../../../gateway/protocol/index.ts';
import type { ClassMarket } from './mock-class.ts';
import type { MockInstrument, MockTrade } from './mock-instrument.ts';
import { aggressorOf, changes, flat, hashOf, type MockWindow, windowOf } from './mock-window.ts';

/** One transaction of an instrument, and its book behind it. */
export interface MockMoment {
  readonly timeUs: number;
  /** Behind it. */
  readonly position: number;
  readonly sequence: number;
  readonly transaction: number;
  readonly book: LevelBook;
  readonly trades: readonly MockTrade[];
  readonly firstTrade: number;
}

export function copyOf(book: LevelBook): LevelBook {
  const copy = new LevelBook(book.instrument);
  for (const side of [Side.Bid, Side.Ask]) {
    for (let i = 0; i < book.levelCount(side); i += 1) {
      const [price, quantity] = [book.priceAt(side, i), book.quantityAt(side, i)];
      copy.apply(side, price, quantity, book.orderCountAt(side, i));
    }
  }
  return copy;
}

type Options = Readonly<Record<string, unknown>>;

export class MockHistory {
  readonly id: number;
  readonly instrument: MockInstrument;
  readonly #market: ClassMarket;
  readonly #tell: (event: GatewayEvent) => void;
  #view: { depth: number; grouping: number; interval: number };
  /** In the instrument's past; -1: none yet. */
  #at = -1;
  #shown: MockWindow = { bids: [], asks: [] };
  #clockUs = 0;
  #speed: number;
  #request = 0;
  #hasEnded = false;
  #refusal: ErrorName | undefined;

  constructor(
    id: number,
    instrument: MockInstrument,
    options: Options,
    market: ClassMarket,
    tell: (event: GatewayEvent) => void,
  ) {
    this.id = id;
    this.instrument = instrument;
    this.#market = market;
    this.#tell = tell;
    this.#view = viewOf(options, {
      ...{ depth: DEFAULT_DEPTH, grouping: DEFAULT_GROUPING, interval: DEFAULT_INTERVAL_MS },
    });
    this.#speed = speedOf(Number(options['speed'] ?? 0));
  }

  announce(requestId: number): void {
    const { id, symbol, tickSize, lotSize } = this.instrument;
    const { depth, interval, grouping } = this.#view;
    this.#tell([
      ...([MessageType.Subscribed, requestId, this.id, 'history', symbol, id] as const),
      ...([tickSize, lotSize, depth, interval, 0, ...this.#market.epoch, grouping, 0] as const),
    ]);
  }

  modify(requestId: number, options: Options): void {
    this.#view = viewOf(options, this.#view);
    this.announce(requestId);
    this.begin();
  }

  begin(): void {
    if (this.#at >= 0) this.#snapshot();
    this.#tellState();
  }

  /** Without a place to the newest. */
  seek(request: number, { timeUs, position }: Options): void {
    const { past } = this.instrument;
    this.#request = request;
    this.#hasEnded = false;
    const isThere = (one: MockMoment) =>
      position === undefined
        ? one.timeUs <= Number(timeUs ?? Number.POSITIVE_INFINITY)
        : one.position <= Number(position);
    const at = past.findLastIndex(isThere);
    const isAhead = Number(position ?? 0) > (past.at(-1)?.position ?? 0);
    this.#refusal = at < 0 || isAhead ? 'NOT_HELD' : undefined;
    if (!this.#market.hasArchive) this.#refusal = 'NO_ARCHIVE';
    if (this.#refusal === undefined) {
      this.#at = at;
      const moment = past[at] as MockMoment;
      const isLast = at === past.length - 1;
      this.#clockUs = isLast ? moment.timeUs : Math.max(moment.timeUs, Number(timeUs ?? 0));
      this.#snapshot();
    } else this.#speed = 0;
    this.#tellState();
  }

  play(request: number, speed: number, steps: number): void {
    this.#request = request;
    this.#speed = speedOf(speed);
    this.#hasEnded = false;
    if (this.#at >= 0) this.#refusal = undefined;
    for (let i = 0; i < steps && !this.#hasEnded; i += 1) this.#step();
    this.#tellState();
  }

  beat(): void {
    if (this.#speed === 0 || this.#at < 0) return;
    this.#clockUs += CLIENT_HEARTBEAT_MS * 100 * this.#speed;
    const { past } = this.instrument;
    const before = this.#at;
    while ((past[this.#at + 1]?.timeUs ?? Number.POSITIVE_INFINITY) <= this.#clockUs) this.#at += 1;
    this.#diff(before);
    if (this.#at === past.length - 1) this.#end();
    this.#tellState();
  }

  #step(): void {
    const next = this.instrument.past[this.#at + 1];
    if (next === undefined) {
      this.#end();
      return;
    }
    this.#at += 1;
    this.#clockUs = next.timeUs;
    this.#diff(this.#at - 1);
  }

  #end(): void {
    this.#clockUs = this.instrument.past.at(-1)?.timeUs ?? 0;
    this.#speed = 0;
    this.#hasEnded = true;
  }

  #window(at: number): MockWindow {
    const { depth, grouping } = this.#view;
    const moment = this.instrument.past[at];
    return moment === undefined ? this.#shown : windowOf(moment.book, depth, grouping);
  }

  #snapshot(): void {
    const { position, sequence, transaction, timeUs } = this.instrument.past[
      this.#at
    ] as MockMoment;
    this.#shown = this.#window(this.#at);
    const { bids, asks } = this.#shown;
    this.#tell([
      ...([MessageType.Snapshot, this.id, sequence, transaction, timeUs] as const),
      ...([this.#market.nowUs - timeUs, flat(bids, 0), flat(asks, 0)] as const),
      ...([...hashOf(this.instrument.id, this.#shown), 0, position] as const),
    ]);
  }

  #diff(before: number): void {
    const { past, id } = this.instrument;
    const passed = past.slice(before + 1, this.#at + 1);
    const last = passed.at(-1);
    if (last === undefined) return;
    const { position, sequence, transaction, timeUs } = last;
    const delayUs = this.#market.nowUs - timeUs;
    const trades = passed.flatMap((one) =>
      one.trades.flatMap(([price, quantity, side], i) => [
        ...[one.firstTrade + i, price, quantity, aggressorOf(side), one.timeUs - timeUs],
      ]),
    );
    if (trades.length > 0) {
      this.#tell([MessageType.Trades, this.id, sequence, timeUs, delayUs, trades, position]);
    }
    const shown = this.#shown;
    this.#shown = this.#window(this.#at);
    const advance = sequence - (past[before]?.sequence ?? 0);
    this.#tell([
      ...([MessageType.Diff, this.id, sequence, advance, transaction, timeUs, delayUs] as const),
      passed.length,
      flat(changes(shown.bids, this.#shown.bids), 0),
      flat(changes(shown.asks, this.#shown.asks), 0),
      ...hashOf(id, this.#shown),
      position,
    ]);
  }

  #tellState(): void {
    const { past } = this.instrument;
    const [first, last] = [past[0], past.at(-1)];
    const state = this.#state();
    const message = [
      ...([MessageType.History, this.id, this.#request, state, this.#speed] as const),
      ...([past[this.#at]?.position ?? 0, Math.round(this.#clockUs)] as const),
      ...([first?.position ?? 0, last?.position ?? 0] as const),
      ...([first?.timeUs ?? 0, last?.timeUs ?? 0] as const),
    ] as const;
    if (this.#refusal === undefined) {
      this.#tell(message);
      return;
    }
    const [code, isRetryable, words] = ERROR_CODES[this.#refusal];
    this.#tell([...message, code, `${this.#refusal}: ${words}`, isRetryable, 0]);
  }

  #state(): HistoryState {
    if (this.#refusal !== undefined) return HistoryState.Refused;
    if (this.#hasEnded) return HistoryState.Ended;
    return this.#speed > 0 ? HistoryState.Playing : HistoryState.Shown;
  }
}

function viewOf(options: Options, usual: { depth: number; grouping: number; interval: number }) {
  const { depth = usual.depth, grouping = usual.grouping, interval = usual.interval } = options;
  return {
    depth: Math.min(MAX_HISTORY_DEPTH, serve(DEPTH_LADDER, Number(depth))),
    grouping: serve(GROUPING_LADDER, Number(grouping)),
    interval: serve(HISTORY_INTERVAL_LADDER, Number(interval)),
  };
}

function speedOf(tenths: number): number {
  return tenths === 0 ? 0 : serve(HISTORY_SPEED_LADDER, tenths);
}
