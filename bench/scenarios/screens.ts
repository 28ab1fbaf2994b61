/** The browsers of a scenario: sessions of a production gateway, drawn by a client written from its document. */

import { FeedState, Side, type StreamLevel } from '../../feed/index.ts';
import { type GatewayEvent, MessageType } from '../../gateway/protocol/index.ts';
import { ClientView, SessionBench, type TestClient } from '../../gateway/testing/index.ts';
import { FeedLine, type ScenarioRelay } from './feed-line.ts';
import type { ScenarioClock } from './markets.ts';

const NAMES = new Map<number, string>(
  Object.entries(MessageType).map(([name, code]) => [code, name.toLowerCase()]),
);

/** One gateway with its own line to the feed. */
export class ScenarioGateway {
  readonly sessions = new SessionBench();
  readonly line: FeedLine;

  constructor(clock: ScenarioClock, level: StreamLevel, relay: ScenarioRelay) {
    const { market } = this.sessions.gateway;
    this.line = new FeedLine('gateway', clock, level, relay, market);
  }

  pass(ms: number): void {
    this.line.poll();
    this.sessions.timer.pass(ms);
  }
}

export interface ScreenOptions {
  readonly depth: number;
  readonly interval: number;
  readonly grouping: number;
}

/** One browser and what it shows. */
export class Screen {
  readonly options: ScreenOptions;
  #view = new ClientView();
  #client: TestClient;
  #epoch: readonly [number, number] = [0, 0];
  /** Of the messages since somebody asked, by their names. */
  #heard: string[] = [];

  constructor(gateway: ScenarioGateway, options: ScreenOptions) {
    this.options = options;
    this.#client = gateway.sessions.join();
    this.#subscribe(undefined);
  }

  get state(): string {
    return this.#view.state;
  }

  /** Messages of the book since the last call. */
  takeHeard(): string[] {
    const heard = this.#heard;
    this.#heard = [];
    return heard;
  }

  levels(): (readonly [Side, number, number, number])[] {
    const of = (side: Side, rows: readonly (readonly [number, number, number])[]) =>
      rows.map(([price, quantity, orders]) => [side, price, quantity, orders] as const);
    return [...of(Side.Bid, this.#view.side('bids')), ...of(Side.Ask, this.#view.side('asks'))];
  }

  /** The connection dies; what is shown stays. */
  disconnect(): void {
    this.read();
    this.#client.session.closed();
  }

  /** Comes back, to the same gateway or another, and says where it was. */
  comeBack(gateway: ScenarioGateway): void {
    this.#client = gateway.sessions.join();
    const { depth } = this.options;
    const [bids, asks] = [this.#view.side('bids'), this.#view.side('asks')];
    this.#heard = [];
    this.#subscribe([
      ...this.#epoch,
      this.#view.sequence,
      bids.length < depth ? null : (bids.at(-1)?.[0] ?? null),
      asks.length < depth ? null : (asks.at(-1)?.[0] ?? null),
    ]);
  }

  /** Applies what has arrived, and acknowledges it. */
  read(): void {
    for (const event of this.#client.take()) this.#apply(event);
    this.#client.ack();
  }

  #subscribe(resume: readonly (number | null)[] | undefined): void {
    const { depth, interval, grouping } = this.options;
    const wishes = { depth, interval, grouping, ...(resume === undefined ? {} : { resume }) };
    this.#client.send([MessageType.Subscribe, 9, 'book', 'ONE', wishes]);
  }

  #apply(event: GatewayEvent): void {
    if (event[0] !== MessageType.Heartbeat) this.#heard.push(NAMES.get(event[0]) ?? '?');
    if (event[0] === MessageType.Error) this.#heard.push(`${event[2]}`);
    const { sequence } = this.#view;
    this.#view.apply(event);
    if (event[0] !== MessageType.Subscribed) return;
    // Who resumes holds a book already; its first diff leads on from there.
    const isSame = this.#epoch[0] === event[11] && this.#epoch[1] === event[12];
    if (event[1] !== 0 && isSame) this.#view.sequence = sequence;
    this.#epoch = [event[11], event[12]];
  }
}

export const SCREEN_LIVE = FeedState.Live;
