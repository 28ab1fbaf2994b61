/** One book of the past: looks its place up, plays it forward in step with a clock, and waits for its client. */

import { type Crc32, DecodeError, nanosToMicros, type PastMoment } from '../../feed/index.ts';
import type { ServedClass } from '../channels/channel.ts';
import { Audience } from '../conflation/audience.ts';
import type { ClassTime } from '../conflation/conflation-class.ts';
import { TokenBucket } from '../guard/token-bucket.ts';
import {
  HISTORY_RANGE_EVERY_MS,
  HISTORY_SEEK_BURST,
  HISTORY_SEEKS_PER_SECOND,
  HISTORY_WINDOW_RECORDS,
  HistoryState,
} from '../protocol/index.ts';
import type { HistoryClass, Refused } from './history-class.ts';
import type { DeskClient, HistoryDesk } from './history-desk.ts';
import { type HistorySource, PastError, type Place } from './history-source.ts';
import { PastTape, type TapeEntry } from './past-tape.ts';

/** A clock that was not looked at for longer goes on from there. */
const MAX_BEAT_MS = 1000;
/** Read ahead of what is played by so much of its client's time. */
const AHEAD_MS = 2000;
const BUSY_AFTER_MS = 2000;
const SEEKS = { burst: HISTORY_SEEK_BURST, perSecond: HISTORY_SEEKS_PER_SECOND };

export interface HistorySessionOptions {
  readonly logic: HistoryClass;
  readonly source: HistorySource;
  readonly desk: HistoryDesk;
  readonly crc32: Crc32;
  readonly readTime: () => ClassTime;
  /** For the count: a place, a window, or the name of an error. */
  readonly answered: (result: string) => void;
}

export class HistorySession implements ServedClass, DeskClient {
  readonly logic: HistoryClass;
  readonly audience = new Audience();
  readonly #options: HistorySessionOptions;
  readonly #seeks: TokenBucket;
  /** Where to go next; a newer one takes its place. */
  #wish: Place | undefined;
  /** In line at the desk, or being answered. */
  #isAsking = false;
  #tape: PastTape | undefined;
  #request = 0;
  /** Tenths; 0 stands still. */
  #speed = 0;
  #steps = 0;
  /** What time it is there, and when that was so. */
  #clockUs = 0;
  #beatMs: number;
  /** The last window ended where the archive does. */
  #isAtEnd = false;
  #hasEnded = false;
  #refusal: Refused | undefined;
  #isClosed = false;
  #toldUs = 0;

  constructor(options: HistorySessionOptions) {
    this.#options = options;
    this.logic = options.logic;
    const { nowMs } = options.readTime();
    this.#seeks = new TokenBucket(SEEKS, nowMs);
    this.#beatMs = nowMs;
  }

  /** Goes there as soon as it may; of several places only the last one counts. */
  seek(request: number, place: Place): void {
    this.#request = request;
    this.#wish = place;
    this.#steps = 0;
    this.#refusal = undefined;
    this.#hasEnded = false;
    this.#tellState();
    this.#ask(this.#options.readTime().nowMs);
    // If it stood in line for records it need not wait for those any more.
    this.#options.desk.turn();
  }

  /** `speed` in tenths; 0 stands still, or takes so many steps of one transaction each. */
  play(request: number, speed: number, steps: number): void {
    this.#request = request;
    this.#speed = speed;
    this.#steps = steps;
    this.#hasEnded = false;
    if (this.#tape !== undefined) this.#refusal = undefined;
    this.#beatMs = this.#options.readTime().nowMs;
    this.#tellState();
    this.beat(this.#options.readTime());
  }

  /** The time of its interval has come. */
  beat(time: ClassTime): void {
    const elapsedMs = Math.min(time.nowMs - this.#beatMs, MAX_BEAT_MS);
    this.#beatMs = time.nowMs;
    const tape = this.#tape;
    // Time stands still for a client that has not got what was told.
    if (tape !== undefined && !this.#isLoading && !this.#isBehind) {
      if (this.#steps > 0) this.#step(tape, time);
      else if (this.#speed > 0) this.#play(tape, elapsedMs, time);
    }
    this.#ask(time.nowMs);
  }

  /** Every heartbeat interval: a clock that moves is told, also where nothing happens. */
  tick(): void {
    if (this.#speed > 0 && this.#clockUs !== this.#toldUs && !this.#isBehind) this.#tellState();
  }

  close(): void {
    this.#isClosed = true;
    this.#wish = undefined;
    this.#options.desk.leave(this);
  }

  get wantsWindow(): boolean {
    return this.#wish === undefined;
  }

  /** The question that counts by now. */
  async work(): Promise<void> {
    try {
      const wish = this.#wish;
      if (this.#isClosed) return;
      if (wish !== undefined) await this.#load(wish);
      else if (this.#tape !== undefined) await this.#read(this.#tape);
    } catch (error) {
      // A place that nobody wants any more is not refused either.
      if (!this.#isClosed && this.#wish === undefined) this.#refuse(error);
    } finally {
      this.#isAsking = false;
    }
    if (!this.#isClosed) this.#ask(this.#options.readTime().nowMs);
  }

  get #isLoading(): boolean {
    return this.#wish !== undefined || (this.#tape === undefined && this.#refusal === undefined);
  }

  get #isBehind(): boolean {
    for (const { version } of this.audience.members) {
      if (version !== this.logic.version) return true;
    }
    return false;
  }

  #ask(nowMs: number): void {
    if (this.#isAsking || this.#isClosed) return;
    const isWanted = this.#wish !== undefined ? this.#seeks.take(nowMs) : this.#wantsRecords();
    if (!isWanted) return;
    this.#isAsking = true;
    this.#options.desk.want(this);
  }

  /** As long as the next window has no room, the queue of the one before is full. */
  #wantsRecords(): boolean {
    const tape = this.#tape;
    if (tape === undefined || this.#hasEnded || this.#refusal !== undefined) return false;
    const next = tape.peek();
    if (this.#steps > 0) return next === undefined;
    if (this.#speed === 0) return false;
    const aheadUs = tape.readTimeUs - this.#clockUs;
    if (this.#isAtEnd) return next === undefined && aheadUs <= 0;
    const hasRoom = next === undefined || tape.read - next.position < HISTORY_WINDOW_RECORDS;
    return hasRoom && aheadUs < AHEAD_MS * 100 * this.#speed;
  }

  async #load(wish: Place): Promise<void> {
    const { source, crc32 } = this.#options;
    const { symbol } = this.logic.key;
    // One that comes while this is under way takes its place.
    let moment: PastMoment;
    try {
      moment = await source.bookAt(symbol, wish);
    } catch (error) {
      if (this.#wish === wish) this.#wish = undefined;
      throw error;
    }
    if (this.#isClosed || this.#wish !== wish) return;
    this.#wish = undefined;
    const instrument = [...moment.instruments.values()].find(
      ({ definition }) => definition.symbol === symbol,
    );
    if (instrument === undefined) {
      throw new PastError('NOT_HELD', `"${symbol.slice(0, 32)}" was not listed then.`);
    }
    const tape = new PastTape(moment, instrument, crc32);
    this.#options.answered('place');
    this.#tape = tape;
    this.#isAtEnd = moment.position.sequence >= moment.next;
    const isBeyond = this.#isAtEnd || !('timeUs' in wish);
    this.#clockUs = isBeyond ? tape.timeUs : Math.max(wish.timeUs, tape.timeUs);
    const time = this.#options.readTime();
    this.#beatMs = time.nowMs;
    this.#tell(this.logic.show(tape, time), true);
    this.#tellState();
    await this.#survey(tape);
  }

  /** What the archive holds, where that is not known well enough. */
  async #survey({ moment }: PastTape): Promise<void> {
    const { desk, source, readTime } = this.#options;
    const { nowMs } = readTime();
    if (nowMs - desk.heldAtMs < HISTORY_RANGE_EVERY_MS) return;
    desk.heldAtMs = nowMs;
    try {
      desk.held = await source.held(this.logic.key.symbol);
    } catch (error) {
      desk.heldAtMs = Number.NEGATIVE_INFINITY;
      // The book is there: what else is held can be asked again.
      if (!(error instanceof PastError) && !(error instanceof DecodeError)) throw error;
    }
    if (!this.#isClosed && this.#tape?.moment === moment) this.#tellState();
  }

  async #read(tape: PastTape): Promise<void> {
    const { epoch } = tape.moment.position;
    const { read } = tape;
    const to = read + HISTORY_WINDOW_RECORDS;
    const packets = await this.#options.source.records(epoch, read, to);
    if (this.#isClosed || this.#tape !== tape) return;
    tape.add(packets);
    this.#options.answered('window');
    this.#isAtEnd = tape.read < to;
    if (tape.read === read && this.#wish === undefined) this.#end(tape);
    else if (this.#steps > 0) this.beat(this.#options.readTime());
  }

  /** All that the archive holds has been shown. */
  #end(tape: PastTape): void {
    if (tape.peek() !== undefined || (this.#speed === 0 && this.#steps === 0)) return;
    this.#speed = 0;
    this.#steps = 0;
    this.#hasEnded = true;
    this.#clockUs = tape.readTimeUs;
    this.#tellState();
  }

  #refuse(error: unknown): void {
    const isDamaged = error instanceof DecodeError;
    if (!(error instanceof PastError) && !isDamaged) throw error;
    const name = isDamaged ? 'NOT_PROVED' : error.error;
    const retryAfterMs = name === 'HISTORY_BUSY' ? BUSY_AFTER_MS : 0;
    this.#options.answered(name);
    this.#refusal = { error: name, detail: isDamaged ? '' : error.message, retryAfterMs };
    this.#speed = 0;
    this.#steps = 0;
    this.#tellState();
  }

  #play(tape: PastTape, elapsedMs: number, time: ClassTime): void {
    // A tenth of a millisecond's speed is 100 us; nothing is passed that has not been read.
    const wantedUs = this.#clockUs + elapsedMs * 100 * this.#speed;
    this.#clockUs = Math.max(this.#clockUs, Math.min(wantedUs, tape.readTimeUs));
    const entries: TapeEntry[] = [];
    for (;;) {
      const next = tape.peek();
      if (next === undefined || next.timeUs > this.#clockUs) break;
      entries.push(next);
      tape.take();
    }
    if (entries.length > 0) this.#tell(this.logic.advance(entries, time, false), false);
  }

  /** Each of them is a diff of its own. */
  #step(tape: PastTape, time: ClassTime): void {
    const before = this.#steps;
    while (this.#steps > 0 && !this.#isBehind) {
      const entry = tape.take();
      if (entry === undefined) break;
      this.#steps -= 1;
      this.#clockUs = entry.timeUs;
      this.#tell(this.logic.advance([entry], time, true), false);
    }
    if (this.#steps < before) this.#tellState();
  }

  #tellState(): void {
    this.logic.status = {
      request: this.#request,
      state: this.#state(),
      speed: this.#speed,
      timeUs: Math.round(this.#clockUs),
      held: this.#heldNow(),
      refusal: this.#refusal,
    };
    this.#toldUs = this.#clockUs;
    // Who is behind is told with the rest.
    if (!this.#isBehind) this.#tell([this.logic.state()], false);
  }

  #state(): HistoryState {
    if (this.#refusal !== undefined) return HistoryState.Refused;
    if (this.#isLoading) return HistoryState.Loading;
    if (this.#hasEnded) return HistoryState.Ended;
    return this.#speed > 0 ? HistoryState.Playing : HistoryState.Shown;
  }

  /** What has been seen since it was asked counts, too; and an older epoch than that which was told of. */
  #heldNow() {
    const { held } = this.#options.desk;
    const tape = this.#tape;
    if (held === undefined || tape === undefined) return held;
    const { position, oldest, next, time } = tape.moment;
    const isSame = position.epoch.seconds === held.epoch.seconds;
    const shownUs = nanosToMicros(time.high, time.low) || held.oldestTimeUs;
    return {
      epoch: position.epoch,
      oldest,
      next: Math.max(next, tape.read, isSame ? held.next : 0),
      oldestTimeUs: Math.min(held.oldestTimeUs, shownUs),
      newestTimeUs: Math.max(held.newestTimeUs, tape.readTimeUs),
    };
  }

  #tell(frames: readonly Uint8Array[], isJump: boolean): void {
    if (frames.length === 0) return;
    const { from, to } = this.logic.told(frames, isJump);
    this.audience.broadcast(frames, from, to);
    if (!this.#isBehind) this.logic.taken();
  }
}
