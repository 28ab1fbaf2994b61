/** A feed for unit tests: the production subscriber, without sockets, on a clock that the test moves. */

import { PacketRing, RepairService, StreamLevel, type WallClock } from '../../../feed/index.ts';
import { crc32 } from '../../../feed/process/index.ts';
import {
  type BookOf,
  type SubscribeOptions,
  Subscription,
  type SubscriptionLevel,
} from '../subscription.ts';
import type { FakeInstrument } from './fake-market.ts';
import { FakeLevelMarket, type FakeMarketOptions, FakeOrderMarket } from './fake-market.ts';
import { FakePlatform } from './fake-platform.ts';

const HEARTBEAT_MS = 250;
const STEP_MS = 10;
const RING_BYTES = 64 * 1024 * 1024;
/** 2026-01-01; any moment will do, and the same one every time. */
const BORN_SECONDS = 1_767_225_600;
/** More rounds than any exchange with the relay takes. */
const MAX_ROUNDS = 10_000;

/** What a test may do with the books of a level. */
export type FakeMarketOf<Level extends SubscriptionLevel> = Level extends 'L3'
  ? FakeOrderMarket
  : FakeLevelMarket;

export interface FakeFeedOptions<Level extends SubscriptionLevel = 'L2'> {
  /** 'L2' by default. */
  readonly level?: Level;
  readonly instruments: readonly FakeInstrument[];
}

/** What a subscription to a fake feed is told. */
export type FakeSubscribeOptions<Level extends SubscriptionLevel> = Pick<
  SubscribeOptions<Level>,
  'instruments' | 'listener' | 'from'
>;

interface Answer {
  readonly peer: string;
  readonly message: Uint8Array;
}

/**
 * Packets arrive while they are published; a relay's answers when the clock is moved. So a test sees
 * each state for as long as it wants, and the same one every time.
 */
export class FakeFeed<Level extends SubscriptionLevel = 'L2'> {
  /** False: requests reach nobody. */
  isRelayUp = true;
  readonly #level: Level;
  readonly #instruments: readonly FakeInstrument[];
  readonly #platform: FakePlatform;
  #ring = new PacketRing(RING_BYTES);
  #market: FakeMarketOf<Level>;
  #relay: RepairService;
  #answers: Answer[] = [];
  #requests: Answer[] = [];
  #epochs = 0;
  #nowMs = 0;
  #heartbeatMs = HEARTBEAT_MS;
  #isLosing = false;
  #isSilent = false;

  constructor(options: FakeFeedOptions<Level>) {
    this.#level = options.level ?? ('L2' as Level);
    this.#instruments = options.instruments;
    this.#platform = new FakePlatform({
      asked: (peer, message) => {
        if (this.isRelayUp) this.#requests.push({ peer, message });
        return this.isRelayUp;
      },
    });
    this.#market = this.#newMarket();
    this.#relay = this.#newRelay();
  }

  /** As the real `subscribe`, but LIVE at once: it has joined when this returns. */
  subscribe(options: FakeSubscribeOptions<Level> = {}): Subscription<BookOf<Level>> {
    const subscription = new Subscription<BookOf<Level>>(this.#level, options, {
      wallClock: this.#wallClock,
      nowMs: () => this.#nowMs,
      crc32,
      platform: this.#platform,
    });
    if (!this.#isSilent) this.#market.heartbeat();
    this.#exchange();
    return subscription;
  }

  /** All that one command causes. Every subscriber has it when this returns. */
  transaction(work: (market: FakeMarketOf<Level>) => void): number {
    return this.#market.transaction(() => work(this.#market));
  }

  /** Whatever is published meanwhile is lost on the line; the relay has it. */
  lose(work: () => void): void {
    this.#isLosing = true;
    try {
      work();
    } finally {
      this.#isLosing = false;
    }
  }

  /** The relay no longer holds what was published up to now: a gap in it ends with a snapshot. */
  forget(): void {
    this.#ring.clear();
  }

  /** No heartbeats from now on, until `resume`. */
  silence(): void {
    this.#isSilent = true;
  }

  resume(): void {
    this.#isSilent = false;
  }

  /** Time passes: heartbeats come, the relay answers, time-outs run out. */
  advance(ms: number): void {
    const end = this.#nowMs + ms;
    while (this.#nowMs < end) {
      this.#nowMs = Math.min(end, this.#nowMs + STEP_MS);
      if (this.#nowMs >= this.#heartbeatMs) {
        this.#heartbeatMs += HEARTBEAT_MS;
        if (!this.#isSilent) this.#market.heartbeat();
      }
      this.#exchange();
    }
  }

  /** Another epoch, with the same instruments and empty books. */
  restart(): void {
    this.#ring = new PacketRing(RING_BYTES);
    this.#answers = [];
    this.#requests = [];
    this.#market = this.#newMarket();
    this.#relay = this.#newRelay();
  }

  /** The session ends in order. */
  end(): void {
    this.#isSilent = true;
    this.#market.endOfSession();
  }

  /** Everything that is on its way to or from the relay arrives. */
  #exchange(): void {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      this.#platform.idle();
      const requests = this.#requests.splice(0);
      for (const { peer, message } of requests) this.#relay.receive(peer, message);
      const answers = this.#answers.splice(0);
      for (const { peer, message } of answers) this.#platform.answer(peer, message);
      if (requests.length === 0 && answers.length === 0) return;
    }
    throw new Error('The relay and a subscriber do not come to an end with each other.');
  }

  #newMarket(): FakeMarketOf<Level> {
    this.#epochs += 1;
    const options: FakeMarketOptions = {
      level: StreamLevel[this.#level],
      epoch: { seconds: BORN_SECONDS + this.#epochs, random: 1 },
      ring: this.#ring,
      wallClock: this.#wallClock,
      crc32,
      publish: (packet) => {
        if (!this.#isLosing) this.#platform.deliver(packet);
      },
    };
    const Market = this.#level === 'L3' ? FakeOrderMarket : FakeLevelMarket;
    const market = new Market(options) as FakeMarketOf<Level>;
    market.transaction(() => {
      for (const instrument of this.#instruments) market.list(instrument);
    });
    return market;
  }

  #newRelay(): RepairService {
    return new RepairService({
      ring: this.#ring,
      snapshots: this.#market,
      level: StreamLevel[this.#level],
      crc32,
      wallClock: this.#wallClock,
      nowMs: () => this.#nowMs,
      send: (peer, message) => {
        this.#answers.push({ peer, message });
        return true;
      },
    });
  }

  readonly #wallClock: WallClock = (out) => {
    const ns = BigInt(BORN_SECONDS) * 1_000_000_000n + BigInt(Math.round(this.#nowMs * 1e6));
    out.high = Number(ns >> 32n);
    out.low = Number(ns & 0xffff_ffffn);
  };
}
