/** What strangers send to a gateway's port before they are anybody: requests, upgrades, tokens. */

import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { UserError } from '../../../feed/process/index.ts';
import { CURSOR_HEADER, FEED_PATH, SESSION_PATH } from '../../../gateway/protocol/index.ts';
import {
  type Authenticator,
  authenticatorOf,
  gatewayConfig,
  startTestGateway,
  type TestGateway,
} from '../../../gateway/testing/index.ts';
import { type FuzzTarget, must } from '../fuzz-target.ts';

const MIB = 2 ** 20;
/** What has not been answered by then is waited for: an event stream, a poll, a body to come. */
const ANSWER_MS = 25;
const SECRET = 'a secret of more than thirty-two bytes';
const utf8 = new TextEncoder();
const text = new TextDecoder();

let gateway: Promise<TestGateway> | undefined;

export const doorTargets: readonly FuzzTarget[] = [
  {
    name: 'http-door',
    isText: true,
    isSlow: true,
    covers: ['gateway/http', 'gateway/admin', 'gateway/transports/', 'gateway/guard/'],
    maxBytes: 4096,
    // Sockets of both ends, their buffers, and sessions that linger.
    maxBufferBytes: 64 * MIB,
    seeds: () => requests().map((request) => utf8.encode(request)),
    run: knock,
    close: async () => {
      await (await gateway)?.close();
      gateway = undefined;
    },
  },
  {
    name: 'token',
    isText: true,
    covers: ['gateway/guard/token-check'],
    maxBytes: 4096,
    maxBufferBytes: MIB,
    seeds: () =>
      [token({ sub: 'desk', exp: 4e9 }), token({ sub: '', touchline: { channels: ['*'] } })].map(
        (one) => utf8.encode(one),
      ),
    run: async (input) => {
      const said = text.decode(input);
      const identity = await secretCheck().check(said);
      must('problem' in identity || isSigned(said), 'only who knows the secret is let in');
    },
  },
  {
    name: 'token-key',
    isText: true,
    isSlow: true,
    covers: ['gateway/secrets', 'gateway/guard/token-check'],
    maxBytes: 2048,
    maxBufferBytes: MIB,
    seeds: () => [SECRET, PUBLIC_PEM, KEY_SET].map((one) => utf8.encode(one)),
    run: async (input) => {
      for (const kind of ['authSecret', 'authKey', 'authKeySet'] as const) {
        const check = checkWith(kind, input);
        if (check === undefined) continue;
        const identity = await check.check(EDDSA_TOKEN);
        must('problem' in identity, 'nobody is let in whose token has no signature');
      }
    },
  },
];

/** Ed25519, of RFC 8032's first test vector. */
const PUBLIC_PEM =
  '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n';
const KEY_SET =
  '{"keys":[{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","kid":"1","use":"sig","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}';
const EDDSA_TOKEN = `${base64({ alg: 'EdDSA', kid: '1' })}.${base64({ sub: 'x', exp: 4e9 })}.${'A'.repeat(86)}`;

/** One of each kind, the first line of each its own. */
function requests(): string[] {
  const host = 'Host: 127.0.0.1\r\n';
  const upgrade =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  const cursor = `${CURSOR_HEADER}: ${'A'.repeat(22)}.0\r\n`;
  const ends = '\r\n';
  return [
    `GET ${FEED_PATH}?a=%20&b HTTP/1.1\r\n${host}${upgrade}Sec-WebSocket-Protocol: touchline.v1.msgpack, x\r\nOrigin: http://localhost:1\r\nCookie: a="b"; c\r\n${ends}`,
    `GET ${FEED_PATH} HTTP/1.1\r\n${host}${upgrade}X-Forwarded-For: 10.0.0.1, ::1\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=9\r\n${ends}\x82\x80\0\0\0\0`,
    `POST ${SESSION_PATH} HTTP/1.1\r\n${host}Content-Length: 0\r\nOrigin: https://desk.example\r\n${ends}`,
    `POST ${SESSION_PATH}/send HTTP/1.1\r\n${host}${cursor}Content-Length: 4\r\n${ends}[1]\n`,
    `GET ${SESSION_PATH}/events?ticket=${'A'.repeat(22)} HTTP/1.1\r\n${host}Last-Event-ID: ${'A'.repeat(22)}.9\r\n${ends}`,
    `GET ${SESSION_PATH}/poll?wait=1000 HTTP/1.1\r\n${host}${cursor}${ends}`,
    `DELETE ${SESSION_PATH} HTTP/1.1\r\n${host}${cursor}${ends}`,
    `OPTIONS ${SESSION_PATH}/send HTTP/1.1\r\n${host}Origin: http://localhost\r\n${ends}`,
    `GET /admin HTTP/1.1\r\n${host}Authorization: Bearer x\r\n${ends}`,
    `GET /readyz HTTP/1.0\r\n${ends}`,
    `GET /%2e%2e/%00/..%2fetc/passwd HTTP/1.1\r\n${host}${ends}`,
  ];
}

/** A connection of its own for each; whoever is answered is answered in HTTP. */
async function knock(input: Uint8Array): Promise<void> {
  gateway ??= startTestGateway({ trustedProxies: ['127.0.0.1'], isMetricsOpen: false });
  const { hostname, port } = new URL((await gateway).http);
  const fatal = Promise.withResolvers<never>();
  process.once('uncaughtException', fatal.reject);
  try {
    const answer = await Promise.race([fatal.promise, answerTo(hostname, Number(port), input)]);
    must(answer === '' || answer.startsWith('HTTP/1.1 '), 'an answer is HTTP');
    must(!/^HTTP\/1\.1 5(?!03)/.test(answer), 'no request makes the gateway fail');
  } finally {
    process.off('uncaughtException', fatal.reject);
  }
}

function answerTo(host: string, port: number, request: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const finish = (answer: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => finish(''), ANSWER_MS);
    socket.on('data', (bytes: Buffer) => finish(text.decode(bytes)));
    socket.on('error', () => finish(''));
    socket.on('close', () => finish(''));
    socket.end(request);
  });
}

let ofSecret: Authenticator | undefined;
function secretCheck(): Authenticator {
  ofSecret ??= checkWith('authSecret', utf8.encode(SECRET));
  if (ofSecret === undefined) throw new Error('The secret is refused.');
  return ofSecret;
}

/** `undefined` for a key that is refused as documented. */
function checkWith(
  kind: 'authSecret' | 'authKey' | 'authKeySet',
  bytes: Uint8Array,
): Authenticator | undefined {
  const config = gatewayConfig({ flags: { auth: 'on', [kind]: 'x' } });
  try {
    return authenticatorOf(config, Date.now, () => bytes);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function token(claims: object): string {
  const body = `${base64({ alg: 'HS256' })}.${base64(claims)}`;
  return `${body}.${signatureOf(body)}`;
}

function isSigned(said: string): boolean {
  const [header, claims, signature] = said.split('.');
  const wanted = Buffer.from(signatureOf(`${header}.${claims}`), 'base64url');
  return Buffer.from(signature ?? '', 'base64url').equals(wanted);
}

function signatureOf(body: string): string {
  return createHmac('sha256', SECRET).update(body).digest('base64url');
}

function base64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
