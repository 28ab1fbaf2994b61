import { expect, it } from 'vitest';
import { Random } from '../../testing/random.ts';
import { decodeZ85, encodeZ85 } from './z85.ts';

it('writes the example of the RFC, and reads it back', () => {
  const bytes = Uint8Array.from([0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b]);
  expect(encodeZ85(bytes)).toBe('HelloWorld');
  expect(decodeZ85('HelloWorld')).toEqual(bytes);
});

it('brings any bytes back', () => {
  const random = new Random(1);
  for (let round = 0; round < 200; round += 1) {
    const bytes = Uint8Array.from({ length: 4 * random.below(12) }, () => random.below(256));
    expect(decodeZ85(encodeZ85(bytes))).toEqual(bytes);
  }
  expect(encodeZ85(new Uint8Array(4).fill(255))).toBe('%nSc0');
});

it.each(['HelloWorl', 'Hello World', 'Hello~orld', '%nSc1', '#####', 'Hellö'])(
  'refuses "%s"',
  (text) => {
    expect(decodeZ85(text)).toBeUndefined();
  },
);
