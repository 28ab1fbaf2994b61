/** One connection over a raw socket: a library's client would cost more than what is measured. */

import { connect, type Socket } from 'node:net';
import type { LoadPlan } from '../messages.ts';
import { clientFrame, FrameWalker, Opcode } from './frame-walker.ts';
import type { Speech } from './speech.ts';

const HEAD_END = '\r\n\r\n';
/** All connections read into one buffer: what is in it is used up before the next read. */
const SHARED = Buffer.allocUnsafe(256 * 1024);
/** Any 16 bytes will do: what the server makes of them is not looked at. */
const KEY = Buffer.alloc(16).toString('base64');

export type Where = Pick<LoadPlan, 'host' | 'port'>;

export interface ClientEvents {
  readonly onEnd: () => void;
  /** True: nothing more is read. */
  readonly isFrozen: () => boolean;
}

export class RawClient {
  readonly #speech: Speech;
  readonly #events: ClientEvents;
  readonly #socket: Socket;
  readonly #walker: FrameWalker;
  #head: string | undefined;

  constructor(where: Where, speech: Speech, events: ClientEvents) {
    this.#speech = speech;
    this.#events = events;
    this.#head = speech.path === undefined ? undefined : '';
    this.#walker = new FrameWalker((bytes, from, to, opcode) =>
      this.#message(bytes, from, to, opcode),
    );
    this.#socket = connect({
      ...where,
      noDelay: true,
      onread: { buffer: SHARED, callback: (count) => this.#read(count) },
    });
    this.#socket.on('connect', () => this.#connected(where));
    // Its end follows.
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => events.onEnd());
  }

  end(): void {
    this.#socket.destroy();
  }

  say(messages: readonly Uint8Array[]): void {
    const { isText } = this.#speech;
    for (const message of messages) {
      const frame = clientFrame(message, isText ? Opcode.Text : Opcode.Binary);
      this.#socket.write(frame);
    }
  }

  #connected({ host, port }: Where): void {
    const { path, subprotocol } = this.#speech;
    if (path === undefined) return;
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: ${host}:${port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${KEY}`,
      ...(subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
    ];
    this.#socket.write(lines.join('\r\n') + HEAD_END);
  }

  /** False stops the reading, as a reader that is frozen does. */
  #read(count: number): boolean {
    if (this.#events.isFrozen()) return false;
    const chunk = SHARED.subarray(0, count);
    if (this.#head === undefined) this.#walker.take(chunk);
    else this.#readHead(chunk);
    return true;
  }

  #readHead(chunk: Buffer): void {
    this.#head += chunk.toString('latin1');
    const end = this.#head?.indexOf(HEAD_END) ?? -1;
    if (end < 0) return;
    const head = this.#head ?? '';
    this.#head = undefined;
    if (!head.startsWith('HTTP/1.1 101')) {
      this.end();
      return;
    }
    this.say(this.#speech.begin());
    const rest = Buffer.from(head.slice(end + HEAD_END.length), 'latin1');
    if (rest.length > 0) this.#walker.take(rest);
  }

  #pong(data: Uint8Array): void {
    this.#socket.write(clientFrame(data, Opcode.Pong));
  }

  #message(bytes: Uint8Array, from: number, to: number, opcode: number): void {
    if (opcode === Opcode.Close) this.end();
    else if (opcode === Opcode.Ping) this.#pong(bytes.subarray(from, to));
    else this.say(this.#speech.hear(bytes, from, to));
  }
}
