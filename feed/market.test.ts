import { expect, test } from 'vitest';
import { compareEpochs, formatEpoch, NO_EPOCH, oppositeSide, Side, sameEpoch } from './market.ts';

test('epochs are ordered by their birth, then by chance', () => {
  const epochs = [
    { seconds: 0xffff_ffff, random: 0 },
    { seconds: 5, random: 9 },
    { seconds: 5, random: 0xffff_ffff },
    NO_EPOCH,
    { seconds: 5, random: 8 },
  ];
  expect(epochs.sort(compareEpochs).map(formatEpoch)).toEqual([
    '00000000-00000000',
    '00000005-00000008',
    '00000005-00000009',
    '00000005-ffffffff',
    'ffffffff-00000000',
  ]);
  expect(sameEpoch({ seconds: 1, random: 2 }, { seconds: 1, random: 2 })).toBe(true);
  expect(sameEpoch({ seconds: 1, random: 2 }, { seconds: 2, random: 1 })).toBe(false);
});

test('every side has its opposite', () => {
  expect([oppositeSide(Side.Bid), oppositeSide(Side.Ask)]).toEqual([Side.Ask, Side.Bid]);
});
