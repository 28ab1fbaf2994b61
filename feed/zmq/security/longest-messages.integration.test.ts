/** Encryption makes messages longer: those of the greatest length allowed must get through as well. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  MAX_CHUNK_PAYLOAD_BYTES,
  MAX_PACKET_BYTES,
  MAX_REPAIR_REQUEST_BYTES,
} from '../../limits.ts';
import { CHUNK_HEADER_BYTES } from '../../wire/repair-messages.ts';
import { shardTopic } from '../../wire/topic.ts';
import { PublisherSocket } from '../publisher-socket.ts';
import { RepairSockets } from '../repair-sockets.ts';
import { RouterSocket } from '../router-socket.ts';
import { SubscriberSocket } from '../subscriber-socket.ts';
import { AllowList } from './allow-list.ts';
import { generateKeys } from './curve-keys.ts';
import { clientCurve, type SecureEndpoint, ServerSecurity } from './curve-security.ts';

const ANY = 'tcp://127.0.0.1:*';
const SERVER = generateKeys();
const CLIENT = generateKeys();
const CURVE = clientCurve(CLIENT, SERVER.publicKey);

async function secured(): Promise<SecureEndpoint> {
  const folder = mkdtempSync(join(tmpdir(), 'touchline-longest-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'allowed');
  writeFileSync(path, `client ${CLIENT.publicKey}\n`);
  const one = new ServerSecurity(SERVER, new AllowList(path), { warn: () => {} }, () => 0);
  onTestFinished(() => one.close());
  return one.endpoint('repair');
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`It never came true that ${what}.`);
}

test.each([
  ['encrypted', true],
  ['in the clear', false],
])('the longest request and the longest chunk arrive %s', async (_, isSecure) => {
  const request = new Uint8Array(MAX_REPAIR_REQUEST_BYTES).fill(1);
  const chunk = new Uint8Array(CHUNK_HEADER_BYTES + MAX_CHUNK_PAYLOAD_BYTES).fill(2);
  const asked: number[] = [];
  const answered: number[] = [];
  const router = new RouterSocket({
    security: isSecure ? await secured() : undefined,
    received: (peer, message) => {
      asked.push(message.byteLength);
      router.send(peer, chunk);
    },
  });
  const endpoint = await router.bind(ANY);
  onTestFinished(() => router.close());
  const sockets = new RepairSockets({
    endpoints: [endpoint],
    curve: isSecure ? CURVE : undefined,
    received: (__, message) => answered.push(message.byteLength),
  });
  sockets.start();
  onTestFinished(() => sockets.close());
  await until('the request is sent', () => sockets.send(0, request));
  await until('it is answered', () => answered.length > 0);
  expect([asked, answered]).toEqual([[request.byteLength], [chunk.byteLength]]);
});

test('the longest packet arrives encrypted', async () => {
  const topic = shardTopic(2);
  const publisher = new PublisherSocket({
    highWaterMark: 100,
    failed: () => {},
    security: await secured(),
  });
  const endpoint = await publisher.bind(ANY);
  onTestFinished(() => publisher.close());
  const heard: number[] = [];
  const subscriber = new SubscriberSocket({
    endpoints: [endpoint],
    topic,
    pollMs: 20,
    packet: (packet) => heard.push(packet.byteLength),
    idle: () => {},
    curve: CURVE,
  });
  subscriber.start(() => {});
  onTestFinished(() => subscriber.close());
  await until('it is heard', () => {
    const packet = new Uint8Array(MAX_PACKET_BYTES);
    packet.set(topic);
    publisher.send(packet);
    return heard.length > 0;
  });
  expect(heard[0]).toBe(MAX_PACKET_BYTES);
});
