/** A subscriber of a simulation, and everything that it may never do. */

import {
  compareEpochs,
  type Epoch,
  type FeedInstrument,
  type FeedListener,
  FeedState,
  LINE_WAIT_MS,
  STALE_AFTER_MS,
  StreamLevel,
  sameEpoch,
} from '../../feed/index.ts';
import { FeedSubscriber } from '../../feed/node.ts';
import { crc32 } from '../../feed/process/index.ts';
import { difference } from './compare-books.ts';
import { LINES } from './engine-process.ts';
import type { NaiveHistory } from './naive-history.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import { type BrokenPromise, SimulationFailure } from './simulation-failure.ts';

/** Time-outs are looked at every 20 ms. */
const POLL_SLACK_MS = 25;

export interface SubscriberProcessOptions {
  readonly process: SimulatedProcess;
  readonly history: NaiveHistory;
  readonly level: StreamLevel;
  readonly relays: readonly string[];
  readonly instruments: 'all' | readonly string[];
  readonly failed: (failure: SimulationFailure) => void;
}

/** Something good in every checksum that nobody ever published. */
interface Forgery {
  readonly epoch: Epoch;
  readonly instrument: number;
  readonly sequence: number;
}

export class SubscriberProcess implements FeedListener {
  readonly process: SimulatedProcess;
  readonly subscriber: FeedSubscriber;
  readonly level: StreamLevel;
  readonly #options: SubscriberProcessOptions;
  readonly #trades = new Set<number>();
  #lastTransaction = 0;
  /** What an instrument was compared at. */
  readonly #compared = new Map<number, string>();
  #forgeries: Forgery[] = [];
  #heardMs = 0;
  #toldEpoch: Epoch | undefined;
  /** What it has been told of, in whole frames, and when: as long as that is not too long ago. */
  #told: { readonly atMs: number; readonly next: number }[] = [];
  /** The highest sequence of those before. */
  #toldNext = 0;

  constructor(options: SubscriberProcessOptions) {
    const { process, level, relays, instruments } = options;
    this.process = process;
    this.level = level;
    this.#options = options;
    this.subscriber = new FeedSubscriber(
      {
        feed: LINES,
        repair: relays,
        level,
        instruments,
        wallClock: process.wallClock,
        nowMs: process.nowMs,
        crc32,
        platform: process,
      },
      this,
    );
    process.done = () => this.check();
  }

  /** Before a frame that is whole is given to it: what comes after it in the stream. */
  told(epoch: Epoch, next: number): void {
    const order = this.#toldEpoch === undefined ? 1 : compareEpochs(epoch, this.#toldEpoch);
    if (order < 0) return;
    if (order > 0) {
      this.#toldEpoch = epoch;
      this.#toldNext = 0;
      this.#told = [];
    }
    this.#heardMs = this.process.nowMs();
    this.#told.push({ atMs: this.#heardMs, next });
  }

  forged(epoch: Epoch, instrument: number, sequence: number): void {
    this.#forgeries.push({ epoch, instrument, sequence });
  }

  // What it hears

  traded: NonNullable<FeedListener['traded']> = ({ symbol }, _, __, ___, tradeId) => {
    if (tradeId === 0) return;
    if (this.#trades.has(tradeId)) this.#fail('ONCE_AND_IN_ORDER', `${symbol} trade ${tradeId}`);
    this.#trades.add(tradeId);
  };

  transactionApplied: NonNullable<FeedListener['transactionApplied']> = (context) => {
    const { transaction, epoch } = context;
    if (transaction <= this.#lastTransaction) {
      const what = `transaction ${transaction} after ${this.#lastTransaction}`;
      this.#fail('ONCE_AND_IN_ORDER', what);
    }
    this.#lastTransaction = transaction;
    for (const instrument of this.subscriber.instruments.values()) {
      if (instrument.state !== FeedState.Live) continue;
      if (instrument.transaction !== transaction) continue;
      this.#compare(instrument, epoch, transaction);
    }
  };

  event: NonNullable<FeedListener['event']> = ({ type }) => {
    if (type !== 'epoch') return;
    this.#trades.clear();
    this.#lastTransaction = 0;
  };

  // What it promises

  /** Between two things that it does. */
  check(): void {
    const { subscriber } = this;
    const { epoch, sequence } = subscriber.position;
    if (subscriber.state === FeedState.Live) this.#checkStream(epoch, sequence);
    const stream = this.#options.history.of(epoch)?.streams[this.level];
    const transaction = stream?.transactionAt(sequence) ?? -1;
    const isEnd = stream?.ends[transaction] === sequence;
    for (const instrument of subscriber.instruments.values()) {
      if (instrument.state !== FeedState.Live) continue;
      if (isEnd) this.#compare(instrument, epoch, transaction);
      else this.#fail('LIVE_IS_RIGHT', `${instrument.symbol} at ${sequence}, where nothing ends`);
    }
  }

  #compare(instrument: FeedInstrument, epoch: Epoch, transaction: number): void {
    const { id, book, symbol } = instrument;
    const moment = `${epoch.seconds} ${epoch.random} ${transaction} ${book.hash.laneA}`;
    if (this.#compared.get(id) === moment) return;
    this.#compared.set(id, moment);
    const history = this.#options.history.of(epoch);
    const sequence = history?.streams[this.level].ends[transaction];
    if (history === undefined || sequence === undefined) {
      this.#fail('LIVE_IS_RIGHT', `${symbol} after transaction ${transaction}, which never was`);
      return;
    }
    if (this.#isExcused(id, epoch, sequence)) return;
    const found = difference(book, history.books.at(id, transaction));
    if (found === undefined) return;
    this.#fail('LIVE_IS_RIGHT', `${symbol} after transaction ${transaction}: ${found}`);
  }

  /** Undefined: it shows what the engine shows. */
  whyNotHealed(epoch: Epoch, next: number): string | undefined {
    const { subscriber, level } = this;
    const { position, state, reason } = subscriber;
    const where = `${this.process.name} (${level === StreamLevel.L2 ? 'L2' : 'L3'})`;
    if (state !== FeedState.Live) return `${where} is ${state}, ${reason}`;
    if (!sameEpoch(position.epoch, epoch)) return `${where} follows another epoch`;
    if (position.sequence !== next) return `${where} is at ${position.sequence}, not at ${next}`;
    for (const { symbol, state: own, reason: why } of subscriber.instruments.values()) {
      if (own !== FeedState.Live) return `${where}: ${symbol} is ${own}, ${why}`;
    }
    const { instruments } = this.#options;
    const count = instruments === 'all' ? 4 : instruments.length;
    const has = subscriber.instruments.size;
    return has === count ? undefined : `${where} has ${has} instruments of ${count}`;
  }

  #checkStream(epoch: Epoch, sequence: number): void {
    // It is judged when all that waits has been read.
    if (this.process.isCatchingUp) return;
    const nowMs = this.process.nowMs();
    const silentMs = nowMs - this.#heardMs;
    if (silentMs > STALE_AFTER_MS + POLL_SLACK_MS) {
      this.#fail('LIVE_IS_FRESH', `it has heard nothing for ${Math.round(silentMs)} ms`);
    }
    if (this.#toldEpoch === undefined || !sameEpoch(epoch, this.#toldEpoch)) return;
    // What one line lacks may come from the other for a while.
    while ((this.#told[0]?.atMs ?? nowMs) < nowMs - LINE_WAIT_MS - POLL_SLACK_MS) {
      this.#toldNext = Math.max(this.#toldNext, this.#told.shift()?.next ?? 0);
    }
    const stream = this.#options.history.of(epoch)?.streams[this.level];
    const end = stream?.ends[stream.transactionAt(this.#toldNext)] ?? 0;
    if (sequence >= end) return;
    const what = `it was told of ${this.#toldNext} and is at ${sequence}`;
    this.#fail('LIVE_IS_UP_TO_DATE', what);
  }

  /** What was forged may be believed until the next hash. */
  #isExcused(id: number, epoch: Epoch, sequence: number): boolean {
    if (this.#forgeries.length === 0) return false;
    const stream = this.#options.history.of(epoch)?.streams[this.level];
    this.#forgeries = this.#forgeries.filter((forgery) => {
      if (!sameEpoch(forgery.epoch, epoch)) return false;
      const hash = stream?.behindNextHash(forgery.instrument, forgery.sequence) ?? 0;
      return sequence < hash;
    });
    return this.#forgeries.some(({ instrument }) => instrument === id);
  }

  #fail(promise: BrokenPromise, what: string): void {
    const { process, failed } = this.#options;
    failed(new SimulationFailure(promise, `${process.name}: ${what}`));
  }
}
