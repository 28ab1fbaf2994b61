/** What somebody who means harm would try at a gateway's door, each over raw sockets. */

import { connect, type Socket } from 'node:net';
import { MAX_SUBSCRIPTIONS, SUBPROTOCOL_JSON, SUBPROTOCOL_MSGPACK } from '../protocol/index.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const TEXT = 0x81;
const BINARY = 0x82;

export interface Target {
  readonly host: string;
  readonly port: number;
  /** An instrument that is there. */
  readonly symbol: string;
}

/** How the gateway took it: the connections that it has ended, and what it said at their ends. */
export interface AttackOutcome {
  readonly attempts: number;
  readonly ended: number;
  /** Close codes, HTTP statuses, or "cut" where the socket just ended; by how often. */
  readonly answers: ReadonlyMap<string, number>;
}

export interface Attack {
  readonly name: string;
  /** Resolves when the gateway has ended every connection, or after `patienceMs`. */
  run(target: Target, count: number, patienceMs: number): Promise<AttackOutcome>;
}

/** One connection of an attacker. */
class Intruder {
  readonly socket: Socket;
  ended = false;
  #received = Buffer.alloc(0);
  readonly #onOpen: (intruder: Intruder) => void;
  #isOpen = false;

  constructor({ host, port }: Target, onOpen: (intruder: Intruder) => void, onEnd: () => void) {
    this.#onOpen = onOpen;
    this.socket = connect({ host, port, noDelay: true });
    this.socket.on('data', (chunk: Buffer) => this.#read(chunk));
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.ended = true;
      onEnd();
    });
  }

  /** What the gateway said last: a close code, or an HTTP status. */
  get answer(): string {
    const text = this.#received.toString('latin1');
    const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
    if (status !== undefined && status !== '101') return status;
    return lastCloseCode(this.#received) ?? 'cut';
  }

  upgrade(subprotocol: string, extra: readonly string[] = []): void {
    const lines = [
      'GET /feed HTTP/1.1',
      'Host: gateway',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${KEY}`,
      `Sec-WebSocket-Protocol: ${subprotocol}`,
      ...extra,
    ];
    this.say(`${lines.join('\r\n')}\r\n\r\n`);
  }

  say(bytes: string | Uint8Array): void {
    if (this.socket.writable) this.socket.write(bytes);
  }

  #read(chunk: Buffer): void {
    // The newest is enough: closing frames and refusals are short, and come last.
    this.#received = Buffer.concat([this.#received, chunk]).subarray(-1024);
    if (this.#isOpen || !this.#received.includes('\r\n\r\n')) return;
    this.#isOpen = true;
    this.#onOpen(this);
  }
}

/** The code in a closing frame at the end of what was received. */
function lastCloseCode(bytes: Buffer): string | undefined {
  for (let at = bytes.length - 4; at >= 0; at -= 1) {
    const length = bytes[at + 1] as number;
    const isClosing = bytes[at] === 0x88 && at + 2 + length === bytes.length;
    if (isClosing && length >= 2) return String(bytes.readUInt16BE(at + 2));
  }
  return undefined;
}

/** A client's frame: masked with zeros, unless told otherwise. */
function frame(first: number, payload: Uint8Array, isMasked = true): Buffer {
  const head =
    payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255];
  head[0] = (head[0] as number) | (isMasked ? 0x80 : 0);
  return Buffer.concat([Buffer.from([first, ...head]), Buffer.alloc(isMasked ? 4 : 0), payload]);
}

function json(message: unknown): Buffer {
  return frame(TEXT, Buffer.from(JSON.stringify(message)));
}

const HELLO = json([1, 1, null, 'attack']);

type Step = (intruder: Intruder, index: number, target: Target) => void;

/** Connections that do `onConnect` at once, and `onOpen` when the gateway has answered. */
function attack(name: string, onConnect: Step, onOpen: Step = () => {}): Attack {
  return {
    name,
    async run(target, count, patienceMs) {
      const intruders: Intruder[] = [];
      const done = Promise.withResolvers<void>();
      const timer = setTimeout(done.resolve, patienceMs);
      for (let i = 0; i < count; i += 1) {
        const intruder = new Intruder(
          target,
          (opened) => onOpen(opened, i, target),
          () =>
            intruders.every(({ ended }) => ended) && intruders.length === count && done.resolve(),
        );
        intruders.push(intruder);
        intruder.socket.on('connect', () => onConnect(intruder, i, target));
      }
      await done.promise;
      clearTimeout(timer);
      return outcomeOf(intruders);
    },
  };
}

function outcomeOf(intruders: readonly Intruder[]): AttackOutcome {
  const answers = new Map<string, number>();
  const ended = intruders.filter((intruder) => intruder.ended);
  for (const { answer } of ended) answers.set(answer, (answers.get(answer) ?? 0) + 1);
  for (const { socket } of intruders) socket.destroy();
  return { attempts: intruders.length, ended: ended.length, answers };
}

/** Says a byte of its header now and then, and never all. */
function slowly(intruder: Intruder): void {
  intruder.say('GET /feed HTTP/1.1\r\nHost: gateway\r\n');
  const timer = setInterval(() => intruder.say('x'), 50);
  intruder.socket.on('close', () => clearInterval(timer));
}

const upgradeJson: Step = (intruder) => intruder.upgrade(SUBPROTOCOL_JSON);
const upgradeMsgpack: Step = (intruder) => intruder.upgrade(SUBPROTOCOL_MSGPACK);

/** More than a connection may ask for, each of another class. */
const differently: Step = (intruder, index, { symbol }) => {
  intruder.say(HELLO);
  const depths = [1, 5, 10, 25, 50, 100, 500, 1000];
  const groupings = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000];
  const intervals = [0, 16, 50, 100, 250, 1000];
  for (let i = 0; i < MAX_SUBSCRIPTIONS + 50; i += 1) {
    const options = {
      depth: depths[i % depths.length],
      grouping: groupings[(i >> 3) % groupings.length],
      interval: intervals[(i + index) % intervals.length],
    };
    intruder.say(json([2, 10 + i, 'book', symbol, options]));
  }
};

export const ATTACKS: readonly Attack[] = [
  attack('slow headers', slowly),
  attack('tiny fragments', upgradeJson, (intruder) => {
    intruder.say(HELLO);
    intruder.say(frame(0x01, Buffer.from('[')));
    for (let i = 0; i < 200; i += 1) intruder.say(frame(0x00, Buffer.from('1')));
  }),
  attack('huge declared lengths', upgradeMsgpack, (intruder, index) => {
    const lengths = [
      '00000000ffffffff',
      '001fffffffffffff',
      '7fffffffffffffff',
      'ffffffffffffffff',
    ];
    const length = Buffer.from(lengths[index % lengths.length] ?? '', 'hex');
    intruder.say(Buffer.concat([Buffer.from([BINARY, 0xff]), length, Buffer.alloc(4)]));
  }),
  attack('frames of one byte', upgradeMsgpack, (intruder) => {
    for (let i = 0; i < 2000; i += 1) intruder.say(frame(BINARY, Buffer.from([0xc1])));
  }),
  attack('bad UTF-8', upgradeJson, (intruder) =>
    intruder.say(frame(TEXT, Buffer.from('c328', 'hex'))),
  ),
  attack('no mask', upgradeJson, (intruder) =>
    intruder.say(frame(TEXT, Buffer.from('[4,1]'), false)),
  ),
  attack(
    'reserved bits, as of compressed frames',
    (intruder) => {
      intruder.upgrade(SUBPROTOCOL_JSON, ['Sec-WebSocket-Extensions: permessage-deflate']);
    },
    (intruder) => intruder.say(frame(0xc1, Buffer.from('aa0600', 'hex'))),
  ),
  attack('a storm of subscriptions', upgradeJson, (intruder, _, { symbol }) => {
    intruder.say(HELLO);
    for (let i = 0; i < 3000; i += 1) intruder.say(json([2, 2 + i, 'book', symbol]));
  }),
  attack('bad handshakes', (intruder, index) => {
    const kinds = [
      'GET /feed HTTP/1.1\r\nHost: g\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      'GET /nowhere HTTP/1.1\r\nHost: g\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      `GET /feed HTTP/1.1\r\nHost: g\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
    ];
    intruder.say(kinds[index % kinds.length] ?? '');
  }),
  attack('deep MessagePack', upgradeMsgpack, (intruder) => {
    const deep = Buffer.alloc(4000, 0x91);
    for (let i = 0; i < 40; i += 1) intruder.say(frame(BINARY, deep));
  }),
  attack('a connection that says nothing', upgradeJson),
];

/** Stays within what it may, and asks for as many classes as that is; ended by whoever runs it. */
export const CLASS_EXPLOSION = attack('an explosion of classes', upgradeJson, differently);
