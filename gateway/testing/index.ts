/** A gateway without a feed behind it, for tests of what talks to gateways. */

export * from './attacks.ts';
export * from './client-view.ts';
export * from './fake-feed.ts';
export * from './fake-link.ts';
export * from './manual-timer.ts';
export * from './seeded.ts';
export * from './session-bench.ts';
export * from './test-gateway.ts';
