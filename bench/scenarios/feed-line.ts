/** The line between the engine and one consumer: what a scenario does to packets on their way. */

import {
  FeedConsumer as Consumer,
  type FeedConsumer,
  type FeedConsumerOptions,
  type FeedEvent,
  type FeedListener,
  type Nanos,
  PacketRing,
  RepairService,
  type SnapshotProvider,
  type StreamLevel,
  setNanos,
} from '../../feed/index.ts';
import { crc32 } from '../../feed/process/index.ts';
import type { ScenarioClock } from './markets.ts';

const RING_BYTES = 1 << 20;
/** In the middle of a packet's first record: past header and topic. */
const GARBLED_BYTE = 60;

/** What a packet with records may meet. */
export type Fault = 'lose' | 'double' | 'garble' | 'delay';

/** Answers repairs as a relay does; its ring has every packet of the epoch. */
export class ScenarioRelay {
  isUp = true;
  #ring = new PacketRing(RING_BYTES);
  readonly #service: RepairService;
  #answer: (message: Uint8Array) => void = () => {};

  constructor(clock: ScenarioClock, level: StreamLevel, snapshots: SnapshotProvider) {
    this.#service = new RepairService({
      level,
      ring: this.#ring,
      snapshots,
      crc32,
      wallClock: (out: Nanos) => setNanos(out, clock.nowNs),
      nowMs: () => Number(clock.nowNs / 1_000_000n),
      send: (_, message) => {
        this.#answer(message);
        return true;
      },
    });
  }

  keep(packet: Uint8Array, first: number, count: number): void {
    this.#ring.add(packet, first, count);
  }

  /** As one that has been started anew: it has books, but no records. */
  forget(): void {
    this.#ring.clear();
  }

  ask(peer: string, message: Uint8Array, answer: (message: Uint8Array) => void): boolean {
    if (!this.isUp) return false;
    this.#answer = answer;
    this.#service.receive(peer, message);
    return true;
  }
}

/** A production consumer at the end of a line that the scenario spoils. */
export class FeedLine {
  readonly consumer: FeedConsumer;
  readonly events: FeedEvent[] = [];
  isUp = true;
  #relay: ScenarioRelay;
  readonly #faults: Fault[] = [];
  /** Held back until the next packet has gone by. */
  #delayed: Uint8Array | undefined;
  /** Answers and requests take their time: until the clock moves. */
  #onTheWay: (() => void)[] = [];

  constructor(
    name: string,
    clock: ScenarioClock,
    level: StreamLevel,
    relay: ScenarioRelay,
    listener: FeedListener = {},
  ) {
    this.#relay = relay;
    const options: FeedConsumerOptions = {
      level,
      listener: {
        ...bound(listener),
        event: (event) => {
          this.events.push(event);
          listener.event?.(event);
        },
      },
      crc32,
      wallClock: (out: Nanos) => setNanos(out, clock.nowNs),
      nowMs: () => Number(clock.nowNs / 1_000_000n),
      random: () => 0.5,
      repairEndpoints: 1,
      sendRepair: (_, message) => {
        if (!this.#relay.isUp) return false;
        const copy = message.slice();
        this.#onTheWay.push(() => this.#ask(name, copy));
        return true;
      },
    };
    this.consumer = new Consumer(options);
  }

  /** Another engine, with a relay of its own. */
  follow(relay: ScenarioRelay): void {
    this.#relay = relay;
  }

  spoilNext(fault: Fault, packets: number): void {
    for (let i = 0; i < packets; i += 1) this.#faults.push(fault);
  }

  receive(packet: Uint8Array, records: number): void {
    if (!this.isUp) return;
    const fault = records > 0 ? this.#faults.shift() : undefined;
    if (fault === 'lose') return;
    if (fault === 'delay') {
      this.#delayed = packet;
      return;
    }
    this.consumer.receive(fault === 'garble' ? garbled(packet) : packet);
    if (fault === 'double') this.consumer.receive(packet);
    if (this.#delayed === undefined) return;
    const late = this.#delayed;
    this.#delayed = undefined;
    this.consumer.receive(late);
  }

  /** The clock has moved: what was on its way is there. */
  poll(): void {
    const due = this.#onTheWay;
    this.#onTheWay = [];
    for (const arrive of due) arrive();
    this.consumer.poll();
  }

  #ask(name: string, message: Uint8Array): void {
    this.#relay.ask(name, message, (answer) => {
      const copy = answer.slice();
      this.#onTheWay.push(() => this.consumer.receiveRepair(0, copy));
    });
  }
}

function garbled(packet: Uint8Array): Uint8Array {
  const copy = packet.slice();
  const at = Math.min(GARBLED_BYTE, copy.length - 1);
  copy[at] = (copy[at] ?? 0) ^ 4;
  return copy;
}

/** The listener's own methods, which stand on its prototype. */
function bound(listener: FeedListener): FeedListener {
  return {
    levelChanged: (...told) => listener.levelChanged?.(...told),
    traded: (...told) => listener.traded?.(...told),
    bookReset: (instrument) => listener.bookReset?.(instrument),
    instrumentChanged: (instrument) => listener.instrumentChanged?.(instrument),
    transactionApplied: (context) => listener.transactionApplied?.(context),
    stateChanged: (instrument) => listener.stateChanged?.(instrument),
  };
}
