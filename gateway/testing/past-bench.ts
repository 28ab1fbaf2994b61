/** Books of the past over an archive in memory: what tests of the channel "history" share. */

import { crc32 } from 'node:zlib';
import { expect } from 'vitest';
import { BookHash, Side } from '../../feed/index.ts';
import { type GatewayEvent, type Message, MessageType } from '../protocol/index.ts';
import { ClientView } from './client-view.ts';
import { FakeArchive, settled, sideOf } from './fake-archive.ts';
import { forEachSeed, type Seeded, seeded } from './seeded.ts';
import { SessionBench, type TestClient } from './session-bench.ts';

export const START_US = 1_600_000_000_000_000;
export const DEPTH = 10;
/** As the ladder names it: as it happened. */
export const AS_IT_WAS = 10;

/** `count` transactions, 10 ms apart, of a book whose prices walk. */
export function written(count: number, random: Seeded, stepUs = 10_000): FakeArchive {
  const archive = new FakeArchive();
  let middle = 10_000;
  for (let i = 0; i < count; i += 1) {
    middle += random.integer(-2, 2);
    const side = random.integer(0, 1) as Side;
    const away = random.integer(1, 15);
    const price = side === Side.Bid ? middle - away : middle + away;
    const quantity = random.integer(0, 3) * 10;
    const trades = random.next() < 0.2 ? [[middle, random.integer(1, 9)] as const] : [];
    const levels = [[side, price, quantity, quantity / 10]] as const;
    archive.write(START_US + i * stepUs, levels, trades, { isCleared: random.next() < 0.02 });
  }
  return archive;
}

export interface Watching {
  readonly archive: FakeArchive;
  readonly bench: SessionBench;
  readonly client: TestClient;
}

export function watching(archive: FakeArchive): Watching {
  const bench = new SessionBench({ history: { source: archive, crc32 } });
  bench.feed.list('ABC');
  return { archive, bench, client: bench.join() };
}

/** What a client of one book of the past has been told, gathered. */
export class PastView extends ClientView {
  readonly states: Message<typeof MessageType.History>[] = [];
  readonly trades: number[] = [];
  position = 0;
  /** Of the newest trades: they come also where no level in the window has changed. */
  traded = 0;
  class = 0;

  override apply(event: GatewayEvent): void {
    super.apply(event);
    if (event[0] === MessageType.Subscribed) this.class = event[2];
    if (event[0] === MessageType.Snapshot) this.position = event[11] ?? 0;
    if (event[0] === MessageType.Diff) this.position = event[12] ?? 0;
    if (event[0] === MessageType.History) this.states.push(event);
    if (event[0] === MessageType.Trades) {
      this.traded = event[6] ?? 0;
      for (let i = 0; i < event[5].length; i += 5) this.trades.push(event[5][i] as number);
    }
  }

  get doing(): string {
    return this.states.at(-1)?.[3] ?? '';
  }
}

export function taken(client: TestClient, view: PastView): GatewayEvent[] {
  const events = client.take();
  for (const event of events) view.apply(event);
  client.ack();
  return events;
}

export async function opened({ client }: Watching, options: object): Promise<PastView> {
  const view = new PastView();
  const wish = { depth: DEPTH, interval: 100, ...options };
  client.send([MessageType.Subscribe, 2, 'history', 'ABC', wish]);
  await settled();
  taken(client, view);
  return view;
}

export function expectMoment(view: PastView, archive: FakeArchive): void {
  const moment = archive.moments.find(({ position }) => position === view.position);
  if (moment === undefined) throw new Error(`no transaction ends at ${view.position}`);
  expect(view.side('bids')).toEqual(sideOf(moment, Side.Bid, DEPTH));
  expect(view.side('asks')).toEqual(sideOf(moment, Side.Ask, DEPTH));
  const hash = new BookHash(1);
  for (const side of [Side.Bid, Side.Ask]) {
    for (const level of view.side(side === Side.Bid ? 'bids' : 'asks')) hash.add(side, ...level);
  }
  expect(view.lanes).toEqual([hash.laneA, hash.laneB]);
  expect([view.sequence, view.transaction]).toEqual([moment.sequence, moment.transaction]);
}

/** Lets time pass as a lively client does: it takes and acknowledges what comes. */
export async function pass({ bench, client }: Watching, view: PastView, ms: number, stepMs = 50) {
  for (let passed = 0; passed < ms; passed += stepMs) {
    bench.timer.pass(stepMs);
    await settled();
    taken(client, view);
  }
}

/** The same numbers each time, where a test needs no others. */
export const fixed: Seeded = seeded(1);

/** As `forEachSeed`, for what has to be waited for. */
export async function everySeed(
  count: number,
  body: (random: Seeded) => Promise<void>,
): Promise<void> {
  const seeds: Seeded[] = [];
  forEachSeed(count, (random) => seeds.push(random));
  for (const random of seeds) {
    try {
      await body(random);
    } catch (error) {
      throw new Error(`with TOUCHLINE_SEED=${random.seed}: ${String(error)}`, { cause: error });
    }
  }
}
