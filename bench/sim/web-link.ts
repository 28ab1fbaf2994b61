/** A WebSocket of a simulation: nothing is lost or turned round, but it may be slow, cut or closed. */

import type { Socket } from '../../clients/browser/parts/index.ts';
import type { SessionPort, TransportLink } from '../../gateway/index.ts';
import type { SimulatedProcess } from './simulated-process.ts';

const [OPEN, CLOSED] = [1, 3];
const ABNORMAL = 1006;
const WAY_MS = 2;
/** What cannot pass is tried again after this, in order. */
const RETRY_MS = 50;

/** What a gateway does with a connection; `undefined`: it has no room. */
export type Accept = (link: TransportLink) => SessionPort | undefined;

export interface Listener {
  readonly process: SimulatedProcess;
  readonly accept: Accept;
}

/** One connection: the page's socket, and the gateway's link. */
export class WebLink implements Socket {
  binaryType = 'blob';
  readyState = 0;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  readonly #page: SimulatedProcess;
  readonly #listener: Listener | undefined;
  #session: SessionPort | undefined;
  /** What is on its way to the page, and to the gateway. */
  readonly #down: Way;
  readonly #up: Way;

  constructor(page: SimulatedProcess, listener: Listener | undefined) {
    this.#page = page;
    this.#listener = listener;
    this.#down = new Way(listener?.process ?? page, page);
    this.#up = new Way(page, listener?.process ?? page);
    this.#up.send(() => this.#arrive());
  }

  send(message: Uint8Array<ArrayBuffer> | string): void {
    if (this.readyState !== OPEN || typeof message === 'string') return;
    const copy = message.slice();
    this.#up.send(() => this.#session?.receive(copy));
  }

  close(): void {
    this.#end(1000, '');
    this.#up.send(() => this.#session?.closed());
  }

  /** As when either end dies, or somebody in between gives up. */
  reset(): void {
    this.#page.perform(() => this.#end(ABNORMAL, ''));
    this.#listener?.process.perform(() => this.#session?.closed());
    this.#session = undefined;
  }

  #arrive(): void {
    const { process, accept } = this.#listener ?? {};
    if (process?.isAlive !== true || accept === undefined) {
      this.#down.send(() => this.#end(ABNORMAL, ''));
      return;
    }
    this.#session = accept({
      send: (bytes) => {
        const copy = bytes.slice();
        this.#down.send(() => this.#received(copy));
      },
      probe: (frames) => {
        this.#down.send(() => this.#up.send(() => this.#session?.delivered(frames)));
      },
      close: (code, reason) => this.#down.send(() => this.#end(code, reason)),
    });
    if (this.#session === undefined) {
      this.#down.send(() => this.#end(4503, 'FULL'));
      return;
    }
    this.#down.send(() => {
      if (this.readyState !== 0) return;
      this.readyState = OPEN;
      this.onopen?.({} as never);
    });
  }

  #received(bytes: Uint8Array): void {
    if (this.readyState !== OPEN) return;
    this.onmessage?.({ data: Uint8Array.from(bytes).buffer } as never);
  }

  #end(code: number, reason: string): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.onclose?.({ code, reason } as never);
  }
}

/** One direction, first in first out. */
class Way {
  readonly #from: SimulatedProcess;
  readonly #to: SimulatedProcess;
  readonly #waiting: (() => void)[] = [];
  #isMoving = false;

  constructor(from: SimulatedProcess, to: SimulatedProcess) {
    this.#from = from;
    this.#to = to;
  }

  send(deliver: () => void): void {
    this.#waiting.push(deliver);
    if (!this.#isMoving) this.#moveAfter(WAY_MS);
  }

  #moveAfter(delayMs: number): void {
    this.#isMoving = true;
    const { network } = this.#from;
    network.time.after(delayMs, () => {
      this.#isMoving = false;
      const isBlocked = network.isCut(this.#from.name, this.#to.name) || this.#to.isStalled;
      if (isBlocked) {
        this.#moveAfter(RETRY_MS);
        return;
      }
      const arrived = this.#waiting.splice(0);
      for (const deliver of arrived) this.#to.perform(deliver);
      // What was sent meanwhile has set out by itself.
    });
  }
}
