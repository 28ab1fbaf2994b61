/** One offending file for each way to cross a boundary, and clean ones that must pass. */

/** A file to lint, and the boundary the linter must name; `undefined` when it must say nothing. */
export interface BoundaryCase {
  readonly title: string;
  /** Where in the tree the file would lie. */
  readonly path: string;
  readonly source: string;
  readonly boundary: string | undefined;
}

/** What pure folders may not touch, with an expression that does. */
const IMPURE_EXPRESSIONS: Readonly<Record<string, string>> = {
  Date: 'Date.now()',
  'Date, constructed': 'new Date()',
  performance: 'performance.now()',
  setTimeout: 'setTimeout(run, 1)',
  setInterval: 'setInterval(run, 1)',
  setImmediate: 'setImmediate(run)',
  queueMicrotask: 'queueMicrotask(run)',
  requestAnimationFrame: 'requestAnimationFrame(run)',
  crypto: 'crypto.getRandomValues(bytes)',
  'globalThis, by name': 'globalThis.setTimeout(run, 1)',
  'globalThis, by key': "globalThis['Date']",
  process: 'process.hrtime()',
  Buffer: 'Buffer.alloc(8)',
  require: "require('node:fs')",
  console: 'console.log(bytes)',
  fetch: "fetch('/')",
  WebSocket: "new WebSocket('ws://localhost')",
  clearTimeout: 'clearTimeout(1)',
  clearInterval: 'clearInterval(1)',
  clearImmediate: 'clearImmediate(run)',
  global: 'global.setTimeout',
  window: 'window.setTimeout',
  self: 'self.setTimeout',
  document: 'document.title',
  navigator: 'navigator.onLine',
  localStorage: 'localStorage.length',
  Worker: "new Worker('')",
  MessageChannel: 'new MessageChannel()',
  BroadcastChannel: "new BroadcastChannel('')",
};

/** One folder of each kind that must be pure. */
const PURE_FILES = [
  'feed/thing.ts',
  'feed/wire/thing.ts',
  'feed/book/thing.ts',
  'feed/sync/thing.ts',
  'engine/protocol/thing.ts',
  'engine/book/thing.ts',
  'gateway/protocol/thing.ts',
  'gateway/conflation/thing.ts',
];

function offence(boundary: string, path: string, source: string): BoundaryCase {
  return { title: `${path}: ${source}`, path, source: `${source}\n`, boundary };
}

function clean(path: string, source: string): BoundaryCase {
  return { title: `${path}: ${source}`, path, source: `${source}\n`, boundary: undefined };
}

/** Every form in which a module can name another. */
function everyForm(specifier: string): readonly string[] {
  return [
    `import { a } from '${specifier}';`,
    `import type { A } from '${specifier}';`,
    `import '${specifier}';`,
    `export { a } from '${specifier}';`,
    `export * from '${specifier}';`,
    `export const a = await import('${specifier}');`,
    `export type A = import('${specifier}').A;`,
  ];
}

const floors: readonly BoundaryCase[] = [
  ...everyForm('../../engine/protocol/index.ts').map((source) =>
    offence('feed-floor', 'feed/zmq/thing.ts', source),
  ),
  offence('feed-floor', 'feed/zmq/thing.ts', "import '../../gateway/protocol/index.ts';"),
  offence('feed-floor', 'feed/zmq/thing.ts', "import '../../clients/browser/index.ts';"),
  offence('feed-floor', 'feed/zmq/thing.test.ts', "import '../../engine/protocol/index.ts';"),
  offence('engine-floor', 'engine/thing.ts', "import '../gateway/protocol/index.ts';"),
  offence('engine-floor', 'engine/entry/thing.ts', "import '../../clients/orders/index.ts';"),
  offence('gateway-floor', 'gateway/thing.ts', "import '../engine/protocol/index.ts';"),
  offence('gateway-floor', 'gateway/session/thing.ts', "import '../../clients/browser/index.ts';"),
  offence('clients-floor', 'clients/cli/thing.ts', "import '../../engine/main.ts';"),
  offence('clients-floor', 'clients/cli/up/thing.ts', "import '../../../gateway/main.ts';"),
  offence('clients-floor', 'clients/cli/thing.ts', "import '../../engine/sources/index.ts';"),
  offence('bench-on-top', 'feed/zmq/thing.ts', "import '../../bench/setup/test-data.ts';"),
  offence('bench-on-top', 'engine/thing.ts', "import '../bench/setup/test-data.ts';"),
  offence('bench-on-top', 'gateway/thing.ts', "import '../bench/setup/test-data.ts';"),
  offence('bench-on-top', 'clients/cli/thing.ts', "import '../../bench/setup/test-data.ts';"),
];

const publicModules: readonly BoundaryCase[] = [
  offence('public-modules', 'engine/thing.ts', "import '../feed/wire/packet.ts';"),
  offence('public-modules', 'gateway/thing.ts', "import '../feed/zmq/feed-subscriber.ts';"),
  offence('public-modules', 'clients/cli/thing.ts', "import '../../feed/market.ts';"),
  offence(
    'public-modules',
    'clients/orders/thing.ts',
    "import '../../engine/protocol/reports.ts';",
  ),
  offence('public-modules', 'clients/dashboard/thing.ts', "import '../browser/client.ts';"),
  offence('public-modules', 'engine/entry/thing.ts', "import '../protocol/reports.ts';"),
  offence('public-modules', 'feed/relay/thing.ts', "import '../process/clocks.ts';"),
  offence('public-modules', 'bench/micro/thing.ts', "import '../../engine/book/order-pool.ts';"),
  offence('public-modules', 'gateway/thing.e2e.test.ts', "import '../engine/sequencer.ts';"),
];

const browserLoadable: readonly BoundaryCase[] = [
  offence('browser-loadable', 'feed/thing.ts', "import './node.ts';"),
  offence('browser-loadable', 'feed/thing.ts', "import './decimal.ts';"),
  offence('browser-loadable', 'feed/sync/thing.ts', "import '../zmq/publisher.ts';"),
  offence('browser-loadable', 'gateway/protocol/thing.ts', "import 'decimal.js';"),
  offence('browser-loadable', 'clients/browser/thing.ts', "import process from 'node:process';"),
  offence('browser-loadable', 'clients/browser/thing.ts', "import '../../feed/node.ts';"),
  offence('browser-loadable', 'clients/browser/thing.ts', "import '../../feed/decimal.ts';"),
  offence('browser-loadable', 'clients/browser/thing.ts', "import '../../feed/process/index.ts';"),
  offence('browser-loadable', 'clients/browser/thing.ts', "import '../subscriber/index.ts';"),
  offence('browser-loadable', 'clients/browser/thing.ts', "import 'ws';"),
  offence('browser-loadable', 'clients/dashboard/thing.ts', "import 'zeromq';"),
  offence('browser-loadable', 'clients/dashboard/thing.ts', "import 'node:fs/promises';"),
];

const pure: readonly BoundaryCase[] = PURE_FILES.flatMap((path) => [
  ...everyForm('node:timers/promises').map((source) => offence('pure', path, source)),
  offence('pure', path, "import process from 'node:process';"),
  offence('pure', path, "import 'fs';"),
  offence('pure', path, "import 'zeromq';"),
  offence('no-randomness', path, 'export const random = Math.random();'),
  offence('no-randomness', path, "export const random = Math['random']();"),
  offence('no-randomness', path, 'export const { random } = Math;'),
  offence('no-randomness', path, 'export const random = ((source) => source)(Math.random);'),
  ...Object.entries(IMPURE_EXPRESSIONS).map(([name, expression]) => ({
    title: `${path}: ${name}`,
    path,
    source: `export const thing = (run: () => void, bytes: Uint8Array) => [${expression}, run, bytes];\n`,
    boundary: 'noRestrictedGlobals',
  })),
]);

export const offences: readonly BoundaryCase[] = [
  ...floors,
  ...publicModules,
  ...browserLoadable,
  ...pure,
];

export const cleanFiles: readonly BoundaryCase[] = [
  clean('feed/sync/thing.ts', "import '../wire/packet.ts';"),
  clean(
    'feed/zmq/thing.ts',
    "import 'node:fs';\nimport 'zeromq';\nimport '../sync/gap-detector.ts';",
  ),
  clean('feed/zmq/thing.ts', 'export const now = Date.now();\nsetTimeout(() => now, 1);'),
  clean('feed/wire/thing.test.ts', "import 'node:fs';\nimport '../../bench/setup/test-data.ts';"),
  clean('feed/node.ts', "export * from './zmq/feed-subscriber.ts';"),
  clean('feed/decimal.ts', "import 'decimal.js';"),
  clean('engine/main.ts', "import '../feed/node.ts';\nimport '../feed/process/index.ts';"),
  clean('engine/book/thing.ts', "import '../../feed/index.ts';\nimport '../protocol/index.ts';"),
  clean('engine/book/thing.ts', 'export const up = Math.max(1, 2);'),
  clean('engine/protocol/thing.ts', "import '../../feed/index.ts';"),
  clean('engine/protocol/dealer-link.ts', "import 'zeromq';\nsetTimeout(() => undefined, 1);"),
  clean('clients/orders/thing.ts', "import '../../engine/protocol/node.ts';"),
  clean('gateway/protocol/thing.ts', "import '@msgpack/msgpack';\nimport '../../feed/index.ts';"),
  clean(
    'gateway/session/thing.ts',
    "import '../protocol/index.ts';\nimport '../../feed/index.ts';",
  ),
  clean('clients/browser/thing.ts', "import '../../gateway/protocol/index.ts';\nDate.now();"),
  clean('clients/dashboard/vite.config.ts', "import 'node:path';"),
  clean('clients/cli/watch/thing.ts', "import '../../browser/index.ts';\nimport '../table.ts';"),
  clean('clients/cli/thing.ts', "import '../../engine/protocol/index.ts';"),
  clean('gateway/thing.e2e.test.ts', "import '../engine/protocol/index.ts';"),
  clean('bench/micro/thing.ts', "import '../../engine/book/index.ts';\nimport 'node:fs';"),
];
