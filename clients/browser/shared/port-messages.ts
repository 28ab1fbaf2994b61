/** What a page and the worker that it shares say to each other; each connection has a port of its own. */

import type { Transport } from '../api.ts';

/** The first, to the worker itself, with the port of the connection that is wished. */
export interface OpenMessage {
  readonly url: string;
  readonly transport: Transport;
  /** Pages that name the same share a connection. */
  readonly user: string;
}

/** One message of the gateway's protocol, as its transport carries it. */
export type Payload = Uint8Array<ArrayBuffer> | ArrayBuffer | string;

export type ToWorker = { readonly say: Payload } | { readonly close: number };
export type ToPage =
  | { readonly open: true }
  | { readonly data: Payload }
  | { readonly end: number; readonly reason: string };

/** The part of a MessagePort that is used. */
export interface Port<Sent> {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: Sent): void;
  close(): void;
}
