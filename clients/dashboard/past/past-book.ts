/** The book as it was: one handle of the gateway's channel, its trades, and where the reader wants it. */

import type { History, openHistory } from '../../browser/channels/index.ts';
import type { InstrumentInfo, TouchlineClient } from '../../browser/index.ts';
import { HEAT_DEPTH } from '../heatmap/heat-recorder.ts';
import type { LadderBook } from '../ladder/ladder-view.ts';
import type { Touch } from '../ladder/spread-row.ts';
import { TapeRing } from '../tape/tape-ring.ts';
import type { WatchOptions } from '../watched-instrument.ts';
import { WantedPlace } from './wanted-place.ts';

const TAPE_LINES = 1024;
/** Milliseconds between changes while it plays: as often as the eye follows. */
const INTERVAL_MS = 50;

export interface PastStart {
  /** Microseconds since 1970; undefined for the newest that the archive holds. */
  readonly timeUs: number | undefined;
  /** 0 stands still. */
  readonly speed: number;
}

export class PastBook implements LadderBook {
  readonly history: History;
  /** Trades since the place that was last looked up. */
  tape = new TapeRing(TAPE_LINES);
  /** Set when the book is another one than was last drawn. */
  isDirty = true;
  /** Set when the tape begins anew. */
  isTapeNew = true;
  readonly #client: TouchlineClient;
  readonly #wanted = new WantedPlace();
  /** The place that is being looked up. */
  #sought: number | undefined;

  constructor(
    open: typeof openHistory,
    client: TouchlineClient,
    symbol: string,
    { depth, grouping }: WatchOptions,
    { timeUs, speed }: PastStart,
  ) {
    this.#client = client;
    // Deep enough for the depth chart, too: two handles would show two moments.
    this.history = open(client, symbol, {
      depth: Math.max(depth, HEAT_DEPTH),
      grouping,
      interval: INTERVAL_MS,
      speed,
      ...(timeUs === undefined ? {} : { at: { timeMicros: timeUs } }),
    });
    this.history.on('change', () => {
      this.isDirty = true;
      if (this.history.state !== 'loading') this.#sought = undefined;
    });
    this.history.on('trades', (trades) => this.tape.addTrades(trades));
  }

  get symbol(): string {
    return this.history.symbol;
  }
  get info(): InstrumentInfo | undefined {
    return this.#client.instruments.find((one) => one.symbol === this.symbol);
  }
  get bids() {
    return this.history.bids;
  }
  get asks() {
    return this.history.asks;
  }
  get sequence(): number {
    return this.history.sequence;
  }
  get transaction(): number {
    return this.history.transaction;
  }
  get grouping(): number {
    return this.history.grouping;
  }
  formatPrice(ticks: number): string {
    return this.history.formatPrice(ticks);
  }
  formatQuantity(lots: number): string {
    return this.history.formatQuantity(lots);
  }

  /** Of levels in steps the best prices themselves are not known. */
  get touch(): Touch | undefined {
    return this.grouping === 1 ? this.history.best : undefined;
  }

  /** Also while the place where it plays on is being looked up. */
  get isPlaying(): boolean {
    const { speed, state } = this.history;
    return speed > 0 && state !== 'refused' && state !== 'ended';
  }

  /** Where the reader wants to be: not what the levels show, as long as `isMoving`. */
  get timeUs(): number {
    return this.#wanted.timeUs ?? this.#sought ?? this.history.timeMicros;
  }

  get isMoving(): boolean {
    return (this.#wanted.timeUs ?? this.#sought) !== undefined;
  }

  /** Whether levels of the past have come. */
  get hasLevels(): boolean {
    return this.bids.length + this.asks.length > 0;
  }

  seek(timeUs: number): void {
    this.#wanted.want(timeUs, this.history.range);
  }

  play(speed: number): void {
    this.#ask();
    this.history.play(speed);
  }

  pause(): void {
    this.history.pause();
  }

  step(): void {
    this.#ask();
    this.history.step();
  }

  /** Once a frame: asks for the last place wanted. */
  send(): void {
    const timeUs = this.#wanted.take(this.history.state === 'loading');
    if (timeUs !== undefined) this.#seek(timeUs);
  }

  close(): void {
    this.history.close();
  }

  /** Whatever plays or steps begins at the place wanted. */
  #ask(): void {
    const timeUs = this.#wanted.take(false);
    if (timeUs !== undefined) this.#seek(timeUs);
  }

  #seek(timeUs: number): void {
    this.tape = new TapeRing(TAPE_LINES);
    this.isTapeNew = true;
    this.#sought = timeUs;
    this.history.seek({ timeMicros: timeUs });
  }
}
