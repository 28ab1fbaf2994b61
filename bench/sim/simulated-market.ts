/** A whole market in one process and one thread: who is there, what happens to them, what must hold. */

import type { Command } from '../../engine/protocol/index.ts';
import { type Epoch, openPacket, PacketFlag, packetHeader, StreamLevel } from '../../feed/index.ts';
import { Relay } from '../../feed/node.ts';
import { crc32 } from '../../feed/process/index.ts';
import { EngineProcess, LINES, SPINE } from './engine-process.ts';
import { forgeLevel } from './forgery.ts';
import { GatewayProcess } from './gateway-process.ts';
import { MemoryDisk } from './memory-disk.ts';
import { NaiveHistory } from './naive-history.ts';
import { Network } from './network.ts';
import { OrderFlow } from './order-flow.ts';
import { PageProcess } from './page-process.ts';
import {
  type Act,
  CALM_MS,
  type Deed,
  GATEWAY,
  OPENS_MS,
  PAGES,
  RELAYS,
  type Script,
  SUBSCRIBERS,
} from './script.ts';
import { Seeded } from './seeded.ts';
import { SimulatedProcess } from './simulated-process.ts';
import { SimulationFailure } from './simulation-failure.ts';
import { SubscriberProcess } from './subscriber-process.ts';
import { VirtualTime } from './virtual-time.ts';
import { FAIR } from './weather.ts';
import { WebLink } from './web-link.ts';

/** A relay starts over when this has gone by, or is asked for what it has not: both must happen. */
const RING_BYTES = [24 * 1024, 128 * 1024, 1024 * 1024] as const;
const TURN_MS = 4;
const LOOK_EVERY_MS = 250;
/** Retries of browsers back off to half a minute. */
const HEALED_WITHIN_MS = 90_000;

export interface SimulationOptions {
  /** What the market is given instead of a command; for planted faults. */
  readonly mistake?: (command: Command) => Command;
}

/** What a run has seen, so that one can tell whether it was worth anything. */
export interface SimulationTally {
  transactions: number;
  gaps: number;
  snapshots: number;
  epochs: number;
  healedMs: number;
}

export class SimulatedMarket {
  readonly tally: SimulationTally = {
    transactions: 0,
    gaps: 0,
    snapshots: 0,
    epochs: 0,
    healedMs: 0,
  };
  readonly #seed: number;
  readonly #options: SimulationOptions;
  readonly #time = new VirtualTime();
  readonly #network: Network;
  readonly #disk = new MemoryDisk();
  readonly #history = new NaiveHistory();
  readonly #flow = new OrderFlow();
  readonly #ringBytes: number;
  readonly #processes = new Map<string, SimulatedProcess>();
  readonly #subscribers = new Map<string, SubscriberProcess>();
  readonly #pages = new Map<string, PageProcess>();
  readonly #links = new Set<WebLink>();
  /** Who is to be given something forged with the next packet that has a level. */
  readonly #forging = new Set<string>();
  #gateway: GatewayProcess | undefined;
  #engine: EngineProcess | undefined;
  #boot = 1;
  #failure: SimulationFailure | undefined;

  constructor(seed: number, options: SimulationOptions = {}) {
    this.#seed = seed;
    this.#options = options;
    this.#network = new Network(this.#time, seed);
    this.#network.tamper = (follower, frame) => this.#tamper(follower, frame);
    this.#network.delivering = (follower, frame) => this.#delivering(follower, frame);
    this.#ringBytes = Seeded.of(seed, 'rings').pick(RING_BYTES);
  }

  /** To the end, or until a promise is broken: then it throws `SimulationFailure`. */
  async play(script: Script): Promise<void> {
    try {
      this.#begin();
      for (const act of script) this.#time.after(act.atMs, () => this.#perform(act));
      await this.#pass(CALM_MS);
      this.#network.weather = FAIR;
      await this.#heal();
    } catch (error) {
      if (error instanceof SimulationFailure) throw error;
      const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
      throw new SimulationFailure('NOTHING_THROWS', words);
    }
  }

  #begin(): void {
    this.#time.after(0, () => this.#startEngine());
    for (const name of RELAYS) this.#time.after(20, () => this.#startRelay(name));
    for (const name of SUBSCRIBERS) this.#time.after(40, () => this.#startSubscriber(name));
    this.#time.after(40, () => this.#startGateway());
    for (const name of PAGES) this.#time.after(60, () => this.#startPage(name));
    this.#time.after(OPENS_MS / 2, () => this.#turn(-1, 30));
  }

  async #pass(untilMs: number): Promise<void> {
    await this.#time.run(untilMs, () => {
      if (this.#failure !== undefined) throw this.#failure;
    });
  }

  async #heal(): Promise<void> {
    const fromMs = this.#time.nowMs;
    for (;;) {
      await this.#pass(this.#time.nowMs + LOOK_EVERY_MS);
      const why = this.#whyNotHealed();
      this.tally.healedMs = this.#time.nowMs - fromMs;
      if (why === undefined) break;
      if (this.tally.healedMs > HEALED_WITHIN_MS) throw new SimulationFailure('ALL_HEAL', why);
    }
    for (const { subscriber } of this.#subscribers.values()) {
      this.tally.gaps += subscriber.stats.gaps;
      this.tally.snapshots += subscriber.stats.snapshots;
    }
  }

  #whyNotHealed(): string | undefined {
    const engine = this.#engine;
    if (engine?.process.isAlive !== true) return 'the engine is down';
    const { levels, orders, sequencer } = engine.engine;
    for (const subscriber of this.#subscribers.values()) {
      const { nextSequence } = subscriber.level === StreamLevel.L2 ? levels : orders;
      const why = subscriber.whyNotHealed(engine.epoch, nextSequence);
      if (why !== undefined) return why;
    }
    const books = this.#history.of(engine.epoch)?.books;
    for (const page of this.#pages.values()) {
      const why = page.whyNotHealed((id) => {
        if (books === undefined) throw new Error('no books');
        return books.at(id, sequencer.transaction);
      });
      if (why !== undefined) return why;
    }
    return undefined;
  }

  // Who is there

  #process(name: string): SimulatedProcess {
    const process = new SimulatedProcess(name, this.#network, this.#seed);
    this.#processes.set(name, process);
    return process;
  }

  async #startEngine(): Promise<void> {
    const mistake = this.#options.mistake;
    this.#engine = new EngineProcess({
      process: this.#process('engine'),
      disk: this.#disk,
      history: this.#history,
      random: Seeded.of(this.#seed, `engine at ${this.#time.nowMs}`),
      boot: this.#boot,
      ringBytes: this.#ringBytes,
      mistake,
    });
    await this.#engine.start();
  }

  async #startRelay(name: string): Promise<void> {
    const process = this.#process(name);
    const relay = new Relay({
      feed: LINES,
      // Each may also ask the other.
      spine: [SPINE, ...RELAYS.filter((other) => other !== name)],
      name,
      ringBytes: this.#ringBytes,
      wallClock: process.wallClock,
      nowMs: process.nowMs,
      crc32,
      platform: process,
    });
    await relay.start(name);
  }

  async #startSubscriber(name: string): Promise<void> {
    const subscriber = new SubscriberProcess({
      process: this.#process(name),
      history: this.#history,
      level: name === 'sub-orders' ? StreamLevel.L3 : StreamLevel.L2,
      relays: name === 'sub-other' ? [RELAYS[1]] : RELAYS,
      instruments: name === 'sub-some' ? ['BRAVO', 'VENUE'] : 'all',
      failed: this.#failed,
    });
    this.#subscribers.set(name, subscriber);
    await subscriber.subscriber.start();
  }

  async #startGateway(): Promise<void> {
    this.#gateway = new GatewayProcess(this.#process(GATEWAY), RELAYS);
    await this.#gateway.start();
  }

  #startPage(name: string): void {
    const process = this.#process(name);
    const isFast = name === 'page-fast';
    const page = new PageProcess({
      process,
      history: this.#history,
      depth: isFast ? 5 : 25,
      interval: isFast ? 0 : 100,
      open: () => {
        const link = new WebLink(process, this.#gateway);
        this.#links.add(link);
        return link;
      },
      failed: this.#failed,
    });
    this.#pages.set(name, page);
  }

  #start(name: string): unknown {
    if (name === GATEWAY) return this.#startGateway();
    return name.startsWith('relay') ? this.#startRelay(name) : this.#startSubscriber(name);
  }

  // What happens

  #perform({ id, deed }: Act): unknown {
    switch (deed.kind) {
      case 'orders':
        return this.#turn(id, deed.count);
      case 'large-update':
        return this.#largeUpdate(id);
      case 'weather':
        this.#network.weather = { ...FAIR, ...deed.weather };
        return this.#later(deed.forMs, () => {
          this.#network.weather = FAIR;
        });
      case 'cut':
        this.#network.cut(...deed.between);
        return this.#later(deed.forMs, () => this.#network.mend(...deed.between));
      case 'stall':
        return this.#stall(deed.who, deed.forMs);
      case 'kill':
        return this.#kill(deed.who, deed.forMs);
      case 'kill-engine':
        return this.#killEngine(id, deed);
      case 'clock':
        return this.#setClock(deed.who, deed.byMs, deed.forMs);
      case 'forge':
        this.#forging.add(deed.who);
        return undefined;
      case 'reset':
        return this.#pages.get(deed.who)?.reset();
      default:
        throw new Error(`${id} ${deed satisfies never}`);
    }
  }

  /** Faults end when the calm comes, at the latest. */
  #later(forMs: number, end: () => unknown): void {
    this.#time.after(Math.min(forMs, CALM_MS - this.#time.nowMs), end);
  }

  #largeUpdate(id: number): void {
    const engine = this.#engine;
    if (engine?.process.isAlive === true) engine.turn([this.#flow.large(this.#chance(id))]);
  }

  /** Of a deed, whatever else happens. */
  #chance(id: number, part = 0): Seeded {
    return Seeded.of(this.#seed, `deed ${id}.${part}`);
  }

  #turn(id: number, count: number): void {
    const engine = this.#engine;
    if (engine?.process.isAlive !== true) return;
    for (let i = 0; i < count; i++) {
      this.#time.after(i * TURN_MS, () => {
        if (!engine.process.isAlive) return;
        engine.turn([this.#flow.next(this.#chance(id, i))]);
        this.tally.transactions += 1;
      });
    }
  }

  #stall(who: string, forMs: number): void {
    const process = this.#processes.get(who);
    if (process?.isAlive !== true) return;
    process.stall();
    this.#later(forMs, () => process.goOn());
  }

  #kill(who: string, forMs: number): void {
    const process = this.#processes.get(who);
    if (process?.isAlive !== true) return;
    process.kill();
    if (who === GATEWAY) for (const link of this.#links) link.reset();
    this.#later(forMs, () => this.#start(who));
  }

  #killEngine(id: number, deed: Extract<Deed, { kind: 'kill-engine' }>): void {
    const { journal, isMidTurn, forMs } = deed;
    const engine = this.#engine;
    if (engine?.process.isAlive !== true) return;
    if (isMidTurn) engine.turn([this.#flow.next(this.#chance(id))], true);
    engine.process.kill();
    if (journal !== 'kept') this.#boot += 1;
    if (journal === 'lost') {
      this.#disk.wipe();
      this.#history.startOver();
    }
    this.tally.epochs += journal === 'kept' ? 0 : 1;
    this.#later(forMs, () => this.#startEngine());
  }

  #setClock(who: string, byMs: number, forMs: number): void {
    const process = this.#processes.get(who);
    if (process === undefined) return;
    process.clockOffsetMs += byMs;
    this.#later(forMs, () => {
      process.clockOffsetMs -= byMs;
    });
  }

  // What followers are given

  #tamper(follower: SimulatedProcess, frame: Uint8Array): Uint8Array {
    if (!this.#forging.has(follower.name)) return frame;
    const epoch = wholeEpoch(frame);
    const forged = epoch === undefined ? undefined : forgeLevel(frame);
    if (epoch === undefined || forged === undefined) return frame;
    this.#forging.delete(follower.name);
    const subscriber = this.#subscribers.get(follower.name);
    subscriber?.forged(epoch, forged.instrument, forged.sequence);
    return frame;
  }

  #delivering(follower: SimulatedProcess, frame: Uint8Array): void {
    const subscriber = this.#subscribers.get(follower.name);
    if (subscriber === undefined || !openHeader(frame)) return;
    const isHeartbeat = (HEADER.flags & PacketFlag.Heartbeat) !== 0;
    const next = HEADER.firstSequence + (isHeartbeat ? 0 : HEADER.count);
    subscriber.told({ seconds: HEADER.epochSeconds, random: HEADER.epochRandom }, next);
  }

  readonly #failed = (failure: SimulationFailure): void => {
    this.#failure ??= failure;
  };
}

const HEADER = packetHeader();

function openHeader(frame: Uint8Array): boolean {
  try {
    openPacket(frame, HEADER, crc32);
    return true;
  } catch {
    return false;
  }
}

/** Undefined: it is damaged. */
function wholeEpoch(frame: Uint8Array): Epoch | undefined {
  if (!openHeader(frame) || (HEADER.flags & PacketFlag.Heartbeat) !== 0) return undefined;
  return { seconds: HEADER.epochSeconds, random: HEADER.epochRandom };
}
