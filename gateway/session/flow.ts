/**
 * What may be sent to one client now: bounded by what it has acknowledged, because a socket's own
 * buffer figure is blind to what the kernel swallows. A client at the bound is held: frames of
 * classes are not queued for it, it catches up later; answers to its requests wait, up to a bound.
 */

import {
  HELD_AFTER_MS,
  MAX_HELD_ANSWERS,
  MAX_UNACKED_BYTES,
  RESUME_UNACKED_BYTES,
  SLOW_CONSUMER_AFTER_MS,
} from '../protocol/index.ts';
import type { Tally } from '../tally.ts';
import type { TransportLink } from '../transports/transport.ts';
import type { FrameSink } from './subscription.ts';
import { UnackedFrames } from './unacked-frames.ts';

/** Milliseconds of a clock that only runs forward. */
export interface FlowClock {
  nowMs(): number;
}

export class Flow implements FrameSink {
  isHeld = false;
  /** Whether the client acknowledges by itself; until it does, the transport's probes count. */
  hasAcked = false;
  /** Something was sent since the last look. */
  hasSpoken = false;
  readonly #link: TransportLink;
  readonly #tally: Tally;
  readonly #clock: FlowClock;
  readonly #unacked = new UnackedFrames();
  #answers: Uint8Array[] = [];
  #heldAtMs = 0;
  #probedFrames = 0;
  #probedAtMs = 0;

  constructor(link: TransportLink, tally: Tally, clock: FlowClock) {
    this.#link = link;
    this.#tally = tally;
    this.#clock = clock;
  }

  get unackedBytes(): number {
    return this.#unacked.bytes;
  }

  /** Sends all of them, or holds the client and says false. */
  offer(frames: readonly Uint8Array[]): boolean {
    if (this.isHeld) return false;
    const nowMs = this.#clock.nowMs();
    let bytes = 0;
    for (const frame of frames) bytes += frame.length;
    // One message larger than the bound still goes to a client that owes nothing.
    const fits = this.#unacked.bytes + bytes <= MAX_UNACKED_BYTES && !this.#unacked.isFull;
    if (!fits && this.#unacked.count > 0) {
      this.#hold(nowMs);
      return false;
    }
    for (const frame of frames) this.#send(frame, nowMs);
    return true;
  }

  /** Sends an answer now or when the client is no longer held; false if too many wait already. */
  answer(frame: Uint8Array): boolean {
    if (this.offer([frame])) return true;
    this.#answers.push(frame);
    return this.#answers.length <= MAX_HELD_ANSWERS;
  }

  /** `frames`: how many have arrived in all. False for a number that was never sent. */
  acknowledge(frames: number): boolean {
    if (frames > this.#unacked.acknowledged) {
      const nowMs = this.#clock.nowMs();
      this.#tally.acknowledged(this.#unacked.oldestAgeMs(nowMs) / 1000);
    }
    return this.#unacked.acknowledge(frames);
  }

  /** The transport's own word that so many have arrived. */
  delivered(frames: number): boolean {
    this.#tally.probed((this.#clock.nowMs() - this.#probedAtMs) / 1000);
    return this.#unacked.acknowledge(frames);
  }

  /** Whether a held client has caught up enough to go on; sends the answers that waited. */
  resume(): boolean {
    if (!this.isHeld || this.#unacked.bytes > RESUME_UNACKED_BYTES) return false;
    if (this.#unacked.oldestAgeMs(this.#clock.nowMs()) > HELD_AFTER_MS) return false;
    this.isHeld = false;
    this.#tally.released += 1;
    const answers = this.#answers;
    this.#answers = [];
    for (const [index, frame] of answers.entries()) {
      if (this.offer([frame])) continue;
      this.#answers = answers.slice(index);
      return false;
    }
    return true;
  }

  /** Looks at the ages; true when the client has been held for too long. */
  tick(): boolean {
    const nowMs = this.#clock.nowMs();
    if (this.#unacked.oldestAgeMs(nowMs) > HELD_AFTER_MS) this.#hold(nowMs);
    if (!this.hasAcked && this.#unacked.count > 0) this.#probe(nowMs);
    return this.isHeld && nowMs - this.#heldAtMs > SLOW_CONSUMER_AFTER_MS;
  }

  #send(frame: Uint8Array, nowMs: number): void {
    this.#link.send(frame);
    this.#tally.framesSent += 1;
    this.#tally.bytesSent += frame.length;
    this.#unacked.push(frame.length, nowMs);
    this.hasSpoken = true;
    if (!this.hasAcked && this.#unacked.bytes > RESUME_UNACKED_BYTES) this.#probe(nowMs);
  }

  /** Asks the transport where the peer is, once per answer. */
  #probe(nowMs: number): void {
    if (this.#unacked.acknowledged < this.#probedFrames) return;
    if (this.#probedFrames === this.#unacked.sent) return;
    this.#probedFrames = this.#unacked.sent;
    this.#probedAtMs = nowMs;
    this.#link.probe?.(this.#unacked.sent);
  }

  #hold(nowMs: number): void {
    if (this.isHeld) return;
    this.isHeld = true;
    this.#tally.held += 1;
    this.#heldAtMs = nowMs;
  }
}
