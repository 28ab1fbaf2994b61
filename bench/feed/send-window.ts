/** Keeps a bounded number of packets on their way: PUB would drop what is beyond its high-water mark. */

import { onMessage } from './messages.ts';

/** PUB drops beyond 4,096. */
const WINDOW = 2000;

export class SendWindow {
  sent = 0;
  #taken = 0;
  /** Settles when everybody has joined: at this time it begins. */
  readonly go: Promise<number>;

  constructor() {
    this.go = new Promise((resolve) => {
      onMessage((message) => {
        if (message.type === 'taken') this.#taken = message.packets;
        else if (message.type === 'go') resolve(message.startUs);
      });
    });
  }

  /** Lets the window open again, and the heartbeat and messages have their turn. */
  async untilThereIsRoom(): Promise<void> {
    do await new Promise(setImmediate);
    while (this.sent - this.#taken > WINDOW);
  }
}
