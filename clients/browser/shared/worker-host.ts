/** What runs in the shared worker: one connection for all pages that wish for the same. */

import type { Platform } from '../platform.ts';
import { Page } from './page.ts';
import type { OpenMessage, Port, ToPage, ToWorker } from './port-messages.ts';
import { SharedConnection } from './shared-connection.ts';

/** Whoever says what is no message is told so, and goes. */
const BAD_PROTOCOL = 4400;

export class WorkerHost {
  readonly #platform: Platform;
  readonly #connections = new Map<SharedConnection, string>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Connections to gateways that are open or being opened. */
  get connections(): number {
    return this.#connections.size;
  }

  /** A page wishes for a connection, to be had over this port. */
  open(wish: OpenMessage, port: Port<ToPage>): void {
    const page = new Page(port, this.#platform.now());
    let connection: SharedConnection;
    try {
      connection = this.#find(wish);
    } catch (error) {
      // A malformed address, of which every link knows that it does not get better.
      page.end(1000, String(error));
      return;
    }
    port.onmessage = ({ data }: { data: ToWorker }) => {
      if ('close' in data) {
        connection.remove(page);
        return;
      }
      try {
        connection.asked(page, data.say);
      } catch (error) {
        connection.remove(page);
        page.end(BAD_PROTOCOL, String(error));
      }
    };
    connection.add(page);
  }

  #find(wish: OpenMessage): SharedConnection {
    const key = JSON.stringify([wish.url, wish.transport, wish.user]);
    for (const [connection, known] of this.#connections) {
      if (known === key && connection.isGood) return connection;
    }
    const made = new SharedConnection(wish, this.#platform, (ended) =>
      this.#connections.delete(ended),
    );
    this.#connections.set(made, key);
    return made;
  }
}
