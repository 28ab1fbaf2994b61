import { expect, test } from 'vitest';
import { GapDetector, PacketVerdict } from './gap-detector.ts';

function following(next: number): GapDetector {
  const detector = new GapDetector();
  detector.follow({ seconds: 100, random: 5 }, next);
  return detector;
}

test.each([
  ['the next packet', 10, 3, PacketVerdict.Next],
  ['a packet already applied', 7, 3, PacketVerdict.Duplicate],
  ['a packet that ends exactly before the next record', 9, 1, PacketVerdict.Duplicate],
  ['a packet of which only the end is new', 8, 3, PacketVerdict.Overlap],
  ['a packet behind a gap', 11, 1, PacketVerdict.Gap],
  ['a heartbeat with nothing new', 10, 0, PacketVerdict.Next],
  ['a heartbeat that reveals a lost tail', 12, 0, PacketVerdict.Gap],
  ['a heartbeat that was overtaken', 9, 0, PacketVerdict.Duplicate],
])('tells %s', (_, first, count, verdict) => {
  expect(following(10).classify(100, 5, first, count)).toBe(verdict);
});

test.each([
  ['an older birth is a lower epoch', 99, 9, PacketVerdict.LowerEpoch],
  ['a younger birth is a higher epoch', 101, 0, PacketVerdict.HigherEpoch],
  ['the random half breaks a tie downwards', 100, 4, PacketVerdict.LowerEpoch],
  ['the random half breaks a tie upwards', 100, 6, PacketVerdict.HigherEpoch],
])('%s', (_, seconds, random, verdict) => {
  expect(following(10).classify(seconds, random, 10, 1)).toBe(verdict);
});

test('a detector that has heard nothing takes any epoch as higher', () => {
  expect(new GapDetector().classify(1, 0, 500, 1)).toBe(PacketVerdict.HigherEpoch);
});

test('compares sequences beyond 2^32 exactly', () => {
  const detector = following(2 ** 32 + 1);
  expect(detector.classify(100, 5, 2 ** 32 + 1, 1)).toBe(PacketVerdict.Next);
  expect(detector.classify(100, 5, 1, 1)).toBe(PacketVerdict.Duplicate);
});
