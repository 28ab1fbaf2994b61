import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Side } from '../feed/index.ts';
import { SUBPROTOCOL_JSON } from './protocol/index.ts';
import { startTestGateway, type TestGateway } from './testing/test-gateway.ts';

const TOKEN = 'operators-only-'.repeat(3);
let gateway: TestGateway;
let socket: WebSocket | undefined;

afterEach(async () => {
  socket?.terminate();
  socket = undefined;
  await gateway.close();
});

function ask(path: string, token?: string): Promise<Response> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(`${gateway.http}${path}`, { headers });
}

/** A client that has subscribed to a book. */
async function join(): Promise<void> {
  const instrument = gateway.feed.list('ABC');
  gateway.feed.transaction((steps) => steps.level(instrument, Side.Bid, 100, 1));
  const client = new WebSocket(gateway.ws, [SUBPROTOCOL_JSON]);
  socket = client;
  await new Promise((resolve) => client.once('open', resolve));
  client.send('[1,1,null,"admin test"]');
  client.send('[2,2,"book","ABC",{"depth":5,"interval":0}]');
  await new Promise<void>((resolve) => {
    client.on('message', (data) => {
      if (data.toString().startsWith('[18,')) resolve();
    });
  });
}

describe('the operator’s view', () => {
  it('names connections and classes to whoever has the token', async () => {
    gateway = await startTestGateway({ adminToken: TOKEN });
    await join();
    const connections = await (await ask('/admin/connections', TOKEN)).json();
    expect(connections).toMatchObject({
      count: 1,
      rows: [{ peer: '127.0.0.1', codec: 'json', subscriptions: 1, isHeld: false }],
    });
    const classes = await (await ask('/admin/classes', TOKEN)).json();
    expect(classes).toMatchObject({
      count: 1,
      rows: [{ channel: 'book', symbol: 'ABC', depth: 5, interval: 0, members: 1 }],
    });
    expect((await ask('/admin', TOKEN)).status).toBe(404);
  });

  it.each([undefined, '', 'wrong', `${TOKEN}x`, TOKEN.slice(1)])('is shut to %j', async (token) => {
    gateway = await startTestGateway({ adminToken: TOKEN });
    for (const path of ['/admin/connections', '/admin/classes', '/metrics']) {
      expect((await ask(path, token)).status).toBe(401);
    }
    expect((await ask('/healthz', token)).status).toBe(200);
  });

  it('is not there without a token, and metrics only where they are open', async () => {
    gateway = await startTestGateway();
    expect((await ask('/admin/connections', 'x')).status).toBe(404);
    expect((await ask('/metrics')).status).toBe(200);
    await gateway.close();
    gateway = await startTestGateway({ isMetricsOpen: false });
    expect((await ask('/metrics')).status).toBe(401);
  });
});

describe('a reload', () => {
  it('changes who may come, and leaves who is there', async () => {
    gateway = await startTestGateway();
    await join();
    const { users, addresses } = {
      users: { burst: 1, perSecond: 1, maxConnections: 1 },
      addresses: { burst: 1, perSecond: 1, maxConnections: 1, isLoopbackFree: true },
    };
    gateway.server.reload({
      origin: ['https://desk.example'],
      authenticator: { check: () => ({ problem: 'Not you.' }) },
      users,
      addresses,
      adminToken: TOKEN,
    });
    expect((await ask('/admin/connections', TOKEN)).status).toBe(200);
    const stranger = new WebSocket(gateway.ws, [SUBPROTOCOL_JSON], {
      origin: 'https://desk.example',
    });
    const code = await new Promise((resolve) => {
      stranger.on('open', () => stranger.send('[1,1,null,"x"]'));
      stranger.on('close', resolve);
    });
    expect(code).toBe(4001);
    expect(socket?.readyState).toBe(WebSocket.OPEN);
  });
});
