/**
 * A network in memory: publishers and followers, servers and those who ask them, with a seeded
 * weather on every link. Frames between two processes keep their order unless one comes late.
 */

import type { FeedPlatform } from '../../feed/node.ts';
import { Seeded } from './seeded.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { VirtualTime } from './virtual-time.ts';
import { FAIR, LATEST_MS, LATEST_REPAIR_MS, type Weather } from './weather.ts';

type FollowOptions = Parameters<FeedPlatform['follow']>[0];
type Served = Parameters<FeedPlatform['serve']>[0]['received'];
type Answered = (message: Uint8Array) => void;

interface Follower {
  readonly process: SimulatedProcess;
  readonly endpoint: string;
  readonly options: FollowOptions;
}

interface Server {
  readonly process: SimulatedProcess;
  readonly received: Served;
}

/** One way between two processes. */
interface Line {
  readonly random: Seeded;
  /** Nothing that is sent later comes earlier. */
  lastMs: number;
}

/** How one frame fares: when each of its copies comes, and whether in one piece. */
interface Fare {
  readonly drop: number;
  readonly duplicate: number;
  readonly late: number;
  readonly latestMs: number;
  readonly corrupt: number;
}

const RECONNECT_MS = 40;

export class Network {
  weather: Weather = FAIR;
  readonly time: VirtualTime;
  readonly #seed: number;
  /** Pairs of names that do not reach each other. */
  readonly #cuts = new Map<string, number>();
  readonly #lines = new Map<string, Line>();
  #followers: Follower[] = [];
  readonly #servers = new Map<string, Server>();
  readonly #askers = new Map<string, { process: SimulatedProcess; answered: Answered }>();
  #peers = 0;
  /** Changes what a follower is given: a forger, or a line that is crossed. */
  tamper: (follower: SimulatedProcess, frame: Uint8Array) => Uint8Array = (_, frame) => frame;
  /** Told before a frame is given to a follower. */
  delivering: (follower: SimulatedProcess, frame: Uint8Array) => void = () => {};

  constructor(time: VirtualTime, seed: number) {
    this.time = time;
    this.#seed = seed;
  }

  cut(a: string, b: string): void {
    const pair = pairOf(a, b);
    this.#cuts.set(pair, (this.#cuts.get(pair) ?? 0) + 1);
  }

  mend(a: string, b: string): void {
    const pair = pairOf(a, b);
    const left = (this.#cuts.get(pair) ?? 0) - 1;
    if (left > 0) this.#cuts.set(pair, left);
    else this.#cuts.delete(pair);
  }

  isCut(a: string, b: string): boolean {
    return this.#cuts.has(pairOf(a, b));
  }

  // One to many

  follow(process: SimulatedProcess, options: FollowOptions, connected: (at: string) => void): void {
    for (const endpoint of options.endpoints) {
      this.#followers.push({ process, endpoint, options });
      this.time.after(RECONNECT_MS, () => process.perform(() => connected(endpoint)));
    }
  }

  publish(from: SimulatedProcess, endpoint: string, frame: Uint8Array): void {
    this.#followers = this.#followers.filter(({ process }) => process.isAlive);
    const { drop, duplicate, late, corrupt } = this.weather;
    const fare = { drop, duplicate, late, latestMs: LATEST_MS, corrupt };
    for (const { process, endpoint: followed, options } of this.#followers) {
      if (followed !== endpoint || !startsWith(frame, options.topic)) continue;
      this.#send(from, process, endpoint, fare, frame, (copy) => {
        const given = this.tamper(process, copy);
        this.delivering(process, given);
        options.packet(given);
      });
    }
  }

  // Requests and answers

  serve(process: SimulatedProcess, endpoint: string, received: Served): void {
    this.#servers.set(endpoint, { process, received });
  }

  /** A way to an endpoint and back. */
  ask(process: SimulatedProcess, endpoint: string, answered: Answered) {
    this.#peers += 1;
    const peer = `${process.name}#${this.#peers}`;
    this.#askers.set(peer, { process, answered });
    return (message: Uint8Array): boolean => {
      const server = this.#servers.get(endpoint);
      if (server?.process.isAlive !== true || this.isCut(process.name, server.process.name)) {
        return false;
      }
      this.#send(process, server.process, endpoint, this.#repairFare, message, (copy) =>
        server.received(peer, copy),
      );
      return true;
    };
  }

  answer(from: SimulatedProcess, peer: string, message: Uint8Array): boolean {
    const asker = this.#askers.get(peer);
    if (asker?.process.isAlive !== true) return false;
    this.#send(from, asker.process, peer, this.#repairFare, message, asker.answered);
    return true;
  }

  get #repairFare(): Fare {
    const { repairDrop: drop, repairLate: late, repairCorrupt: corrupt } = this.weather;
    return { drop, duplicate: 0, late, latestMs: LATEST_REPAIR_MS, corrupt };
  }

  #send(
    from: SimulatedProcess,
    to: SimulatedProcess,
    name: string,
    fare: Fare,
    frame: Uint8Array,
    deliver: (copy: Uint8Array) => void,
  ): void {
    const line = this.#line(`${from.name}>${to.name} ${name}`);
    const { random } = line;
    if (random.chance(fare.drop) || this.isCut(from.name, to.name)) return;
    const copies = random.chance(fare.duplicate) ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      const copy = frame.slice();
      if (random.chance(fare.corrupt)) flipBit(copy, random);
      let dueMs = Math.max(line.lastMs, this.time.nowMs + 0.2 + random.float());
      if (random.chance(fare.late)) dueMs += random.below(fare.latestMs);
      else line.lastMs = dueMs;
      this.time.after(dueMs - this.time.nowMs, () => {
        if (!this.isCut(from.name, to.name)) to.perform(() => deliver(copy), true);
      });
    }
  }

  #line(name: string): Line {
    const known = this.#lines.get(name);
    if (known !== undefined) return known;
    const line = { random: Seeded.of(this.#seed, name), lastMs: 0 };
    this.#lines.set(name, line);
    return line;
  }
}

function pairOf(a: string, b: string): string {
  return a < b ? `${a}|${b}` : `${b}|${a}`;
}

function startsWith(frame: Uint8Array, topic: Uint8Array): boolean {
  return topic.every((byte, i) => frame[i] === byte);
}

function flipBit(bytes: Uint8Array, random: Seeded): void {
  const at = random.below(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
}
