import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, FeedState, type TouchlineClient } from '../../clients/browser/index.ts';
import { type Stack, startStack } from '../../clients/cli/index.ts';

const CLIENTS = 24;

let stack: Stack;
let url: string;
const clients: TouchlineClient[] = [];

beforeAll(async () => {
  stack = await startStack({
    source: 'sim:7',
    gatewayOptions: ['--workers', '2', '--drain', '500'],
  });
  url = stack.endpoints.gateway;
}, 120_000);

afterAll(async () => {
  for (const client of clients) client.close();
  await stack?.stop();
});

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 3000; i += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited in vain until ${what}`);
}

/**
 * By worker: how many sessions it has; nobody while the kernel resets what was under way to a worker
 * that has just closed its door.
 */
async function sessions(): Promise<Map<number, number>> {
  const asked = fetch(`${url}metrics`, { headers: { connection: 'close' } });
  const text = await asked.then((answer) => answer.text()).catch(() => '');
  const lines = text.matchAll(/^touchline_gateway_connections\{worker="(\d+)"\} (\d+)$/gm);
  return new Map(Array.from(lines, ([, worker, count]) => [Number(worker), Number(count)]));
}

function workerPids(): number[] {
  const { pid } = stack.gateway;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
  return children.trim().split(' ').map(Number);
}

describe('several gateways on one port', () => {
  it('are each in the metrics, and have the clients between them', async () => {
    await until('both are there', async () => (await sessions()).size === 2);
    for (let i = 0; i < CLIENTS; i += 1) clients.push(connect(`${url.replace('http', 'ws')}feed`));
    await until('all are in', async () => {
      return [...(await sessions()).values()].reduce((sum, count) => sum + count, 0) === CLIENTS;
    });
    expect(workerPids()).toHaveLength(2);
    // The kernel spreads by a hash of the addresses: all on one side is one in 2^23.
    expect(Math.min(...(await sessions()).values())).toBeGreaterThan(0);
  });

  it('answer for each other’s sessions over HTTP', async () => {
    // Every request a connection of its own, so that the kernel chooses anew each time.
    const headers = { connection: 'close' };
    const opened = await fetch(`${url}session`, { method: 'POST', headers });
    const { cursor } = (await opened.json()) as { cursor: string };
    for (let i = 0; i < 16; i += 1) {
      const poll = `${url}session/poll?wait=0`;
      const answer = await fetch(poll, { headers: { ...headers, 'touchline-cursor': cursor } });
      expect(answer.status).toBe(200);
    }
    const foreign = `9${cursor}`;
    const refused = await fetch(`${url}session/poll`, { headers: { 'touchline-cursor': foreign } });
    expect(refused.status).toBe(410);
    const ended = { ...headers, 'touchline-cursor': cursor };
    await fetch(`${url}session`, { method: 'DELETE', headers: ended });
  });

  it('let one of them be restarted while every book stays live', async () => {
    await until('the instruments are known', () =>
      clients.every(({ instruments }) => instruments.length > 0),
    );
    const books = clients.map((client) => client.book(client.instruments[0]?.symbol ?? ''));
    await until('the books are live', () => books.every(({ state }) => state === FeedState.Live));
    const seen = new Set<string>();
    for (const book of books) book.on('change', () => seen.add(book.state));
    const [first = 0] = workerPids();
    process.kill(first, 'SIGTERM');
    await until('another has come and the first has gone', async () => {
      const workers = [...(await sessions()).keys()];
      return workers.includes(3) && !workers.includes(1);
    });
    await until('nobody is without a gateway', async () => {
      const counts = [...(await sessions()).values()];
      return counts.reduce((sum, count) => sum + count, 0) === CLIENTS;
    });
    expect([...seen]).toEqual([FeedState.Live]);
  });

  it('go on when one of them is killed, and get another in its place', async () => {
    const [victim = 0] = workerPids();
    process.kill(victim, 'SIGKILL');
    await until('its socket is gone', () => !workerPids().includes(victim));
    const answer = await fetch(`${url}readyz`, { headers: { connection: 'close' } });
    expect(answer.status).toBe(200);
    await until('there are two again', async () => (await sessions()).size === 2);
    await until('all are back', async () => {
      return [...(await sessions()).values()].reduce((sum, count) => sum + count, 0) === CLIENTS;
    });
  });
});
