import { describe, expect, it } from 'vitest';
import { MAX_KNOWN_ADDRESSES } from '../protocol/index.ts';
import { AddressGuard, networkOf } from './address-guard.ts';
import { TokenBucket } from './token-bucket.ts';

const LIMITS = { burst: 3, perSecond: 2, maxConnections: 2, isLoopbackFree: true };

describe('a token bucket', () => {
  it('gives its burst at once, then its rate, and never more than the burst', () => {
    const bucket = new TokenBucket({ burst: 3, perSecond: 2 }, 0);
    expect([0, 0, 0, 0].map((ms) => bucket.take(ms))).toEqual([true, true, true, false]);
    expect([499, 500, 500].map((ms) => bucket.take(ms))).toEqual([false, true, false]);
    expect(bucket.isFull(1000)).toBe(false);
    expect(bucket.isFull(60_000)).toBe(true);
    expect([0, 0, 0, 0].map(() => bucket.take(60_000))).toEqual([true, true, true, false]);
  });
});

describe('the guard of addresses', () => {
  it('limits how fast an address asks, and no other address with it', () => {
    let nowMs = 0;
    const guard = new AddressGuard(LIMITS, () => nowMs);
    const asked = Array.from({ length: 4 }, () => guard.ask('192.0.2.1'));
    expect(asked).toEqual([undefined, undefined, undefined, 'address_rate']);
    expect(guard.ask('192.0.2.2')).toBeUndefined();
    nowMs = 500;
    expect(guard.ask('192.0.2.1')).toBeUndefined();
  });

  it('limits how many connections an address has', () => {
    let nowMs = 0;
    const guard = new AddressGuard(LIMITS, () => nowMs);
    guard.entered('192.0.2.1');
    guard.entered('::ffff:192.0.2.1');
    expect(guard.ask('192.0.2.1')).toBe('address_connections');
    guard.left('192.0.2.1');
    nowMs = 60_000;
    expect(guard.ask('192.0.2.1')).toBeUndefined();
  });

  it('leaves the machine itself alone, unless told otherwise', () => {
    const free = new AddressGuard(LIMITS, () => 0);
    const strict = new AddressGuard({ ...LIMITS, isLoopbackFree: false }, () => 0);
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      for (let i = 0; i < 10; i += 1) expect(free.ask(address)).toBeUndefined();
      for (let i = 0; i < 3; i += 1) strict.ask(address);
      expect(strict.ask(address)).toBe('address_rate');
    }
    expect(free.size).toBe(0);
  });

  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['192.0.2.7', '192.0.2.7'],
  ])('counts %s as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('remembers a bounded number of addresses, those with connections among them', () => {
    let nowMs = 0;
    const guard = new AddressGuard(LIMITS, () => nowMs);
    guard.entered('192.0.2.1');
    guard.entered('192.0.2.1');
    for (let i = 0; i < 3 * MAX_KNOWN_ADDRESSES; i += 1) {
      nowMs += 0.001;
      guard.ask(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    }
    expect(guard.size).toBeLessThanOrEqual(MAX_KNOWN_ADDRESSES);
    expect(guard.ask('192.0.2.1')).toBe('address_connections');
  });
});
