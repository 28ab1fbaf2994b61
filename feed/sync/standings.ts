/** Keeps the state of the stream and of each instrument, and tells the listener of every change. */

import { FeedState, type StateReason } from '../market.ts';
import { ConsumerPhase, instrumentStanding, type Standing, streamStanding } from './feed-states.ts';
import type { FeedVoice } from './feed-voice.ts';
import type { Freshness } from './freshness.ts';
import type { InstrumentReplica } from './instrument-replica.ts';

export interface StandingsOptions {
  readonly voice: FeedVoice;
  readonly freshness: Freshness;
  readonly instruments: ReadonlyMap<number, InstrumentReplica>;
  readonly phase: () => ConsumerPhase;
  /** Why records are missing, while they are. */
  readonly gapReason: () => StateReason;
  /** The stream's position after the last whole transaction applied. */
  readonly applied: () => number;
  /** True when relays do not answer, or there are none. */
  readonly isWithoutRelay: () => boolean;
}

export class Standings {
  readonly #options: StandingsOptions;
  #stream: Standing = { state: FeedState.Syncing, reason: 'NO_DATA' };
  #staleReason: StateReason = 'NONE';
  /** Books out of a snapshot that the stream has not reached yet. */
  #ahead: InstrumentReplica[] = [];

  constructor(options: StandingsOptions) {
    this.#options = options;
  }

  get stream(): Standing {
    return this.#stream;
  }

  /** Judges freshness; everything that waits in the socket must have been read before. */
  judge(nowMs: number): void {
    const reason = this.#options.freshness.judge(nowMs);
    if (reason === this.#staleReason) return;
    this.#staleReason = reason;
    if (reason !== 'NONE' && this.#options.phase() !== ConsumerPhase.Joining) {
      this.#options.voice.tell({ type: 'stale', reason });
    }
  }

  /** After each packet: a stale stream may be fresh again, and books may have been reached. */
  settle(nowMs: number): void {
    if (this.#ahead.length > 0) this.#lookAhead();
    if (this.#staleReason !== 'NONE') this.judge(nowMs);
    this.refreshAll();
  }

  refreshAll(): void {
    const { phase, gapReason } = this.#options;
    const standing = streamStanding(phase(), this.#joinReason(), this.#staleReason, gapReason());
    if (standing.state === this.#stream.state && standing.reason === this.#stream.reason) return;
    this.#stream = standing;
    for (const instrument of this.#options.instruments.values()) this.refresh(instrument);
  }

  refresh(instrument: InstrumentReplica): void {
    const { voice, applied } = this.#options;
    const { state, reason } = instrumentStanding(this.#stream, instrument, applied());
    if (instrument.state === state && instrument.reason === reason) return;
    instrument.state = state;
    instrument.reason = reason;
    voice.listener.stateChanged?.(instrument);
  }

  /** A book has come out of a snapshot: it counts once the stream has reached it. */
  restored(instrument: InstrumentReplica): void {
    if (instrument.joinSequence > this.#options.applied()) this.#ahead.push(instrument);
    this.refresh(instrument);
  }

  #lookAhead(): void {
    const applied = this.#options.applied();
    const reached = this.#ahead.filter((instrument) => instrument.joinSequence <= applied);
    if (reached.length === 0) return;
    this.#ahead = this.#ahead.filter((instrument) => instrument.joinSequence > applied);
    for (const instrument of reached) {
      // It may have been dropped with its epoch meanwhile.
      if (this.#options.instruments.get(instrument.id) === instrument) this.refresh(instrument);
    }
  }

  #joinReason(): StateReason {
    if (this.#options.freshness.isSilent) return 'NO_DATA';
    return this.#options.isWithoutRelay() ? 'NO_RELAY' : 'JOINING';
  }
}
