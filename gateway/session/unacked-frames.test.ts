import { expect, it } from 'vitest';
import { forEachSeed } from '../testing/seeded.ts';
import { UnackedFrames } from './unacked-frames.ts';

/** The same with a list of all frames that were ever sent. */
class NaiveFrames {
  readonly #all: { readonly bytes: number; readonly sentAtMs: number }[] = [];
  #acknowledged = 0;

  push(bytes: number, nowMs: number): void {
    this.#all.push({ bytes, sentAtMs: nowMs });
  }

  acknowledge(frames: number): boolean {
    if (frames > this.#all.length) return false;
    this.#acknowledged = Math.max(this.#acknowledged, frames);
    return true;
  }

  look(nowMs: number) {
    const waiting = this.#all.slice(this.#acknowledged);
    return {
      sent: this.#all.length,
      count: waiting.length,
      bytes: waiting.reduce((sum, { bytes }) => sum + bytes, 0),
      acknowledged: this.#acknowledged,
      oldestAgeMs: waiting[0] === undefined ? 0 : nowMs - waiting[0].sentAtMs,
    };
  }
}

it('knows what is under way as a list of all frames does', () => {
  forEachSeed(10, (random) => {
    const frames = new UnackedFrames();
    const naive = new NaiveFrames();
    let nowMs = 0.5;
    for (let step = 0; step < 200; step += 1) {
      nowMs += random.integer(0, 40) / 8;
      for (let i = random.integer(0, 24); i > 0; i -= 1) {
        const bytes = random.integer(1, 70_000);
        frames.push(bytes, nowMs);
        naive.push(bytes, nowMs);
      }
      // Also what is old already, and what was never sent.
      const acked = frames.sent - random.integer(-1, 60);
      if (acked >= 0) expect(frames.acknowledge(acked)).toBe(naive.acknowledge(acked));
      const { sent, count, bytes, acknowledged } = frames;
      const oldestAgeMs = frames.oldestAgeMs(nowMs);
      expect({ sent, count, bytes, acknowledged, oldestAgeMs }).toEqual(naive.look(nowMs));
    }
  });
});
