/** What is measured, one function a question; each starts its own clients and ends them. */

import type { ManagedProcess } from '../../clients/cli/index.ts';
import type { BooksState, LoadPlan, PeerPlan, ServerKind } from './messages.ts';
import {
  BenchFailed,
  LoadProcess,
  type Measured,
  PeerProcess,
  type Server,
  sleep,
} from './processes.ts';
import type { RecordedBook } from './recorded-diffs.ts';
import { DEPTH, INTERVAL_MS, PHASES, type Settings } from './settings.ts';

/** Readers are frozen for this long before their neighbours are measured: they are held by then. */
const FROZEN_FOR_MS = 4000;
const STEP_MS = 50;
/** Of clients that come back: in seconds every level of a shallow book is another one. */
const BOOK_DEPTH = 100;
/** A gateway that serves thousands meanwhile takes some hundred new ones a second. */
const CONNECT_PATIENCE_MS = 90_000;
const RESTART_PATIENCE_MS = 120_000;

export const SERVER_KINDS: readonly ServerKind[] = [
  'gateway',
  'tcp',
  'ws',
  'socket.io',
  'socket.io-msgpack',
];

export interface Scene {
  /** Where the gateway's WebSocket is. */
  readonly url: string;
  readonly gateway: Server;
  /** What the gateway follows, and peers do, too. */
  readonly follows: Pick<PeerPlan, 'feed' | 'repair'>;
  readonly symbols: readonly string[];
  readonly settings: Settings;
  /** Says what is being done. */
  readonly say: (what: string) => void;
}

/** The gateway and everybody else with the same number of clients, in turn. */
export async function fanOut(
  scene: Scene,
  recorded: readonly RecordedBook[],
  connections: number,
  books: number,
): Promise<Map<ServerKind, Measured[]>> {
  const { rounds } = scene.settings;
  const results = new Map<ServerKind, Measured[]>(SERVER_KINDS.map((kind) => [kind, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const kind of SERVER_KINDS) {
      scene.say(`${kind}, ${connections} clients of ${books} (round ${round} of ${rounds})`);
      const load = { kind, connections, books };
      const measured =
        kind === 'gateway'
          ? await measureGateway(scene, load)
          : await measurePeer(scene, { ...load, kind }, recorded);
      results.get(kind)?.push(measured);
    }
  }
  return results;
}

type Load = Pick<LoadPlan, 'connections'> & Partial<LoadPlan>;

function planOf({ symbols }: Scene, server: Server, load: Load): LoadPlan {
  const { host, port } = server;
  const rest = { kind: 'gateway', books: 1, depth: DEPTH, interval: INTERVAL_MS } as const;
  return { ...rest, host, port, symbols, ...load };
}

export async function measureGateway(scene: Scene, load: Load): Promise<Measured> {
  return measureServer(scene, scene.gateway, load);
}

async function measureServer(scene: Scene, server: Server, load: Load): Promise<Measured> {
  const process = new LoadProcess(planOf(scene, server, load));
  try {
    await process.connected(CONNECT_PATIENCE_MS);
    return await process.measure(server, scene.settings.measureMs);
  } finally {
    await process.end();
  }
}

async function measurePeer(
  scene: Scene,
  load: Load & { readonly kind: Exclude<ServerKind, 'gateway'> },
  recorded: readonly RecordedBook[],
): Promise<Measured> {
  const peer = new PeerProcess({
    ...scene.follows,
    kind: load.kind,
    interval: INTERVAL_MS,
    phases: PHASES,
    books: load.books ?? 1,
    diffs: recorded.map(({ diffs }) => diffs),
  });
  try {
    await peer.listening();
    return await measureServer(scene, peer, load);
  } finally {
    peer.end();
  }
}

export interface CurvePoint extends Measured {
  /** Frames that were delivered, of those due: near 1 while the machine keeps up. */
  readonly delivered: number;
}

/** The same subscription, by more and more clients, until they are too many for this machine. */
export async function growth(scene: Scene): Promise<CurvePoint[]> {
  const points: CurvePoint[] = [];
  for (const connections of scene.settings.curve) {
    scene.say(`${connections} clients of the gateway`);
    const measured = await measureGateway(scene, { connections }).catch((error: unknown) => {
      if (error instanceof BenchFailed && points.length > 0) return undefined;
      throw error;
    });
    if (measured === undefined) break;
    const due = (connections * measured.seconds * 1000) / INTERVAL_MS;
    points.push({ ...measured, delivered: measured.frames / due });
  }
  return points;
}

export interface FrozenResult {
  readonly alone: Measured;
  readonly beside: Measured;
  readonly healthyP99Ratio: number;
  readonly kibPerFrozenReader: number;
}

/** Readers who keep up, without and with as many who do not read at all. */
export async function frozenReaders(scene: Scene): Promise<FrozenResult> {
  const { frozen: connections, measureMs } = scene.settings;
  scene.say(`${connections} healthy readers, and ${connections} frozen ones`);
  const healthy = new LoadProcess(planOf(scene, scene.gateway, { connections }));
  const frozen = new LoadProcess(planOf(scene, scene.gateway, { connections }));
  try {
    await Promise.all([healthy.connected(), frozen.connected()]);
    // Both read: the same number of connections as later.
    const alone = await healthy.measure(scene.gateway, measureMs);
    frozen.freeze();
    await sleep(FROZEN_FOR_MS);
    const beside = await healthy.measure(scene.gateway, measureMs);
    return {
      alone,
      beside,
      healthyP99Ratio: beside.ageMsP99 / alone.ageMsP99,
      kibPerFrozenReader: ((beside.rssMb - alone.rssMb) * 1024) / connections,
    };
  } finally {
    await Promise.all([healthy.end(), frozen.end()]);
  }
}

export interface RestartResult {
  /** From the kill until every client holds the gateway's book, by its view hash. */
  readonly seconds: number;
  readonly withoutSnapshot: number;
  readonly mismatches: number;
  readonly longestDarkSeconds: number;
  readonly clients: number;
}

/** kill -9, and the same again at the same place. */
export async function killAndRestart(
  scene: Scene,
  gateway: ManagedProcess,
): Promise<RestartResult> {
  const { restart: clients } = scene.settings;
  scene.say(`${clients} clients with books`);
  const plan = planOf(scene, scene.gateway, {
    connections: clients,
    depth: BOOK_DEPTH,
    interval: 250,
    holdsBooks: true,
  });
  const load = new LoadProcess(plan);
  try {
    await untilProved(load, clients);
    const { seconds, states } = await killOnce(scene, gateway, load, clients);
    const snapshots = states.reduce((sum, state) => sum + state.snapshots, 0);
    return {
      seconds,
      withoutSnapshot: 1 - snapshots / clients,
      mismatches: states.reduce((sum, state) => sum + state.mismatches, 0),
      longestDarkSeconds: Math.max(...states.map(({ darkMsMost }) => darkMsMost)) / 1000,
      clients,
    };
  } finally {
    await load.end();
  }
}

export interface RollingResult {
  readonly clients: number;
  readonly seconds: number;
  /** The longest that any client was without a connection that serves its book. */
  readonly longestDarkSeconds: number;
  readonly openedPer100MsMost: number;
  readonly withoutSnapshot: number;
}

/** Two gateways on one port, restarted one after the other while the clients stay. */
export async function rollingRestart(
  scene: Scene,
  workers: () => readonly number[],
): Promise<RollingResult> {
  const { restart: clients } = scene.settings;
  scene.say(`${clients} clients of two gateways`);
  const plan = planOf(scene, scene.gateway, {
    connections: clients,
    depth: BOOK_DEPTH,
    interval: 250,
    holdsBooks: true,
  });
  const load = new LoadProcess(plan);
  try {
    await untilProved(load, clients);
    const beganAt = performance.now();
    const states: BooksState[] = [];
    for (const pid of workers()) {
      scene.say('one of the gateways is restarted');
      process.kill(pid, 'SIGTERM');
      while (workers().includes(pid)) {
        states.push(await load.state());
        await sleep(STEP_MS);
      }
    }
    states.push(...(await untilProved(load, clients)));
    const opened = states.reduce((sum, state) => sum + state.opened, 0);
    const snapshots = states.reduce((sum, state) => sum + state.snapshots, 0);
    return {
      clients,
      seconds: (performance.now() - beganAt) / 1000,
      longestDarkSeconds: Math.max(...states.map(({ darkMsMost }) => darkMsMost)) / 1000,
      openedPer100MsMost: Math.max(...states.map(({ openedPer100MsMost }) => openedPer100MsMost)),
      withoutSnapshot: 1 - snapshots / Math.max(1, opened),
    };
  } finally {
    await load.end();
  }
}

async function killOnce(
  scene: Scene,
  gateway: ManagedProcess,
  load: LoadProcess,
  clients: number,
): Promise<{ readonly seconds: number; readonly states: readonly BooksState[] }> {
  scene.say('the gateway is killed');
  const killedAt = performance.now();
  await gateway.kill('SIGKILL');
  await gateway.restart();
  const states = await untilProved(load, clients);
  return { seconds: (performance.now() - killedAt) / 1000, states };
}

/** All that was counted on the way there. */
async function untilProved(load: LoadProcess, clients: number): Promise<BooksState[]> {
  const states: BooksState[] = [];
  const deadline = performance.now() + RESTART_PATIENCE_MS;
  for (;;) {
    const state = await load.state();
    states.push(state);
    if (state.proved === clients) return states;
    if (performance.now() > deadline) {
      throw new BenchFailed(`${state.proved} of ${clients} clients have a proved book`);
    }
    await sleep(STEP_MS);
  }
}
