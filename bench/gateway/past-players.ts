/** Plays books of the past at full speed, and says what that costs those who watch the present. */

import '../setup/compiled.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { type History, openHistory } from '../../clients/browser/channels/index.ts';
import { connect, type TouchlineClient } from '../../clients/browser/index.ts';
import { type Stack, startStack } from '../../clients/cli/index.ts';
import {
  FEED_PATH,
  HISTORY_SPEED_LADDER,
  MAX_HISTORIES,
  MAX_HISTORIES_PER_CONNECTION,
} from '../../gateway/protocol/index.ts';
import { BenchFailed, LoadProcess, type Measured, type Server, sleep } from './processes.ts';
import { listSymbols } from './recorded-diffs.ts';
import { DEPTH, INTERVAL_MS } from './settings.ts';

const HEALTHY = 500;
const RATE = 5000;
const MEASURE_MS = 4000;
/** What is played: it must last for all who play meanwhile. */
const RECORD_MS = 5000;
const FASTEST = HISTORY_SPEED_LADDER.at(-1) ?? 0;
/** From the archive's first moment on: by then all instruments are listed. */
const LISTED_WITHIN_US = 500_000;
const STEP_MS = 50;
const PATIENCE_MS = 20_000;

new Command('past-players')
  .description('Plays books of the past beside 500 clients of live books.')
  .addHelpText(
    'after',
    `
For none, one, eight and as many books of the past as a gateway shows, each played at 100 times its
speed out of a relay's archive: the processor time of the gateway, and the age of what the live
clients read, as in bench:gateway. The players run in this process.`,
  )
  .parse();

const directory = mkdtempSync(join(tmpdir(), 'touchline-past-'));
const stack = await startStack({
  source: 'sim:7',
  sourceOptions: ['--rate', String(RATE)],
  relayOptions: ['--archive', directory],
  logLevel: 'error',
});
try {
  await sleep(RECORD_MS);
  await measureAll(stack);
} finally {
  await stack.stop();
  rmSync(directory, { recursive: true, force: true });
}

async function measureAll({ endpoints, gateway: { pid } }: Stack): Promise<void> {
  const { hostname: host, port } = new URL(endpoints.gateway);
  const url = `ws://${host}:${port}${FEED_PATH}`;
  const symbols = await listSymbols(url);
  const gateway: Server = { host, port: Number(port), pid };
  const load = new LoadProcess({
    ...{ kind: 'gateway', host, port: Number(port), symbols, books: 1 },
    ...{ connections: HEALTHY, depth: DEPTH, interval: INTERVAL_MS },
  });
  await load.connected();
  for (const players of [0, 1, 8, MAX_HISTORIES]) {
    const clients = await play(url, symbols, players);
    tell(players, await load.measure(gateway, MEASURE_MS));
    for (const client of clients) client.close();
  }
  await load.end();
}

/** Resolves when all of them play, from the oldest moment that the archive holds. */
async function play(
  url: string,
  symbols: readonly string[],
  players: number,
): Promise<TouchlineClient[]> {
  const clients: TouchlineClient[] = [];
  const histories: History[] = [];
  for (let i = 0; i < players; i += 1) {
    if (i % MAX_HISTORIES_PER_CONNECTION === 0) clients.push(connect(url));
    const client = clients.at(-1) as TouchlineClient;
    const history = openHistory(client, symbols[i % symbols.length] ?? '', { depth: DEPTH });
    histories.push(history);
    await until('a moment is shown', () => history.range !== undefined);
    const { timeMicros } = (history.range ?? never()).earliest;
    history.seek({ timeMicros: timeMicros + LISTED_WITHIN_US });
    history.play(FASTEST);
  }
  // One that has come to the archive's end has played, too.
  const hasBegun = ({ state }: History) => state === 'playing' || state === 'ended';
  await until('all play', () => histories.every(hasBegun));
  return clients;
}

function tell(players: number, { cpuShare, ageMsP99, deliveryMsP50, deliveryMsP99 }: Measured) {
  const words = [
    `${String(players).padStart(2)} books of the past`,
    `gateway ${(cpuShare * 100).toFixed(1)} % of a core`,
    `live age p99 ${ageMsP99.toFixed(1)} ms`,
    `since made p50 ${deliveryMsP50.toFixed(1)} ms, p99 ${deliveryMsP99.toFixed(1)} ms`,
  ];
  process.stdout.write(`${words.join('; ')}\n`);
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
    if (holds()) return;
    await sleep(STEP_MS);
  }
  throw new BenchFailed(`waited in vain until ${what}`);
}

function never(): never {
  throw new Error('a range was there a moment ago');
}
