/** What may stand behind `--source`. */

import { expect, test } from 'vitest';
import { openSource, parseSourceSpec } from './open-source.ts';

test('a kind, a colon, and a file or a seed, which may hold colons itself', () => {
  expect(parseSourceSpec('sim')).toEqual({ kind: 'sim', argument: '' });
  expect(parseSourceSpec('sim:42')).toEqual({ kind: 'sim', argument: '42' });
  expect(parseSourceSpec('kraken:C:\\a:b')).toEqual({ kind: 'kraken', argument: 'C:\\a:b' });
});

test('an unknown kind is answered with the kinds there are', () => {
  for (const text of ['', 'simulation', 'toString', ':x', 'Kraken:x']) {
    expect(() => parseSourceSpec(text)).toThrow(
      expect.objectContaining({
        code: 'BAD_SOURCE',
        message: expect.stringMatching(/sim.*lobster.*kraken.*binance.*capture/s),
      }),
    );
  }
});

test('a kind that needs a file says so', () => {
  expect(() => parseSourceSpec('kraken')).toThrow(/kraken:FILE/);
});

test('an option that the source has no use for is refused', async () => {
  const open = (spec: string, options: object) => openSource(parseSourceSpec(spec), options);
  await expect(open('kraken:x', { rate: 5 })).rejects.toMatchObject({ code: 'USELESS_OPTION' });
  await expect(open('kraken:x', { market: 'm' })).rejects.toMatchObject({ code: 'USELESS_OPTION' });
  await expect(open('sim', { orderBook: 'o' })).rejects.toMatchObject({ code: 'USELESS_OPTION' });
});

test('the simulation takes its seed and its market', async () => {
  const source = await openSource(parseSourceSpec('sim:42'), { rate: 100 });
  expect(source.name).toBe('sim:42');
  expect(source.instruments.length).toBeGreaterThanOrEqual(8);
});
