/** A gateway without a feed behind it, for tests of what talks to gateways; and what it reads at its start. */

export { gatewayConfig } from '../config.ts';
export { clientAddress } from '../guard/client-address.ts';
export type { Authenticator } from '../guard/identity.ts';
export { authenticatorOf } from '../secrets.ts';
export * from './attacks.ts';
export * from './client-view.ts';
export * from './fake-feed.ts';
export * from './fake-link.ts';
export * from './manual-timer.ts';
export * from './seeded.ts';
export * from './session-bench.ts';
export * from './test-gateway.ts';
