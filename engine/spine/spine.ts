/** The engine's spine: output rings in shared memory, and the thread that serves relays from them. */

import { Worker } from 'node:worker_threads';
import {
  type Crc32,
  type Epoch,
  memoryOf,
  type PacketSink,
  type StreamLevel,
  type WallClock,
} from '../../feed/index.ts';
import type { SecureEndpoint, WatchedSocket } from '../../feed/node.ts';
import type { EngineStream } from '../engine-stream.ts';
import { BookPieces } from './book-pieces.ts';
import { OutputRing } from './output-ring.ts';
import { RelayGate, type RelayGateLog } from './relay-gate.ts';
import type { BooksAnswer, FromSpine, SpineBeginning, ToSpine } from './spine-messages.ts';

export interface SpineOptions {
  readonly epoch: Epoch;
  /** The streams that are published; each has a ring of its own. */
  readonly levels: readonly StreamLevel[];
  /** The relays that must not lose anything. */
  readonly relays: readonly string[];
  /** Of the newest packets of each stream. */
  readonly ringBytes: number;
  readonly log: RelayGateLog;
  readonly crc32: Crc32;
  readonly wallClock: WallClock;
  /** Absent: in the clear. */
  readonly security?: SecureEndpoint | undefined;
}

interface Stream {
  readonly level: StreamLevel;
  readonly ring: OutputRing;
  readonly gate: RelayGate;
}

/**
 * The matching thread copies each packet into a ring and asks one number of shared memory whether
 * the relays are too far behind; requests, ranges and acknowledgements are the other thread's. Only
 * the books are still the matching thread's to read: a piece at a time, when a relay begins anew.
 */
export class Spine {
  readonly #options: SpineOptions;
  readonly #streams: readonly Stream[];
  #worker: Worker | undefined;
  #ended: Promise<unknown> | undefined;
  #isClosing = false;
  #fail: (error: Error) => void = () => {};
  /** Rejects when the thread has ended without being told to. */
  readonly failed: Promise<never>;

  constructor(options: SpineOptions) {
    const { levels, relays, ringBytes, log } = options;
    this.#options = options;
    this.#streams = levels.map((level) => {
      const ring = new OutputRing(ringBytes);
      return { level, ring, gate: new RelayGate({ relays, ring, log }) };
    });
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    // Whoever does not ask is not to be ended by it.
    this.failed.catch(() => {});
  }

  /** Keeps the packets of one stream for relays. */
  sink(level: StreamLevel): PacketSink {
    const stream = this.#streams.find((one) => one.level === level);
    if (stream === undefined) throw new Error(`Spine: level ${level} is not served`);
    const { ring } = stream;
    return (packet, firstSequence, count) => ring.add(packet, firstSequence, count);
  }

  /** True while a configured relay is half a ring behind: nothing is to make the market larger. */
  get isOverloaded(): boolean {
    return this.#streams.some(({ gate }) => gate.isClosed);
  }

  /** Starts the thread; answers with the endpoint, its port filled in. `books`: of every stream. */
  async bind(endpoint: string, books: readonly EngineStream[]): Promise<string> {
    const { epoch, relays, security, crc32, wallClock } = this.#options;
    const streams = this.#streams.map(({ level, ring: { memory } }) => ({ level, memory }));
    const curve = security?.curve;
    const workerData: SpineBeginning = { endpoint, epoch, relays, streams, curve };
    const worker = new Worker(threadOf(import.meta.filename), { workerData });
    this.#worker = worker;
    const pieces = new BookPieces(books, { crc32, wallClock });
    const refusals = security === undefined ? undefined : new PeerRefusals(security);
    worker.once('error', (error) => this.#fail(error as Error));
    this.#ended = new Promise<void>((resolve) => {
      worker.once('exit', () => {
        resolve();
        if (!this.#isClosing)
          this.#fail(new Error('Spine: the thread that serves relays has ended'));
      });
    });
    return await new Promise((resolve, reject) => {
      this.failed.catch(reject);
      worker.on('message', (message: FromSpine) => {
        if (message.type === 'books') tell(worker, pieces.answer(message));
        else if (message.type === 'refused-peer') refusals?.tell(message.event);
        else if (message.type === 'bound') resolve(message.endpoint);
        else reject(Object.assign(new Error(message.message), { code: message.code }));
      });
    });
  }

  /** Ends the thread once its socket is closed. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#worker?.postMessage({ type: 'close' } satisfies ToSpine);
    await this.#ended;
  }
}

/** The memory of its packets or its copy is the other thread's from now on. */
function tell(worker: Worker, answer: BooksAnswer): void {
  worker.postMessage(answer satisfies ToSpine, memoryIn(answer));
}

function memoryIn(answer: BooksAnswer): ArrayBuffer[] {
  switch (answer.type) {
    case 'books':
      return answer.packets.map(({ buffer }) => buffer);
    case 'copied-book':
      return memoryOf(answer.copy);
    default:
      return [];
  }
}

/** Hands on what the other thread's socket has said to whoever counts and logs it. */
class PeerRefusals implements WatchedSocket {
  readonly #listeners = new Map<string, () => void>();
  readonly events = {
    on: (event: string, listener: () => void) => this.#listeners.set(event, listener),
  };

  constructor(security: SecureEndpoint) {
    security.watch(this);
  }

  tell(event: string): void {
    this.#listeners.get(event)?.();
  }
}

/** Beside this file, and of the same kind: compiled or not. */
function threadOf(path: string): string {
  return path.replace(/spine(\.\w+)$/, 'spine-worker$1');
}
