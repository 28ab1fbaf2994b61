/** Pages behind a worker that speaks to a real gateway: nothing is lost when one of them is hidden. */

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  type FakeInstrument,
  startTestGateway,
  type TestGateway,
} from '../../../gateway/testing/index.ts';
import { Client } from '../client.ts';
import type { TouchlineClient } from '../index.ts';
import { realPlatform } from '../platform.ts';
import { PortSocket, type WorkerDoor } from './port-socket.ts';
import { WorkerHost } from './worker-host.ts';

const WAIT_MS = 30_000;
const ROUNDS = 6;
let gateway: TestGateway;
let instrument: FakeInstrument;
const clients: TouchlineClient[] = [];

beforeEach(async () => {
  gateway = await startTestGateway();
  instrument = gateway.feed.list('ABC');
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await gateway.close();
});

function pages() {
  const host = new WorkerHost(realPlatform());
  const worker: WorkerDoor = {
    port: { postMessage: (wish, [port]) => host.open(wish, port as never) },
  };
  const open = () => {
    let hide: (isHidden: boolean) => void = () => {};
    const client = new Client(
      gateway.ws,
      {},
      {
        ...realPlatform(),
        openSocket: (url, transport) => new PortSocket(worker, { url, transport, user: '' }),
        watchHidden(listener) {
          hide = listener;
          return () => {};
        },
      },
    );
    clients.push(client);
    const ids: number[] = [];
    const missed: number[] = [];
    const trades = client.trades('ABC');
    trades.on('trades', (all) => ids.push(...all.map(({ id }) => id)));
    trades.on('missed', (from) => missed.push(from));
    return { client, ids, missed, hide: (isHidden: boolean) => hide(isHidden) };
  };
  return { host, open };
}

it('tells every page every trade once, however often one of them is hidden and shown', async () => {
  const { host, open } = pages();
  const [shown, changing] = [open(), open()];
  const books = [shown, changing].map(({ client }) => client.book('ABC', { depth: 5 }));
  await vi.waitFor(
    () => expect(books.map(({ state }) => state)).toEqual(['LIVE', 'LIVE']),
    WAIT_MS,
  );
  expect([gateway.server.gateway.sessionCount, host.connections]).toEqual([1, 1]);
  let last = 0;
  const trade = () => {
    gateway.feed.transaction((steps) => steps.trade(instrument, 100, 1));
    last += 1;
  };
  const settled = () =>
    vi.waitFor(() => {
      expect([shown.ids.at(-1), changing.ids.at(-1)]).toEqual([last, last]);
    }, WAIT_MS);
  trade();
  await settled();
  for (let round = 0; round < ROUNDS; round += 1) {
    changing.hide(true);
    await vi.waitFor(() => expect(books[1]?.interval).toBe(1000), WAIT_MS);
    // The page that is shown hears of these at once; the hidden one has to wait for its second.
    for (let i = 0; i < 3; i += 1) trade();
    await vi.waitFor(() => expect(shown.ids.at(-1)).toBe(last), WAIT_MS);
    changing.hide(false);
    await vi.waitFor(() => expect(books[1]?.interval).toBe(100), WAIT_MS);
    trade();
    await settled();
  }
  const all = Array.from({ length: last }, (_, i) => i + 1);
  expect([shown.ids, changing.ids]).toEqual([all, all]);
  expect([shown.missed, changing.missed]).toEqual([[], []]);
});
