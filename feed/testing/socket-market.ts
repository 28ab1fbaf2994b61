/** A market and its consumers over real sockets, for integration tests. */

import { crc32 } from 'node:zlib';
import { expect } from 'vitest';
import type { FeedEvent, FeedListener } from '../listener.ts';
import { FeedState, sameEpoch } from '../market.ts';
import { RepairServer } from '../relay/repair-server.ts';
import { StreamLevel } from '../wire/topic.ts';
import { FeedSubscriber, type FeedSubscriberOptions } from '../zmq/feed-subscriber.ts';
import { FeedPublisher } from '../zmq/publisher.ts';
import { startClock } from './clock.ts';
import type { Random } from './random.ts';
import { ToyEngine, wordsOf } from './toy-engine.ts';

/** The real clocks and checksum. */
export const PORTS = { wallClock: startClock(), nowMs: (): number => performance.now(), crc32 };

/** What the running test has opened; `cleanUp` closes it. */
export const cleanUps: (() => void | Promise<void>)[] = [];

export async function cleanUp(): Promise<void> {
  for (const close of cleanUps.splice(0).reverse()) await close();
}

/** An engine with its own publisher and repair endpoint, whose packets can be lost on purpose. */
export class Market {
  readonly engine: ToyEngine;
  readonly publisher: FeedPublisher;
  readonly repairs: RepairServer;
  feed = '';
  repair = '';
  isLossy = false;

  constructor(seconds: number, ringBytes = 1 << 20, level: StreamLevel = StreamLevel.L2) {
    this.publisher = new FeedPublisher({ heartbeat: () => this.engine.heartbeat() });
    this.engine = new ToyEngine({
      level,
      epoch: { seconds, random: 1 },
      instruments: 5,
      wallClock: PORTS.wallClock,
      ringBytes,
      sink: (packet, _, count) => {
        if (!this.isLossy || count === 0) this.publisher.send(packet);
      },
    });
    const { ring } = this.engine;
    const stream = { level, ring, snapshots: this.engine };
    this.repairs = new RepairServer({ streams: [stream], ...PORTS });
  }

  async start(feed = 'tcp://127.0.0.1:*', repair = 'tcp://127.0.0.1:*'): Promise<void> {
    this.feed = await bindAgain(() => this.publisher.bind(feed));
    this.repair = await bindAgain(() => this.repairs.bind(repair));
    cleanUps.push(() => this.stop());
  }

  async stop(): Promise<void> {
    this.publisher.close();
    await this.repairs.close();
  }

  act(random: Random, times: number): void {
    for (let i = 0; i < times; i++) this.engine.act(random);
    this.engine.writer.flush();
  }
}

export class Heard implements FeedListener {
  readonly events: FeedEvent[] = [];
  readonly transactions: number[] = [];
  event(event: FeedEvent): void {
    this.events.push(event);
  }
  transactionApplied(context: { transaction: number }): void {
    this.transactions.push(context.transaction);
  }
  count(type: FeedEvent['type']): number {
    return this.events.filter((event) => event.type === type).length;
  }
}

export async function subscribe(
  market: { feed: string; repair: string },
  listener: FeedListener,
  extra: Partial<FeedSubscriberOptions> = {},
): Promise<FeedSubscriber> {
  const { feed, repair } = market;
  const subscriber = new FeedSubscriber(
    { feed: [feed], repair: [repair], ...PORTS, ...extra },
    listener,
  );
  await subscriber.start();
  cleanUps.push(() => subscriber.close());
  return subscriber;
}

export async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect.fail(`it never came true that ${what}`);
}

/** Has all of the engine's records: of its epoch, for the one before may have had as many. */
export function isWhole(subscriber: FeedSubscriber, engine: ToyEngine): boolean {
  const { epoch, sequence } = subscriber.position;
  const isThere = sameEpoch(epoch, engine.epoch) && sequence === engine.nextSequence;
  return isThere && subscriber.state === FeedState.Live;
}

export function expectEqual(subscriber: FeedSubscriber, engine: ToyEngine): void {
  for (const { id, words, symbol } of engine.instruments) {
    const instrument = subscriber.instruments.get(id);
    expect(instrument?.state, symbol).toBe(FeedState.Live);
    if (instrument !== undefined) expect(wordsOf(instrument)).toEqual(words);
  }
}

/** A port that has just been closed is free a moment later, for sockets are closed in the background. */
export async function bindAgain<T>(bind: () => Promise<T>): Promise<T> {
  for (let i = 0; i < 200; i++) {
    try {
      return await bind();
    } catch (error) {
      const isInUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isInUse) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  throw new Error('The endpoint stays in use.');
}
