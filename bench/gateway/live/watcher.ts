/** A client's process that subscribes to what the dashboard does, for as long as it lives. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as ChannelsModule from '../../../clients/browser/channels/index.ts';
import type * as ClientModule from '../../../clients/browser/index.ts';

interface Plan {
  /** The tree whose client is used. */
  readonly tree: string;
  readonly url: string;
  readonly symbols: readonly string[];
  readonly interval: number;
}

/** What a window has seen; times are in milliseconds, since the engine's time of the change. */
export interface WatcherReport {
  readonly frames: number;
  readonly transactions: number;
  readonly isLive: boolean;
  readonly gatewayMsP50: number;
  readonly gatewayMsP99: number;
  readonly clientMsP50: number;
  readonly clientMsP99: number;
}

const DEPTH = 25;
/** The dashboard's heatmap and its overview. */
const DEEP = { depth: 100, interval: 250 };
const OVERVIEW = { interval: 250 };
const CANDLES = { interval: 60_000, depth: 300 };

const plan = JSON.parse(process.argv[2] ?? '') as Plan;
const { connect } = await load<typeof ClientModule>('clients/browser/index.ts');
const channels = await load<typeof ChannelsModule>('clients/browser/channels/index.ts');

const client = connect(plan.url);
let frames = 0;
let transactions = 0;
const gatewayMs: number[] = [];
const clientMs: number[] = [];

const books = plan.symbols.map((symbol) => {
  const book = client.book(symbol, { depth: DEPTH, interval: plan.interval });
  book.on('change', ({ kind, merged }) => {
    frames += 1;
    if (kind !== 'diff') return;
    transactions += merged;
    const { engineTimeUs, gatewayTimeUs } = book;
    gatewayMs.push((gatewayTimeUs - engineTimeUs) / 1000);
    clientMs.push(performance.timeOrigin + performance.now() - engineTimeUs / 1000);
  });
  client.trades(symbol);
  client.top(symbol, OVERVIEW);
  channels.openStatistics(client, symbol);
  channels.openCandles(client, symbol, CANDLES);
  return book;
});
client.book(plan.symbols[0] ?? '', DEEP);
channels.openLatency(client);

process.on('disconnect', () => process.exit());
process.on('message', () => {
  const report: WatcherReport = {
    frames,
    transactions,
    isLive: books.every(({ state }) => state === 'LIVE'),
    gatewayMsP50: at(gatewayMs, 0.5),
    gatewayMsP99: at(gatewayMs, 0.99),
    clientMsP50: at(clientMs, 0.5),
    clientMsP99: at(clientMs, 0.99),
  };
  process.send?.(report);
  frames = 0;
  transactions = 0;
  gatewayMs.length = 0;
  clientMs.length = 0;
});

function at(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  return values[Math.floor(share * values.length)] ?? Number.NaN;
}

function load<Module>(path: string): Promise<Module> {
  return import(pathToFileURL(join(plan.tree, path)).href);
}
