/** A whole market in virtual time: two engines that must agree, services, gateways and browsers. */

import { type Command, CommandType, ENGINE_OWNER } from '../../engine/protocol/index.ts';
import { type Epoch, type FeedConsumer, OrderBook, Side, StreamLevel } from '../../feed/index.ts';
import { drawLadder, drawLevels, type KnownOrder, levelsOf, type Row } from './drawing.ts';
import { type Fault, FeedLine, ScenarioRelay } from './feed-line.ts';
import { LISTING, NaiveTwin, type ScenarioClock, type Told, WholeEngine } from './markets.ts';
import { ScenarioGateway, Screen, type ScreenOptions } from './screens.ts';
import { WordError } from './words.ts';

/** Tuesday, 2023-11-14, 22:13:20 UTC. */
const FIRST_NS = 1_700_000_000_000_000_000n;
const STEP_MS = 10;
/** A long wait takes larger steps, so that a day costs no more than a minute. */
const MAX_STEPS = 6000;
const HEARTBEAT_MS = 250;

/** The two markets did not do the same. */
export class Disagreement extends Error {
  readonly naive: readonly string[];
  readonly fast: readonly string[];

  constructor(what: string, naive: readonly Row[], fast: readonly Row[]) {
    super(`the naive market and the fast one tell different ${what}`);
    this.naive = naive.map((row) => row.map(String).join(' '));
    this.fast = fast.map((row) => row.map(String).join(' '));
  }
}

export class World implements ScenarioClock {
  nowNs = FIRST_NS;
  readonly gateways: ScenarioGateway[] = [];
  readonly screens = new Map<string, Screen>();
  /** Those that are connected. */
  readonly #connected = new Set<string>();
  #fast!: WholeEngine;
  #naive!: NaiveTwin;
  #relay!: ScenarioRelay;
  #orderRelay!: ScenarioRelay;
  #epoch: Epoch = { seconds: 1_700_000_000, random: 1 };
  /** Consumers of both levels. */
  service!: FeedLine;
  orderService!: FeedLine;
  readonly #owners = new Map<string, number>();
  readonly #orders = new Map<number, KnownOrder>();
  readonly #sides = new Map<number, Side>();
  #sinceHeartbeatMs = 0;

  constructor() {
    this.#startEngine();
    this.newServices();
    this.submit(ENGINE_OWNER, LISTING);
    this.pass(STEP_MS);
  }

  get nowMs(): number {
    return Number(this.nowNs / 1_000_000n);
  }

  ownerOf(name: string): number {
    const known = this.#owners.get(name) ?? this.#owners.size + 1;
    this.#owners.set(name, known);
    return known;
  }

  readonly orderOf = (orderId: number): KnownOrder =>
    this.#orders.get(orderId) ?? { name: `?${orderId}`, side: Side.Bid };

  /** Both do it, and must tell and hold the same. */
  submit(owner: number, command: Command): Told {
    if (command.type === CommandType.NewOrder) {
      this.#sides.set(command.clientOrderId, command.side);
    }
    return this.#both((market) => market.submit(owner, command));
  }

  /** Time passes: what is due is done when it is due, heartbeats go out, answers arrive. */
  pass(ms: number): readonly Row[] {
    const reports: Row[] = [];
    const endNs = this.nowNs + BigInt(ms) * 1_000_000n;
    const stepMs = Math.max(STEP_MS, Math.ceil(ms / MAX_STEPS));
    while (this.nowNs < endNs) {
      const leftMs = Number((endNs - this.nowNs) / 1_000_000n);
      const dueMs = Math.max(1, this.#fast.nextDueMs - this.nowMs);
      const forMs = Math.min(stepMs, leftMs, dueMs);
      this.nowNs += BigInt(forMs) * 1_000_000n;
      if (this.#fast.nextDueMs <= this.nowMs || this.#naive.nextDueMs <= this.nowMs) {
        reports.push(...this.#both((market) => market.advance()).reports);
      }
      this.#sinceHeartbeatMs += forMs;
      if (this.#sinceHeartbeatMs >= HEARTBEAT_MS) {
        this.#sinceHeartbeatMs = 0;
        this.#fast.engine.heartbeat();
      }
      for (const line of [this.service, this.orderService]) line.poll();
      for (const gateway of this.gateways) gateway.pass(forMs);
      for (const name of this.#connected) this.screen(name).read();
    }
    return reports;
  }

  state(): readonly Row[] {
    return this.#fast.state();
  }

  /** What a consumer of the feed must have, where it is LIVE: drawn from the engine's own book. */
  shownLevels(): string[] {
    return drawLevels(levelsOf(this.state()));
  }

  levelsOf(consumer: FeedConsumer): string[] {
    const book = consumer.find('ONE')?.book;
    if (book === undefined) return [];
    const rows = [Side.Bid, Side.Ask].flatMap((side) =>
      Array.from({ length: book.levelCount(side) }, (_, i) => {
        const [quantity, orders] = [book.quantityAt(side, i), book.orderCountAt(side, i)];
        return [side, book.priceAt(side, i), quantity, orders] as const;
      }),
    );
    return drawLevels(rows);
  }

  /** The shown orders as the engine has them; what hidden orders and icebergs keep back left out. */
  shownOrders(): string[] {
    const shown = this.state().filter(([kind]) => kind === 'level' || kind === 'order');
    const visible = shown.map((row): Row => (row[0] === 'order' ? [...row.slice(0, 5), 0] : row));
    return drawLadder(visible, this.orderOf);
  }

  /** The same as a consumer of L3 has it. */
  ordersOf(consumer: FeedConsumer): string[] {
    const book = consumer.find('ONE')?.book;
    const rows: Row[] = [];
    if (!(book instanceof OrderBook)) return [];
    for (const side of [Side.Bid, Side.Ask]) {
      for (let i = 0; i < book.levelCount(side); i += 1) {
        const price = book.priceAt(side, i);
        rows.push(['level', side, price, 0, 0]);
        book.forEachOrder(side, price, (orderId, quantity) => {
          rows.push(['order', orderId, 0, quantity, 0, 0]);
        });
      }
    }
    return drawLadder(rows, this.orderOf);
  }

  spoil(fault: Fault, packets: number): void {
    this.service.spoilNext(fault, packets);
    this.orderService.spoilNext(fault, packets);
  }

  set isLineUp(isUp: boolean) {
    this.service.isUp = isUp;
    this.orderService.isUp = isUp;
  }

  set isRelayUp(isUp: boolean) {
    this.#relay.isUp = isUp;
    this.#orderRelay.isUp = isUp;
  }

  relayForgets(): void {
    this.#relay.forget();
    this.#orderRelay.forget();
  }

  /** Services that know nothing yet. */
  newServices(): void {
    this.service = new FeedLine('service', this, StreamLevel.L2, this.#relay);
    this.orderService = new FeedLine('orders', this, StreamLevel.L3, this.#orderRelay);
  }

  /** An engine that has lost everything begins a new history. */
  restartEngine(): void {
    this.#epoch = { seconds: this.#epoch.seconds + 60, random: this.#epoch.random + 1 };
    this.#startEngine();
    this.#orders.clear();
    this.service.follow(this.#relay);
    this.orderService.follow(this.#orderRelay);
    for (const { line } of this.gateways) line.follow(this.#relay);
    this.submit(ENGINE_OWNER, LISTING);
  }

  gateway(index: number): ScenarioGateway {
    while (this.gateways.length <= index) {
      this.gateways.push(new ScenarioGateway(this, StreamLevel.L2, this.#relay));
      // Its books come by themselves: nothing has to happen in the market.
      this.pass(2 * HEARTBEAT_MS);
    }
    return this.gateways[index] as ScenarioGateway;
  }

  openScreen(name: string, options: ScreenOptions): void {
    this.screens.set(name, new Screen(this.gateway(0), options));
    this.#connected.add(name);
    this.pass(STEP_MS);
  }

  gone(name: string): void {
    this.#connected.delete(name);
  }

  /** To the gateway of this number, from 0. */
  comeBack(name: string, gateway: number): void {
    this.screen(name).comeBack(this.gateway(gateway));
    this.#connected.add(name);
    this.pass(STEP_MS);
  }

  screen(name: string): Screen {
    const screen = this.screens.get(name);
    if (screen === undefined) throw new WordError(`${name} has opened no book.`);
    return screen;
  }

  #startEngine(): void {
    const keep = (level: StreamLevel) => (packet: Uint8Array, first: number, count: number) => {
      const isLevels = level === StreamLevel.L2;
      (isLevels ? this.#relay : this.#orderRelay).keep(packet, first, count);
      // The constructor's own packets come before there is anybody to hear them.
      (isLevels ? this.service : this.orderService)?.receive(packet, count);
      if (isLevels) for (const { line } of this.gateways) line.receive(packet, count);
    };
    this.#fast = new WholeEngine(this, this.#epoch, keep(StreamLevel.L2), keep(StreamLevel.L3));
    const { levels, orders } = this.#fast.engine;
    this.#relay = new ScenarioRelay(this, StreamLevel.L2, levels);
    this.#orderRelay = new ScenarioRelay(this, StreamLevel.L3, orders);
    this.#naive = new NaiveTwin(this);
  }

  #both(act: (market: WholeEngine | NaiveTwin) => Told): Told {
    const naive = act(this.#naive);
    const fast = act(this.#fast);
    for (const [call, , , clientOrderId, orderId] of fast.reports) {
      if (call !== 'accepted') continue;
      const id = clientOrderId as number;
      const side = this.#sides.get(id) ?? Side.Bid;
      this.#orders.set(orderId as number, { name: `${id}`, side });
    }
    if (!isSame(naive.reports, fast.reports)) {
      throw new Disagreement('reports', naive.reports, fast.reports);
    }
    const [naiveState, fastState] = [this.#naive.state(), this.#fast.state()];
    if (!isSame(naiveState, fastState)) throw new Disagreement('state', naiveState, fastState);
    return fast;
  }
}

function isSame(a: readonly Row[], b: readonly Row[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((row, i) => {
    const other = b[i] ?? [];
    return row.length === other.length && row.every((value, at) => Object.is(value, other[at]));
  });
}
