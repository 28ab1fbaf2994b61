/** A line between a publisher and its subscribers that loses what it is told to lose. */

import { Publisher, Subscriber } from 'zeromq';

export class LossyLine {
  /** True: everything is lost, heartbeats too. */
  isDropping = false;
  /** Decides about each packet that would otherwise pass; by default all pass. */
  drops: (packet: Uint8Array) => boolean = () => false;
  dropped = 0;
  endpoint = '';
  readonly #from = new Subscriber({ receiveHighWaterMark: 0, linger: 0 });
  readonly #to = new Publisher({ sendHighWaterMark: 0, sendTimeout: 0, linger: 200 });
  #loop: Promise<void> | undefined;

  async start(publisher: string): Promise<void> {
    await this.#to.bind('tcp://127.0.0.1:*');
    this.endpoint = this.#to.lastEndpoint ?? '';
    this.#from.connect(publisher);
    this.#from.subscribe();
    this.#loop = this.#forward();
  }

  async close(): Promise<void> {
    this.#from.close();
    await this.#loop;
    this.#to.close();
  }

  async #forward(): Promise<void> {
    for await (const [packet] of this.#from) {
      if (packet === undefined) continue;
      if (this.isDropping || this.drops(packet)) this.dropped += 1;
      else await this.#to.send(packet);
    }
  }
}

/** To be connected to instead of `publisher`. */
export async function startLossyLine(publisher: string): Promise<LossyLine> {
  const line = new LossyLine();
  await line.start(publisher);
  return line;
}
