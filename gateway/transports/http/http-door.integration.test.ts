import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Side } from '../../../feed/index.ts';
import {
  CURSOR_HEADER,
  type GatewayEvent,
  MessageType,
  SESSION_PATH,
} from '../../protocol/index.ts';
import { forEachSeed } from '../../testing/seeded.ts';
import { startTestGateway, type TestGateway } from '../../testing/test-gateway.ts';
import { HttpPeer, openHttp, type Reading } from '../testing/http-peers.ts';

let gateway: TestGateway;
const peers: HttpPeer[] = [];

beforeEach(async () => {
  gateway = await startTestGateway();
});

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.drop();
  await gateway.close();
});

async function open(reading: Reading): Promise<HttpPeer> {
  const peer = await openHttp(gateway.http, reading);
  if (!(peer instanceof HttpPeer)) throw new Error('the door stayed shut');
  peers.push(peer);
  return peer;
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 2000; i += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`waited in vain until ${what}`);
}

function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Response> {
  const url = `${gateway.http}${SESSION_PATH}${path}`;
  return fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
}

async function openByHand(): Promise<{ ticket: string; cursor: string }> {
  return (await (await ask('POST', '')).json()) as { ticket: string; cursor: string };
}

describe('an event stream', () => {
  it('that breaks goes on behind the last event, with nothing lost and nothing twice', async () => {
    const peer = await open('events');
    peer.send([MessageType.Hello, 1, null, 'x']);
    await until('it is welcomed', () => peer.events.length > 0);
    const pongs = () => peer.events.filter(([type]) => type === MessageType.Pong);
    for (let round = 0; round < 10; round += 1) {
      const times = Array.from({ length: 5 }, (_, i) => round * 5 + i);
      peer.send(...times.map((time) => [MessageType.Ping, time] as const));
      peer.reconnectStream();
    }
    await until('all are answered', () => pongs().length >= 50);
    expect(pongs().map((event: GatewayEvent) => event[1])).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
  });

  it('is opened by its ticket once', async () => {
    const { ticket } = await openByHand();
    const first = await ask('GET', `/events?ticket=${ticket}`);
    expect(first.status).toBe(200);
    expect(first.headers.get('content-type')).toContain('text/event-stream');
    expect((await ask('GET', `/events?ticket=${ticket}`)).status).toBe(401);
    expect((await ask('GET', '/events')).status).toBe(401);
    await first.body?.cancel();
  });

  it('lets go of the reader before it, so that one session has one', async () => {
    const { ticket, cursor } = await openByHand();
    const first = await ask('GET', `/events?ticket=${ticket}`);
    const second = await ask('GET', '/events', { 'Last-Event-ID': cursor });
    expect(second.status).toBe(200);
    expect(await first.text()).toBe('');
    await second.body?.cancel();
  });
});

describe('a poll', () => {
  it('gives the same again until its answer is confirmed by the next cursor', async () => {
    const { cursor } = await openByHand();
    const said = await ask('POST', '/send', { [CURSOR_HEADER]: cursor }, '[1,1,null,"x"]\n[6,7]');
    expect(said.status).toBe(204);
    const first = await ask('GET', '/poll', { [CURSOR_HEADER]: cursor });
    const text = await first.text();
    expect(text.split('\n').map((line) => line.slice(0, 4))).toEqual(['[16,', '[25,', '']);
    const again = await ask('GET', '/poll', { [CURSOR_HEADER]: cursor });
    expect(await again.text()).toBe(text);
    const next = first.headers.get(CURSOR_HEADER) ?? '';
    expect(await (await ask('GET', '/poll', { [CURSOR_HEADER]: next })).text()).not.toContain(
      '[16,',
    );
    // What was confirmed is gone.
    expect((await ask('GET', '/poll', { [CURSOR_HEADER]: cursor })).status).toBe(410);
  });

  it('waits for something to be said', async () => {
    const instrument = gateway.feed.list('ABC');
    gateway.feed.transaction((steps) => steps.level(instrument, Side.Bid, 1000, 1));
    const peer = await open('long polling');
    peer.send([MessageType.Hello, 1, null, 'x'], [MessageType.Subscribe, 2, 'book', 'ABC', {}]);
    const has = (type: number) => peer.events.some((event) => event[0] === type);
    await until('the snapshot is there', () => has(MessageType.Snapshot));
    gateway.feed.transaction((steps) => steps.level(instrument, Side.Bid, 1001, 1));
    await until('the diff is there', () => has(MessageType.Diff));
  });

  it('refuses a wait that is no number or too long', async () => {
    const { cursor } = await openByHand();
    for (const wait of ['soon', '-1', '1.5', '30001']) {
      const { status } = await ask('GET', `/poll?wait=${wait}`, { [CURSOR_HEADER]: cursor });
      expect(status).toBe(400);
    }
  });
});

describe('the door of HTTP sessions', () => {
  it('knows no cursor that it did not give', async () => {
    const { cursor } = await openByHand();
    const [token = ''] = cursor.split('.');
    expect((await ask('GET', '/poll')).status).toBe(400);
    for (const wrong of ['', 'x', `${token}.zz`, `${token}.1`, `${token}.-1`, `${token}.`]) {
      const { status } = await ask('GET', '/poll', { [CURSOR_HEADER]: wrong });
      expect([400, 410]).toContain(status);
    }
    const asked: Promise<Response>[] = [];
    forEachSeed(40, (random) => {
      const text = Array.from({ length: random.integer(1, 40) }, () =>
        String.fromCharCode(random.integer(33, 126)),
      );
      asked.push(ask('POST', '/send', { [CURSOR_HEADER]: text.join('') }, 'x'));
    });
    for (const { status } of await Promise.all(asked)) expect(status).toBe(410);
    expect((await ask('GET', '/poll', { [CURSOR_HEADER]: cursor })).status).toBe(200);
  });

  it('ends a session that is given up, and one that nobody reads', async () => {
    const { cursor } = await openByHand();
    expect((await ask('DELETE', '', { [CURSOR_HEADER]: cursor })).status).toBe(204);
    expect((await ask('GET', '/poll', { [CURSOR_HEADER]: cursor })).status).toBe(410);
    await gateway.close();
    gateway = await startTestGateway({ lingerMs: 500 });
    const left = await openByHand();
    await until('it is over', () => gateway.server.gateway.sessionCount === 0);
    expect((await ask('GET', '/poll', { [CURSOR_HEADER]: left.cursor })).status).toBe(410);
  });

  it('tells a page of another origin that it may ask, if it may', async () => {
    await gateway.close();
    gateway = await startTestGateway({ origin: ['https://desk.example'] });
    const origin = 'https://desk.example';
    const allowed = await ask('OPTIONS', '/send', { origin });
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(origin);
    expect(allowed.headers.get('access-control-allow-headers')).toContain(CURSOR_HEADER);
    const refused = await ask('OPTIONS', '/send', { origin: 'https://evil.example' });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('takes no more sessions of an address than its share', async () => {
    await gateway.close();
    const addresses = { burst: 3, perSecond: 0.001, maxConnections: 100, isLoopbackFree: false };
    gateway = await startTestGateway({ addresses });
    for (let i = 0; i < 3; i += 1) expect((await ask('POST', '')).status).toBe(201);
    expect((await ask('POST', '')).status).toBe(429);
  });

  it('has nothing else', async () => {
    expect((await ask('GET', '')).status).toBe(404);
    expect((await ask('PUT', '/send')).status).toBe(404);
    expect((await ask('GET', '/else')).status).toBe(404);
    expect((await fetch(`${gateway.http}/sessions`)).status).toBe(404);
  });
});
