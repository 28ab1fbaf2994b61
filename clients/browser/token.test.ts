import { describe, expect, it } from 'vitest';
import { MessageType } from '../../gateway/protocol/index.ts';
import { RETRY_MIN_MS } from './backoff.ts';
import { Client } from './client.ts';
import { FakePlatform, type FakeSocket } from './testing/played-gateway.ts';
import { renewAfterMs, type Token } from './token-source.ts';

const VALID_FOR_MS = 60_000;

/** Promises of what was called so far have been kept. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await Promise.resolve();
}

function start(token: Token) {
  const platform = new FakePlatform();
  const errors: string[] = [];
  const client = new Client('ws://gateway/feed', { token, transports: ['WebSocket'] }, platform);
  client.on('error', ({ message }) => errors.push(message));
  return { platform, client, errors };
}

/** As a gateway welcomes a client whose token ends. */
function welcome(socket: FakeSocket): void {
  socket.tell([MessageType.Welcome, 1, 'c1', 5, 250, 65_536, 256, VALID_FOR_MS]);
}

describe('a token that is asked for', () => {
  it('is asked for each connection, and said when it is there', async () => {
    let asked = 0;
    const { platform } = start(() => Promise.resolve(`token ${++asked}`));
    platform.socket.open();
    expect(platform.socket.sent).toEqual([]);
    await settled();
    expect(platform.socket.sent[0]?.[2]).toBe('token 1');
    welcome(platform.socket);
    platform.socket.end(1012);
    platform.pass(2 * RETRY_MIN_MS);
    platform.socket.open();
    await settled();
    expect(platform.socket.sent[0]?.[2]).toBe('token 2');
  });

  it('is asked for again before it ends, and again after that', async () => {
    let asked = 0;
    const { platform, client } = start(() => `token ${++asked}`);
    platform.socket.open();
    await settled();
    welcome(platform.socket);
    const { socket } = platform;
    const pass = async (ms: number) => {
      // The gateway is heard all the time, or the connection would be given up.
      for (let passed = 0; passed < ms; passed += 500) {
        platform.pass(500);
        socket.tell([MessageType.Heartbeat, 0]);
      }
      await settled();
    };
    await pass(VALID_FOR_MS * 0.7);
    expect(socket.of(MessageType.Refresh)).toEqual([]);
    await pass(VALID_FOR_MS * 0.1);
    expect(socket.of(MessageType.Refresh)).toEqual([[MessageType.Refresh, 1, 'token 2']]);
    socket.tell([MessageType.Refreshed, 1, VALID_FOR_MS]);
    await pass(VALID_FOR_MS * 0.8);
    expect(socket.of(MessageType.Refresh)).toHaveLength(2);
    expect(client.link.status).toBe('open');
  });

  it('that cannot be had is asked for again later, and the reason is told', async () => {
    let asked = 0;
    const { platform, client } = start(() => {
      asked += 1;
      if (asked === 1) throw new Error('nobody is signed in');
      return 'token 2';
    });
    platform.socket.open();
    await settled();
    expect(client.link).toMatchObject({ status: 'waiting', message: 'Error: nobody is signed in' });
    platform.pass(2 * RETRY_MIN_MS);
    platform.socket.open();
    await settled();
    expect(platform.socket.sent[0]?.[2]).toBe('token 2');
  });

  it('that comes too late is for no other connection', async () => {
    const late: ((token: string) => void)[] = [];
    const { platform, client } = start(() => new Promise((resolve) => late.push(resolve)));
    platform.socket.open();
    client.close();
    late[0]?.('late');
    await settled();
    expect(platform.socket.sent).toEqual([]);
  });

  it('is no more asked for when the client is closed', async () => {
    let asked = 0;
    const { platform, client } = start(() => `token ${++asked}`);
    platform.socket.open();
    await settled();
    welcome(platform.socket);
    client.close();
    platform.pass(10 * VALID_FOR_MS);
    await settled();
    expect(asked).toBe(1);
  });
});

describe('a token that is a text', () => {
  it('is said at once, and has no successor', () => {
    const { platform } = start('secret');
    platform.socket.open();
    expect(platform.socket.sent[0]?.[2]).toBe('secret');
    expect(renewAfterMs('secret', VALID_FOR_MS)).toBeUndefined();
    expect(renewAfterMs(() => 'secret', undefined)).toBeUndefined();
  });
});
