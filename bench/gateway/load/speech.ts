/** What a client says and hears, by kind of server: the least that its protocol asks for. */

import { encode } from '@msgpack/msgpack';
import {
  ACK_EVERY_BYTES,
  ACK_EVERY_FRAMES,
  ACK_EVERY_MS,
  encodeRequest,
  FEED_PATH,
  MessageType,
  SUBPROTOCOL_MSGPACK,
} from '../../../gateway/protocol/index.ts';
import type { LoadPlan } from '../messages.ts';
import type { Counter } from './counter.ts';
import { DiffSkim } from './diff-skim.ts';

const SOCKET_IO_PATH = '/socket.io/?EIO=4&transport=websocket';
const NOTHING: readonly Uint8Array[] = [];
const SOCKET_IO_PING = Buffer.from('2');
const SOCKET_IO_PONG = Buffer.from('3');
const OPEN = '0'.charCodeAt(0);
const PING = '2'.charCodeAt(0);

export interface Speech {
  /** Where the WebSocket is; a raw socket has none. */
  readonly path?: string;
  readonly subprotocol?: string;
  readonly isText: boolean;
  begin(): readonly Uint8Array[];
  hear(bytes: Uint8Array, from: number, to: number): readonly Uint8Array[];
}

/** Called once, when data flows. */
type OnReady = () => void;

export function speechOf(
  plan: LoadPlan,
  index: number,
  counter: Counter,
  onReady: OnReady,
): Speech {
  switch (plan.kind) {
    case 'gateway':
      return new GatewaySpeech(plan, index, counter, onReady);
    case 'tcp':
      return new CountingSpeech(counter, onReady, undefined);
    case 'ws':
      return new CountingSpeech(counter, onReady, '/');
    case 'socket.io':
      return new SocketIoSpeech(counter, onReady, true);
    case 'socket.io-msgpack':
      return new SocketIoSpeech(counter, onReady, false);
  }
}

/** A server that sends to whoever connects. */
class CountingSpeech implements Speech {
  readonly path?: string;
  readonly isText = false;
  readonly #counter: Counter;
  #onReady: OnReady | undefined;

  constructor(counter: Counter, onReady: OnReady, path: string | undefined) {
    this.#counter = counter;
    this.#onReady = onReady;
    if (path !== undefined) this.path = path;
  }

  begin(): readonly Uint8Array[] {
    return NOTHING;
  }

  hear(_bytes: Uint8Array, from: number, to: number): readonly Uint8Array[] {
    this.#onReady?.();
    this.#onReady = undefined;
    this.#counter.frames += 1;
    this.#counter.bytes += to - from;
    return NOTHING;
  }
}

class SocketIoSpeech implements Speech {
  readonly path = SOCKET_IO_PATH;
  readonly isText: boolean;
  readonly #counter: Counter;
  readonly #onReady: OnReady;
  #isReady = false;

  constructor(counter: Counter, onReady: OnReady, isText: boolean) {
    this.#counter = counter;
    this.#onReady = onReady;
    this.isText = isText;
  }

  begin(): readonly Uint8Array[] {
    return NOTHING;
  }

  hear(bytes: Uint8Array, from: number, to: number): readonly Uint8Array[] {
    if (this.#isReady) {
      if (to - from === SOCKET_IO_PING.length && bytes[from] === PING) return [SOCKET_IO_PONG];
      this.#counter.frames += 1;
      this.#counter.bytes += to - from;
      return NOTHING;
    }
    // First the transport opens; then the namespace is connected to, and confirms it.
    if (bytes[from] === OPEN) {
      return [this.isText ? Buffer.from('40') : encode({ type: 0, nsp: '/' })];
    }
    this.#isReady = true;
    this.#onReady();
    return NOTHING;
  }
}

class GatewaySpeech implements Speech {
  readonly path = FEED_PATH;
  readonly subprotocol = SUBPROTOCOL_MSGPACK;
  readonly isText = false;
  readonly #plan: LoadPlan;
  readonly #index: number;
  readonly #counter: Counter;
  readonly #onReady: OnReady;
  readonly #sequences = new Map<number, number>();
  readonly #skim = new DiffSkim();
  #snapshots = 0;
  #frames = 0;
  #ackedFrames = 0;
  #unackedBytes = 0;
  /** Long ago: the first message is acknowledged at once, as by the client library. */
  #ackedAt = Number.NEGATIVE_INFINITY;

  constructor(plan: LoadPlan, index: number, counter: Counter, onReady: OnReady) {
    this.#plan = plan;
    this.#index = index;
    this.#counter = counter;
    this.#onReady = onReady;
  }

  begin(): readonly Uint8Array[] {
    const { symbols, books, depth, interval } = this.#plan;
    const subscribes = Array.from({ length: books }, (_, i) => {
      const symbol = symbols[(this.#index + i) % symbols.length] ?? '';
      const options = { depth, interval };
      return encodeRequest([MessageType.Subscribe, 2 + i, 'book', symbol, options]);
    });
    return [encodeRequest([MessageType.Hello, 1, null, 'bench']), ...subscribes];
  }

  hear(bytes: Uint8Array, from: number, to: number): readonly Uint8Array[] {
    const counter = this.#counter;
    this.#frames += 1;
    this.#unackedBytes += to - from;
    if (this.#skim.read(bytes, from)) {
      this.#count();
    } else if (bytes[from + 1] === MessageType.Snapshot) {
      this.#snapshots += 1;
      if (this.#snapshots === this.#plan.books) this.#onReady();
    }
    counter.bytes += to - from;
    return this.#acks();
  }

  #count(): void {
    const counter = this.#counter;
    const { classId, sequence, advance, engineTimeUs, gatewayDelayUs, levels } = this.#skim;
    const before = this.#sequences.get(classId);
    // The first diff of a class follows its snapshot, which is not read here.
    if (before !== undefined && before !== sequence - advance) counter.torn += 1;
    this.#sequences.set(classId, sequence);
    counter.frames += 1;
    counter.updates += levels;
    // 0: the book came as a snapshot, and nothing has happened since.
    if (engineTimeUs === 0) return;
    const ageUs = nowUs() - engineTimeUs;
    counter.age(ageUs, ageUs - gatewayDelayUs);
  }

  /** As the protocol advises, from where messages are received. */
  #acks(): readonly Uint8Array[] {
    const isDue =
      this.#frames - this.#ackedFrames >= ACK_EVERY_FRAMES ||
      this.#unackedBytes >= ACK_EVERY_BYTES ||
      performance.now() - this.#ackedAt >= ACK_EVERY_MS;
    if (!isDue) return NOTHING;
    this.#ackedFrames = this.#frames;
    this.#unackedBytes = 0;
    this.#ackedAt = performance.now();
    return [encodeRequest([MessageType.Ack, this.#frames])];
  }
}

function nowUs(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}
