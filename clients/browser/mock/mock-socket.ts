/** Both ends of a connection that has no network: the client's as a WebSocket, the gateway's as calls. */

import {
  type GatewayEvent,
  MAX_REQUEST_BYTES,
  MAX_REQUEST_DEPTH,
  MsgpackDecoder,
  type Request,
} from '../../../gateway/protocol/index.ts';
import type { Socket } from '../platform.ts';

/** What the network says when nobody said goodbye. */
export const NO_CLOSE_CODE = 1006;

type Handler = ((event: never) => void) | null;

/** The gateway's side of it. */
export interface SocketOwner {
  received(request: Request): void;
  closed(): void;
}

export class MockSocket implements Socket {
  binaryType = '';
  readyState = 0;
  onopen: Handler = null;
  onmessage: Handler = null;
  onclose: Handler = null;
  onerror: Handler = null;
  owner: SocketOwner | undefined;
  readonly #decoder = new MsgpackDecoder(MAX_REQUEST_BYTES, MAX_REQUEST_DEPTH);
  /** What was said by either end since the network stands still, in order; else `undefined`. */
  #held: (() => unknown)[] | undefined;
  readonly #later: (deliver: () => unknown) => void;

  /** `later` calls after the time that a message takes. */
  constructor(later: (deliver: () => unknown) => void) {
    this.#later = later;
  }

  send(message: Uint8Array<ArrayBuffer> | string): void {
    const request =
      typeof message === 'string' ? JSON.parse(message) : this.#decoder.decode(message);
    this.#pass(() => this.owner?.received(request as Request));
  }

  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#pass(() => this.owner?.closed());
  }

  open(): void {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.#call(this.onopen, {});
  }

  tell(event: GatewayEvent): void {
    // As text, which every transport may carry, so that a test can print what was told.
    const data = JSON.stringify(event);
    this.#pass(() => this.readyState === 1 && this.#call(this.onmessage, { data }));
  }

  end(code: number, reason: string): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.owner?.closed();
    this.#call(this.onclose, { code, reason });
  }

  /** Nothing comes through in either direction any more, and neither end is told. */
  stall(): void {
    this.#held ??= [];
  }

  /** What was on its way arrives now. */
  flow(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const deliver of held) deliver();
  }

  #pass(deliver: () => unknown): void {
    this.#later(() => {
      if (this.#held === undefined) deliver();
      else this.#held.push(deliver);
    });
  }

  #call(handler: Handler, event: object): void {
    handler?.(event as never);
  }
}
