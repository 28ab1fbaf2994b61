import { expect, it } from 'vitest';
import { isLocalEndpoint, refuseOpenEndpoint } from './endpoints.ts';

it.each([
  ['tcp://127.0.0.1:7101', true],
  ['tcp://127.1.2.3:*', true],
  ['tcp://localhost:7101', true],
  ['tcp://[::1]:7101', true],
  ['ipc:///tmp/feed', true],
  ['inproc://feed', true],
  ['tcp://0.0.0.0:7101', false],
  ['tcp://*:7101', false],
  ['tcp://10.0.0.1:7101', false],
  ['tcp://eth0:7101', false],
  ['tcp://[::]:7101', false],
  ['tcp://127.0.0.1.example.com:7101', false],
  ['tcp://localhost.example.com:7101', false],
  ['udp://127.0.0.1:7101', false],
])('%s is within this machine: %s', (endpoint, isLocal) => {
  expect(isLocalEndpoint(endpoint)).toBe(isLocal);
  const refuse = () => refuseOpenEndpoint('--entry', endpoint);
  if (isLocal) expect(refuse).not.toThrow();
  else expect(refuse).toThrow(/^INSECURE_ENDPOINT: --entry/);
});

it.each(['', 'nonsense', '127.0.0.1:7101'])('%j is left for the socket to refuse', (endpoint) => {
  expect(isLocalEndpoint(endpoint)).toBe(false);
  expect(() => refuseOpenEndpoint('--entry', endpoint)).not.toThrow();
});
