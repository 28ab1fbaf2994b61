import { describe, expect, it } from 'vitest';
import { forEachSeed } from '../../testing/seeded.ts';
import { MAX_OUTBOX_BYTES, Outbox } from './outbox.ts';

function message(number: number, bytes = 8): Uint8Array {
  return new Uint8Array(bytes).fill(number & 0xff);
}

describe('an outbox', () => {
  it('gives what is behind a place, as often as asked, until it is confirmed', () => {
    const outbox = new Outbox();
    for (let i = 0; i < 5; i += 1) outbox.push(message(i));
    expect(outbox.after(3)).toEqual([message(3), message(4)]);
    expect(outbox.after(0)).toHaveLength(5);
    expect(outbox.confirm(2)).toBe(true);
    expect(outbox.after(1)).toBeUndefined();
    expect(outbox.after(2)).toEqual([message(2), message(3), message(4)]);
    expect(outbox.after(5)).toEqual([]);
    expect(outbox.after(6)).toBeUndefined();
    expect(outbox.confirm(6)).toBe(false);
  });

  it('forgets the oldest beyond its bound, but never the only one', () => {
    const outbox = new Outbox();
    outbox.push(message(1, MAX_OUTBOX_BYTES + 1));
    expect(outbox.after(0)).toHaveLength(1);
    outbox.push(message(2));
    expect(outbox.after(0)).toBeUndefined();
    expect(outbox.after(1)).toEqual([message(2)]);
  });

  it('does the same as a list that keeps everything and counts', () => {
    forEachSeed(12, (random) => {
      const outbox = new Outbox();
      const all: Uint8Array[] = [];
      let confirmed = 0;
      for (let step = 0; step < 200; step += 1) {
        if (random.next() < 0.6) {
          const next = message(all.length, random.integer(1, 8000));
          all.push(next);
          outbox.push(next);
        } else {
          const count = random.integer(0, all.length + 1);
          expect(outbox.confirm(count)).toBe(count <= all.length);
          if (count <= all.length) confirmed = Math.max(confirmed, count);
        }
        // Kept are the newest that fit the bound, and none that was confirmed.
        let kept = all.length;
        let bytes = 0;
        while (kept > confirmed && bytes + (all[kept - 1]?.length ?? 0) <= MAX_OUTBOX_BYTES) {
          kept -= 1;
          bytes += all[kept]?.length ?? 0;
        }
        const place = random.integer(0, all.length);
        expect(outbox.after(place)).toEqual(place < kept ? undefined : all.slice(place));
        expect(outbox.sent).toBe(all.length);
      }
    });
  });
});
