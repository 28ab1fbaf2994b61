/** A gateway of a simulation: production's gateway behind production's subscriber. */

import { FeedSubscriber } from '../../feed/node.ts';
import { crc32 } from '../../feed/process/index.ts';
import { Gateway } from '../../gateway/index.ts';
import { LINES } from './engine-process.ts';
import { type SimulatedProcess, START_NS } from './simulated-process.ts';
import type { Accept } from './web-link.ts';

const QUIET = { info: () => {}, warn: () => {}, child: () => QUIET };
const START_US = Number(START_NS / 1000n);

export class GatewayProcess {
  readonly process: SimulatedProcess;
  readonly gateway: Gateway;
  readonly subscriber: FeedSubscriber;

  constructor(process: SimulatedProcess, relays: readonly string[]) {
    this.process = process;
    const { nowMs, setTimer, wallClock, random } = process;
    this.gateway = new Gateway({
      timer: { nowMs, setTimer },
      nowUs: () => START_US + Math.round((nowMs() + process.clockOffsetMs) * 1000),
      log: QUIET,
      maxConnections: 100,
      random,
    });
    this.subscriber = new FeedSubscriber(
      { feed: LINES, repair: relays, wallClock, nowMs, crc32, platform: process, log: QUIET },
      this.gateway.market,
    );
  }

  async start(): Promise<void> {
    this.gateway.start();
    await this.subscriber.start();
  }

  readonly accept: Accept = (link) => this.gateway.accept(link, '127.0.0.1', 'msgpack');
}
