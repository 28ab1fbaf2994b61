import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SUBPROTOCOL_JSON } from '../protocol/index.ts';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
const opened: Socket[] = [];

afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await gateway.close();
});

function raw(text: string): { readonly socket: Socket; readonly answer: Promise<string> } {
  const socket = connect(Number(new URL(gateway.ws).port), '127.0.0.1');
  opened.push(socket);
  let answer = '';
  socket.on('data', (data) => {
    answer += data.toString();
  });
  socket.on('error', () => {});
  socket.write(text);
  return { socket, answer: new Promise((resolve) => socket.on('close', () => resolve(answer))) };
}

const BAD_HANDSHAKE =
  'GET /feed HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n';

it('answers a flood of bad handshakes with 429, and those who are in stay in', async () => {
  const addresses = { burst: 20, perSecond: 0.001, maxConnections: 100, isLoopbackFree: false };
  gateway = await startTestGateway({ addresses });
  const healthy = new WebSocket(gateway.ws, SUBPROTOCOL_JSON);
  await new Promise((resolve) => healthy.once('open', resolve));
  const answers: string[] = [];
  for (let round = 0; round < 10; round += 1) {
    const all = Array.from({ length: 50 }, () => raw(BAD_HANDSHAKE).answer);
    answers.push(...(await Promise.all(all)));
  }
  const count = (status: number) =>
    answers.filter((answer) => answer.startsWith(`HTTP/1.1 ${status} `)).length;
  expect([count(400), count(429)]).toEqual([19, 481]);
  const welcomed = new Promise((resolve) => healthy.once('message', resolve));
  healthy.send('[1,1,null,"healthy"]');
  expect(String(await welcomed)).toContain('[16,1,');
  expect(gateway.server.gateway.tally.rejectedByReason.get('address_rate')).toBe(481);
  healthy.terminate();
});

it('refuses one address more connections than it may have, until some are gone', async () => {
  const addresses = { burst: 100, perSecond: 100, maxConnections: 3, isLoopbackFree: false };
  gateway = await startTestGateway({ addresses });
  const open = async () => {
    const socket = new WebSocket(gateway.ws, SUBPROTOCOL_JSON);
    socket.on('error', () => {});
    const status = await new Promise((resolve) => {
      socket.once('open', () => resolve(101));
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
    });
    return { socket, status };
  };
  const all = [await open(), await open(), await open()];
  expect((await open()).status).toBe(429);
  all[0]?.socket.terminate();
  let status: unknown = 429;
  for (let i = 0; i < 500 && status !== 101; i += 1) {
    const again = await open();
    status = again.status;
    all.push(again);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(status).toBe(101);
  for (const { socket } of all) socket.terminate();
});

it('cuts off those who send their headers a byte at a time', async () => {
  gateway = await startTestGateway({ headersTimeoutMs: 1000 });
  const slow = Array.from({ length: 50 }, () => raw('GET /feed HTTP/1.1\r\nHost: x\r\nX-'));
  const drip = setInterval(() => {
    for (const { socket } of slow) if (socket.writable) socket.write('a');
  }, 100);
  const answers = await Promise.all(slow.map(({ answer }) => answer));
  clearInterval(drip);
  for (const answer of answers) expect(answer).toMatch(/^(HTTP\/1.1 4\d\d |$)/);
  expect((await fetch(`${gateway.http}/healthz`)).status).toBe(200);
});
