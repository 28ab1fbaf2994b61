/** One page as the worker sees it: what it was told, how far it has come, and whether it must wait. */

import {
  type GatewayEvent,
  MAX_UNACKED_BYTES,
  RESUME_UNACKED_BYTES,
} from '../../../gateway/protocol/index.ts';
import type { Payload, Port, ToPage } from './port-messages.ts';

export class Page {
  /** When it last said anything. */
  heardAtMs: number;
  /** True while more is unread than a page may owe: it gets no news until it has caught up. */
  isHeld = false;
  readonly #port: Port<ToPage>;
  /** Sizes of what it has not acknowledged, oldest first. */
  readonly #unread: number[] = [];
  #unreadBytes = 0;
  #acked = 0;

  constructor(port: Port<ToPage>, nowMs: number) {
    this.#port = port;
    this.heardAtMs = nowMs;
  }

  open(): void {
    this.#port.postMessage({ open: true });
  }

  /** News: left out while the page is held, which `false` says. */
  offer(data: Payload): boolean {
    if (!this.isHeld) this.#send(data);
    return !this.isHeld;
  }

  /** An answer, or what it must be told in any case; as text, which every link reads. */
  tell(event: GatewayEvent): void {
    this.#send(JSON.stringify(event));
  }

  /** It has received so many in all; true when it was held and may go on. */
  acknowledge(frames: number): boolean {
    for (; this.#acked < frames && this.#unread.length > 0; this.#acked += 1) {
      this.#unreadBytes -= this.#unread.shift() ?? 0;
    }
    if (!this.isHeld || this.#unreadBytes > RESUME_UNACKED_BYTES) return false;
    this.isHeld = false;
    return true;
  }

  end(code: number, reason: string): void {
    this.#port.postMessage({ end: code, reason });
    this.#port.close();
  }

  #send(data: Payload): void {
    const bytes = typeof data === 'string' ? data.length : data.byteLength;
    this.#unread.push(bytes);
    this.#unreadBytes += bytes;
    this.isHeld ||= this.#unreadBytes > MAX_UNACKED_BYTES;
    this.#port.postMessage({ data });
  }
}
