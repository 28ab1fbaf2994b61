/** What the client needs of its surroundings; tests pass their own. */

import { SUBPROTOCOL_MSGPACK } from '../../gateway/protocol/index.ts';
import type { Transport } from './api.ts';
import { HttpSocket } from './http-socket.ts';

/** The part of the platform's WebSocket that is used. */
export interface Socket {
  binaryType: string;
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  /** MessagePack to a WebSocket, JSON to anything else. */
  send(message: Uint8Array<ArrayBuffer> | string): void;
  close(code?: number, reason?: string): void;
}

export interface Platform {
  /** Milliseconds that only run forward. */
  now(): number;
  /** 0 to below 1. */
  random(): number;
  /** Calls once, later; returns the function that takes it back. */
  setTimer(callback: () => unknown, delayMs: number): () => void;
  openSocket(url: string, transport: Transport): Socket;
  /** Calls once, before the next frame is painted; where nothing is painted, a frame later. */
  nextFrame(callback: () => void): void;
  /** Tells whether anybody can see the page, now and whenever that changes; returns the end of it. */
  watchHidden(listener: (isHidden: boolean) => void): () => void;
}

const FRAME_MS = 16;

/** The platform's own clock, timers and WebSocket, looked up when first used: a server may import this. */
export function realPlatform(SocketClass?: typeof WebSocket): Platform {
  return {
    now: () => performance.now(),
    random: () => Math.random(),
    setTimer(callback, delayMs) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    openSocket(url, transport) {
      if (transport !== 'WebSocket') return new HttpSocket(url, transport === 'SSE');
      return new (SocketClass ?? WebSocket)(url, [SUBPROTOCOL_MSGPACK]) as Socket;
    },
    nextFrame(callback) {
      if (typeof requestAnimationFrame === 'function') requestAnimationFrame(callback);
      else setTimeout(callback, FRAME_MS);
    },
    watchHidden(listener) {
      if (typeof document === 'undefined') return () => {};
      const tell = () => listener(document.visibilityState === 'hidden');
      document.addEventListener('visibilitychange', tell);
      tell();
      return () => document.removeEventListener('visibilitychange', tell);
    },
  };
}
