/** A page's end of a connection that its shared worker holds: to the link it is a WebSocket. */

import type { Socket } from '../platform.ts';
import type { OpenMessage, Port, ToPage, ToWorker } from './port-messages.ts';

/** What a page needs of a `SharedWorker`. */
export interface WorkerDoor {
  readonly port: { postMessage(message: OpenMessage, transfer: Transferable[]): void };
}

type Handler = ((event: never) => void) | null;

const NO_CLOSE_CODE = 1006;

export class PortSocket implements Socket {
  binaryType = '';
  readyState = 0;
  onopen: Handler = null;
  onmessage: Handler = null;
  onclose: Handler = null;
  onerror: Handler = null;
  readonly #port: Port<ToWorker>;
  readonly #leave = () => {
    this.close(1001);
    this.#call(this.onclose, { code: NO_CLOSE_CODE, reason: 'The page was put away.' });
  };

  constructor(door: WorkerDoor, open: OpenMessage) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }) => this.#received(data as ToPage);
    door.port.postMessage(open, [port2]);
    // Nobody tells a worker that a page has gone; what is put away may come back, and connects anew.
    if (typeof addEventListener === 'function') addEventListener('pagehide', this.#leave);
  }

  send(message: Uint8Array<ArrayBuffer> | string): void {
    this.#port.postMessage({ say: message });
  }

  close(code = 1000): void {
    if (this.readyState === 3) return;
    this.#port.postMessage({ close: code });
    this.#end();
  }

  #received(message: ToPage): void {
    if (this.readyState === 3) return;
    if ('open' in message) {
      this.readyState = 1;
      this.#call(this.onopen, {});
    } else if ('data' in message) {
      this.#call(this.onmessage, message);
    } else {
      this.#end();
      this.#call(this.onclose, { code: message.end, reason: message.reason });
    }
  }

  #end(): void {
    this.readyState = 3;
    this.#port.close();
    if (typeof removeEventListener === 'function') removeEventListener('pagehide', this.#leave);
  }

  #call(handler: Handler, event: object): void {
    handler?.(event as never);
  }
}
