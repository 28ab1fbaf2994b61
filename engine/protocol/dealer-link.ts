/** One DEALER socket to an engine: hands in whole frames, hands out what arrives. */

import { Dealer } from 'zeromq';
import { type ClientCurve, frameBytes, sharedProof } from '../../feed/node.ts';
import { MAX_ENTRY_FRAME_BYTES } from './limits.ts';

const WHAT_FOR = 'touchline order entry';
/** What a log-off may still take to leave after `close`. */
const LINGER_MS = 200;

/**
 * Owns the rules of a zeromq socket: one send at a time, which the caller awaits, and a buffer that
 * was sent is never written again.
 */
export class DealerLink {
  readonly #socket: Dealer;
  #closed = false;

  /** `onFrame` gets a buffer that is its own. */
  constructor(endpoint: string, onFrame: (frame: Uint8Array) => void, curve?: ClientCurve) {
    // Not `immediate`: with it, what an engine says last is thrown away when its connection ends.
    this.#socket = new Dealer({
      linger: LINGER_MS,
      maxMessageSize: frameBytes(MAX_ENTRY_FRAME_BYTES, curve),
      ...curve,
    });
    this.#socket.connect(endpoint);
    void this.#receive(onFrame);
  }

  /** Resolves when the socket has taken the frame; false when it is closed. */
  async send(frame: Uint8Array): Promise<boolean> {
    if (this.#closed) return false;
    try {
      await this.#socket.send(frame);
      return true;
    } catch (error) {
      if (this.#closed) return false;
      throw error;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }

  async #receive(onFrame: (frame: Uint8Array) => void): Promise<void> {
    try {
      for await (const [frame] of this.#socket) {
        if (this.#closed) return;
        if (frame !== undefined) onFrame(frame);
      }
    } catch (error) {
      if (!this.#closed) throw error;
    }
  }
}

/**
 * What a client with a key says in LOGON, so that nobody else's key serves for its name: made by the
 * client of its own secret key and the engine's public one, by the engine of its own secret key and
 * the client's public one. Both come to the same, and nobody else can.
 */
export function keyProof(secretKey: string, publicKey: string, name: string): string {
  return sharedProof(secretKey, publicKey, [WHAT_FOR, name]);
}
