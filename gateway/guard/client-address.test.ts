import { describe, expect, it } from 'vitest';
import { clientAddress } from './client-address.ts';

function find(trusted: string[], remoteAddress: string, forwarded?: string): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return clientAddress(trusted)({ socket: { remoteAddress } as never, headers });
}

describe('the address of a client', () => {
  it('is its socket’s, whatever it says, when that is no trusted proxy', () => {
    expect(find([], '9.9.9.9', '1.1.1.1')).toBe('9.9.9.9');
    expect(find(['10.0.0.0/8'], '9.9.9.9', '1.1.1.1')).toBe('9.9.9.9');
    expect(find([], '::ffff:9.9.9.9')).toBe('9.9.9.9');
  });

  it('is what the last trusted proxy heard from, not what the client claims before that', () => {
    expect(find(['10.0.0.0/8'], '10.0.0.1', '1.1.1.1')).toBe('1.1.1.1');
    expect(find(['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, 1.1.1.1')).toBe('1.1.1.1');
    expect(find(['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, 1.1.1.1, 10.0.0.2')).toBe('1.1.1.1');
    expect(find(['127.0.0.1', '::1'], '::1', '2001:db8::7')).toBe('2001:db8::7');
    expect(find(['10.0.0.0/8'], '::ffff:10.0.0.1', '1.1.1.1')).toBe('1.1.1.1');
  });

  it('is the proxy’s own when that says nothing, or nonsense', () => {
    expect(find(['10.0.0.0/8'], '10.0.0.1')).toBe('10.0.0.1');
    expect(find(['10.0.0.0/8'], '10.0.0.1', '')).toBe('10.0.0.1');
    expect(find(['10.0.0.0/8'], '10.0.0.1', '1.1.1.1, nonsense')).toBe('10.0.0.1');
    expect(find(['10.0.0.0/8'], '10.0.0.1', '10.0.0.3, 10.0.0.2')).toBe('10.0.0.3');
  });

  it.each(['', 'x', '10.0.0.0/33', '::/129'])('takes no proxy "%s"', (network) => {
    expect(() => clientAddress([network])).toThrow(/--trusted-proxy/);
  });
});
