import { describe, expect, it } from 'vitest';
import type { Authenticator, Identity, NoIdentity } from '../guard/identity.ts';
import {
  CLOSE_CODES,
  ERROR_CODES,
  type GatewayEvent,
  MAX_WAITING_REQUESTS,
  MessageType,
} from '../protocol/index.ts';
import { SessionBench } from '../testing/session-bench.ts';
import { shake } from '../testing/shake.ts';

/** Answers when the test says so; the token is the user, what it may read, and for how long. */
class SlowAuthenticator implements Authenticator {
  readonly #answers: (() => void)[] = [];

  check(token: string | null): Promise<Identity | NoIdentity> {
    const { promise, resolve } = Promise.withResolvers<Identity | NoIdentity>();
    const [user = '', symbol = '', validForMs = '60000'] = (token ?? '').split(' ');
    const identity = {
      user,
      validForMs: Number(validForMs),
      mayRead: (_channel: string, asked: string) => asked === symbol || asked === '',
    };
    this.#answers.push(() => resolve(user === '' ? { problem: 'Who?' } : identity));
    return promise;
  }

  async answer(): Promise<void> {
    for (const answer of this.#answers.splice(0)) answer();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function open(userLimits = { burst: 1000, perSecond: 1, maxConnections: 2 }) {
  const authenticator = new SlowAuthenticator();
  const bench = new SessionBench({ authenticator, userLimits });
  for (const symbol of ['ABC', 'XYZ']) shake(bench, bench.feed.list(symbol));
  return { authenticator, bench };
}

function errorsOf(events: readonly GatewayEvent[]): number[] {
  return events.flatMap((event) => (event[0] === MessageType.Error ? [event[2]] : []));
}

describe('a client that gives a token', () => {
  it('may go on speaking while it is checked, and is answered in order', async () => {
    const { authenticator, bench } = open();
    const client = bench.connect();
    client.send([MessageType.Hello, 1, 'ann ABC', 'test']);
    client.send([MessageType.Subscribe, 2, 'book', 'ABC', { depth: 5 }]);
    client.send([MessageType.Ping, 7]);
    expect(client.take()).toEqual([]);
    await authenticator.answer();
    const events = client.take();
    expect(events.map(([type]) => type)).toEqual([
      MessageType.Welcome,
      MessageType.Subscribed,
      MessageType.Snapshot,
      MessageType.Status,
      MessageType.Pong,
    ]);
    expect(events[0]?.[7]).toBe(60_000);
  });

  it('is closed when it is nobody, and what it said meanwhile is not done', async () => {
    const { authenticator, bench } = open();
    const client = bench.connect();
    client.send([MessageType.Hello, 1, null, 'test']);
    client.send([MessageType.Subscribe, 2, 'book', 'ABC']);
    await authenticator.answer();
    const events = client.take();
    expect(errorsOf(events)).toEqual([ERROR_CODES.UNAUTHENTICATED[0]]);
    expect(events[0]?.[3]).toContain('Who?');
    expect(client.link.closed?.code).toBe(CLOSE_CODES.NO_HELLO[0]);
  });

  it('is closed when it says too much before it is known', () => {
    const { bench } = open();
    const client = bench.connect();
    client.send([MessageType.Hello, 1, 'ann ABC', 'test']);
    for (let i = 0; i <= MAX_WAITING_REQUESTS; i += 1) client.send([MessageType.Ping, i]);
    expect(client.link.closed?.code).toBe(CLOSE_CODES.BAD_PROTOCOL[0]);
  });

  it('that is gone before it was known leaves nothing behind', async () => {
    const { authenticator, bench } = open();
    const client = bench.connect();
    client.send([MessageType.Hello, 1, 'ann ABC', 'test']);
    client.session.closed();
    await authenticator.answer();
    expect(client.take()).toEqual([]);
    expect(bench.gateway.sessionCount).toBe(0);
  });

  it('reads what the token allows and nothing else, also by a modification', async () => {
    const { authenticator, bench } = open();
    const client = bench.connect();
    client.send([MessageType.Hello, 1, 'ann ABC', 'test']);
    await authenticator.answer();
    client.take();
    client.send([MessageType.Subscribe, 2, 'book', 'XYZ']);
    client.send([MessageType.Subscribe, 3, 'trades', 'XYZ']);
    expect(errorsOf(client.take())).toEqual([ERROR_CODES.FORBIDDEN[0], ERROR_CODES.FORBIDDEN[0]]);
  });

  it('keeps its connection with a new token, and loses what that does not allow', async () => {
    const { authenticator, bench } = open();
    const client = bench.connect();
    client.send([MessageType.Hello, 1, 'ann ABC 1000', 'test']);
    await authenticator.answer();
    client.book('ABC', 5, 0);
    bench.timer.pass(900);
    client.take();
    client.send([MessageType.Refresh, 5, 'ann XYZ 5000']);
    client.send([MessageType.Refresh, 6, 'bob ABC 5000']);
    client.send([MessageType.Refresh, 7, '']);
    await authenticator.answer();
    const events = client.take().filter(([type]) => type !== MessageType.Heartbeat);
    expect(events.map(([type, id]) => [type, id])).toEqual([
      [MessageType.Refreshed, 5],
      [MessageType.Unsubscribed, 0],
      [MessageType.Error, 6],
      [MessageType.Error, 7],
    ]);
    client.ack();
    bench.timer.pass(1000);
    expect(client.link.closed).toBeUndefined();
    client.ack();
    bench.timer.pass(2000);
    client.ack();
    bench.timer.pass(2500);
    expect(client.link.closed?.code).toBe(CLOSE_CODES.TOKEN_EXPIRED[0]);
  });

  it('has as many connections as a user may have, and one more when one is gone', async () => {
    const { authenticator, bench } = open();
    const clients = [bench.connect(), bench.connect(), bench.connect()];
    for (const client of clients) client.send([MessageType.Hello, 1, 'ann ABC', 'test']);
    await authenticator.answer();
    expect(clients.map((client) => client.link.closed?.code)).toEqual([
      undefined,
      undefined,
      CLOSE_CODES.USER_LIMIT[0],
    ]);
    clients[0]?.session.closed();
    const next = bench.connect();
    next.send([MessageType.Hello, 1, 'ann ABC', 'test']);
    await authenticator.answer();
    expect(next.take()[0]?.[0]).toBe(MessageType.Welcome);
  });

  it('shares what its user may ask with the user’s other connections', async () => {
    const { authenticator, bench } = open({ burst: 10, perSecond: 0.001, maxConnections: 9 });
    const [first, second] = [bench.connect(), bench.connect()];
    for (const client of [first, second]) client.send([MessageType.Hello, 1, 'ann ABC', 'test']);
    await authenticator.answer();
    for (let i = 0; i < 8; i += 1) first.send([MessageType.Ping, i]);
    expect(errorsOf(first.take())).toEqual([]);
    for (let i = 0; i < 8; i += 1) second.send([MessageType.Ping, i]);
    expect(errorsOf(second.take())).toContain(ERROR_CODES.RATE_LIMITED[0]);
  });
});
