/** State as bytes: what is written is read again, and any bytes are survived. */

import { describe, expect, it } from 'vitest';
import { digestOf, StateError, StateReader, StateWriter } from './state.ts';
import { seededRandom, testSeed } from './testing/seeded.ts';

function sample(): StateWriter {
  const writer = new StateWriter();
  writer.part('abcd', () => {
    writer.u8(7);
    writer.bool(true);
    writer.u32(0xffff_ffff);
    writer.int(-(2 ** 53 - 1));
    writer.int(2 ** 53 - 1);
    writer.u64(0xdead_beef, 0xffff_fffe);
    writer.f64(-0.5);
    writer.text('Zürich');
    writer.bytes(Uint8Array.of(1, 2, 3));
    writer.part('efgh', () => writer.count(0));
  });
  return writer;
}

function readSample(reader: StateReader): unknown[] {
  const values: unknown[] = [];
  const time = { high: 0, low: 0 };
  reader.part('abcd', () => {
    values.push(reader.u8(), reader.bool(), reader.u32(), reader.int(), reader.int());
    reader.u64(time);
    values.push({ ...time }, reader.f64(), reader.text(10), [...reader.bytes(3)]);
    reader.part('efgh', () => values.push(reader.count(5, 8)));
  });
  reader.end();
  return values;
}

describe('state', () => {
  it('reads what was written', () => {
    expect(readSample(new StateReader(sample().written))).toEqual([
      7,
      true,
      0xffff_ffff,
      -(2 ** 53 - 1),
      2 ** 53 - 1,
      { high: 0xdead_beef, low: 0xffff_fffe },
      -0.5,
      'Zürich',
      [1, 2, 3],
      0,
    ]);
  });

  it('grows without losing anything', () => {
    const writer = new StateWriter();
    const values = Array.from({ length: 40_000 }, (_, i) => i);
    for (const i of values) {
      writer.u8(i % 251);
      writer.u32(i);
      writer.int(-i);
      writer.u64(i, i + 1);
      writer.f64(i / 2);
      writer.text(`${i}`);
    }
    const reader = new StateReader(writer.written);
    const time = { high: 0, low: 0 };
    const isRight = values.every((i) => {
      const [byte, word, int] = [reader.u8(), reader.u32(), reader.int()];
      reader.u64(time);
      const rest = [reader.f64() === i / 2, reader.text(9) === `${i}`, time.high === i];
      return byte === i % 251 && word === i && int === -i + 0 && rest.every(Boolean);
    });
    expect(isRight).toBe(true);
    reader.end();
  });

  it('names what is wrong', () => {
    const { written } = sample();
    expect(() => readSample(new StateReader(written.subarray(0, 20)))).toThrow('STATE_TRUNCATED');
    const longer = new Uint8Array([...written, 0]);
    expect(() => readSample(new StateReader(longer))).toThrow('STATE_LEFT_OVER');
    expect(() => new StateReader(written).part('wxyz', () => {})).toThrow('STATE_OTHER_PART');
    expect(() => new StateReader(written).part('abcd', () => {})).toThrow('STATE_LEFT_OVER');
    expect(() => new StateReader(written).int(0, 5)).toThrow('STATE_BAD_VALUE');
    // A count is believed only when so many can be there.
    const counted = new StateWriter();
    counted.count(1_000_000);
    expect(() => new StateReader(counted.written).count(2_000_000, 8)).toThrow('STATE_TRUNCATED');
    expect(() => new StateReader(counted.written).count(1000, 0)).toThrow('STATE_BAD_VALUE');
  });

  it('survives any bytes with its own error', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const whole = sample().written;
    for (let run = 0; run < 5000; run++) {
      const bytes = whole.slice(0, random(4) === 0 ? random(whole.length + 1) : whole.length);
      for (let i = random(4); i > 0 && bytes.length > 0; i--) {
        bytes[random(bytes.length)] = random(256);
      }
      try {
        readSample(new StateReader(bytes));
      } catch (error) {
        expect(error, `seed ${seed}`).toBeInstanceOf(StateError);
      }
    }
  });

  it('has another digest when one bit, the length or the order differs', () => {
    const { written } = sample();
    const digests = new Set([digestOf(written)]);
    for (let bit = 0; bit < written.length * 8; bit++) {
      const changed = written.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      digests.add(digestOf(changed));
    }
    for (let length = 0; length < written.length; length++) {
      digests.add(digestOf(written.subarray(0, length)));
    }
    digests.add(digestOf(written.toReversed()));
    expect(digests.size).toBe(1 + written.length * 8 + written.length + 1);
    expect([...digests][0]).toMatch(/^[0-9a-f]{16}$/);
  });
});
