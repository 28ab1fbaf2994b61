/** The channel "history": a book of the past for each who asks, out of the archive of a relay. */

import { type Crc32, NO_EPOCH } from '../../feed/index.ts';
import {
  badOption,
  type Channel,
  integerOption,
  type ReadTime,
  type Refusal,
  type ServedClass,
  unknownSymbol,
  type Wish,
} from '../channels/channel.ts';
import { type ClassKey, type ClassTime, phasesOf } from '../conflation/conflation-class.ts';
import type { Scheduler } from '../conflation/scheduler.ts';
import type { Market } from '../market.ts';
import {
  DEFAULT_DEPTH,
  DEFAULT_GROUPING,
  DEFAULT_INTERVAL_MS,
  DEPTH_LADDER,
  type Encoding,
  GROUPING_LADDER,
  HISTORY_INTERVAL_LADDER,
  HISTORY_SPEED_LADDER,
  MAX_HISTORIES,
  MAX_HISTORIES_PER_CONNECTION,
  MAX_HISTORY_DEPTH,
  MAX_HISTORY_STEPS,
  serve,
} from '../protocol/index.ts';
import { count, type Tally } from '../tally.ts';
import { HistoryClass } from './history-class.ts';
import { HistoryDesk } from './history-desk.ts';
import { HistorySession } from './history-session.ts';
import { type HistorySource, NEWEST, type Place } from './history-source.ts';

/** Where past books come from, and what their packets are checked with. */
export interface HistoryPorts {
  readonly source: HistorySource;
  readonly crc32: Crc32;
}

interface HistoryKey extends ClassKey {
  /** The connection. */
  readonly slot: number;
  readonly place: Place;
  /** Tenths. */
  readonly speed: number;
}

interface Open {
  readonly slot: number;
  readonly beatPhase: number;
  interval: number;
}

type Options = Readonly<Record<string, unknown>>;

export interface HistoryChannelOptions {
  readonly market: Market;
  readonly readTime: ReadTime;
  readonly scheduler: () => Scheduler;
  readonly tally: Tally;
  /** Left out where there is no relay to ask. */
  readonly past: HistoryPorts | undefined;
}

export class HistoryChannel implements Channel {
  readonly #market: Market;
  readonly #readTime: ReadTime;
  readonly #scheduler: () => Scheduler;
  readonly #tally: Tally;
  readonly #ports: HistoryPorts | undefined;
  readonly #desk: HistoryDesk;
  readonly #open = new Map<HistorySession, Open>();
  /** No two of them are the same to anybody: each has a number of its own. */
  #opened = 0;

  constructor({ market, readTime, scheduler, tally, past }: HistoryChannelOptions) {
    this.#market = market;
    this.#readTime = readTime;
    this.#scheduler = scheduler;
    this.#tally = tally;
    this.#ports = past;
    this.#desk = new HistoryDesk(() => readTime().nowMs);
  }

  keyOf({ symbol, options, slot, codec }: Wish): HistoryKey | Refusal {
    if (this.#ports === undefined) {
      return { error: 'UNKNOWN_CHANNEL', detail: 'This gateway has no relay to ask.' };
    }
    if (this.#market.find(symbol) === undefined) return unknownSymbol(symbol);
    const view = viewOf(options, {
      depth: DEFAULT_DEPTH,
      grouping: DEFAULT_GROUPING,
      interval: DEFAULT_INTERVAL_MS,
    });
    if ('error' in view) return view;
    const place = placeOf(options, NEWEST);
    if ('error' in place) return place;
    const speed = integerOption(options, 'speed', 0, 0);
    if (speed === undefined) return badOption('speed', 0);
    const full = this.#refusalOf(slot);
    if (full !== undefined) return full;
    this.#opened += 1;
    const rest = { channel: 'history', symbol, phase: this.#opened, codec: codec.name };
    return { ...rest, ...view, slot, place, speed: servedSpeed(speed) };
  }

  open(id: number, key: ClassKey, encoding: Encoding): ServedClass {
    const { slot, place, speed, ...shown } = key as HistoryKey;
    const instrument = this.#market.find(key.symbol);
    const ports = this.#ports;
    if (instrument === undefined || ports === undefined) {
      throw new Error(`open: no history of ${key.symbol}`);
    }
    const { tickSize, lotSize, epoch, anchor } = instrument;
    const definition = {
      ...{ instrument: instrument.instrument, tickSize, lotSize },
      ...{ epochSeconds: epoch.seconds, epochRandom: epoch.random },
    };
    const session = new HistorySession({
      logic: new HistoryClass(id, shown, definition, anchor, encoding),
      desk: this.#desk,
      readTime: this.#readTime,
      answered: (result) => count(this.#tally.pastByResult, result),
      ...ports,
    });
    const beatPhase = slot % phasesOf(key.interval);
    this.#open.set(session, { slot, beatPhase, interval: key.interval });
    this.#scheduler().use(key.interval, beatPhase);
    if (speed > 0) session.play(0, speed, 0);
    session.seek(0, place);
    return session;
  }

  close(served: ServedClass): void {
    const session = served as HistorySession;
    const open = this.#open.get(session);
    if (open === undefined) return;
    this.#open.delete(session);
    this.#scheduler().release(open.interval, open.beatPhase);
    session.close();
  }

  /** In place: it stays where and what it was, shown in another way. */
  modify(served: ServedClass, options: Options): ClassKey | Refusal {
    const session = served as HistorySession;
    const { key } = session.logic;
    const view = viewOf(options, key);
    if ('error' in view) return view;
    const open = this.#open.get(session);
    if (open !== undefined && open.interval !== view.interval) {
      const { beatPhase } = open;
      this.#scheduler().use(view.interval, beatPhase);
      this.#scheduler().release(open.interval, beatPhase);
      open.interval = view.interval;
    }
    session.logic.modify({ ...key, ...view });
    return session.logic.key;
  }

  seek(served: ServedClass, id: number, options: Options): Refusal | undefined {
    const place = placeOf(options, undefined);
    if ('error' in place) return place;
    (served as HistorySession).seek(id, place);
    return undefined;
  }

  play(served: ServedClass, id: number, speed: number, steps: number): Refusal | undefined {
    if (steps > MAX_HISTORY_STEPS || (speed > 0 && steps > 0)) {
      const detail = `At most ${MAX_HISTORY_STEPS} steps, and none while it plays.`;
      return { error: 'BAD_REQUEST', detail };
    }
    (served as HistorySession).play(id, servedSpeed(speed), steps);
    return undefined;
  }

  refresh(): void {}

  beat(interval: number, phase: number, time: ClassTime): void {
    for (const [session, open] of this.#open) {
      if (open.interval === interval && open.beatPhase === phase) session.beat(time);
    }
    this.#desk.turn();
  }

  tick(): void {
    for (const session of this.#open.keys()) session.tick();
  }

  #refusalOf(slot: number): Refusal | undefined {
    if (this.#open.size >= MAX_HISTORIES) {
      return { error: 'HISTORY_BUSY', detail: `This gateway shows ${MAX_HISTORIES} at once.` };
    }
    let own = 0;
    for (const open of this.#open.values()) own += open.slot === slot ? 1 : 0;
    if (own < MAX_HISTORIES_PER_CONNECTION) return undefined;
    const detail = `A connection has at most ${MAX_HISTORIES_PER_CONNECTION} books of the past.`;
    return { error: 'LIMIT_REACHED', detail };
  }
}

type View = Pick<ClassKey, 'depth' | 'grouping' | 'interval'>;

function viewOf(options: Options, otherwise: View): View | Refusal {
  const depth = integerOption(options, 'depth', 1, otherwise.depth);
  if (depth === undefined) return badOption('depth', 1);
  const grouping = integerOption(options, 'grouping', 1, otherwise.grouping);
  if (grouping === undefined) return badOption('grouping', 1);
  const interval = integerOption(options, 'interval', 0, otherwise.interval);
  if (interval === undefined) return badOption('interval', 0);
  return {
    depth: Math.min(MAX_HISTORY_DEPTH, serve(DEPTH_LADDER, depth)),
    grouping: serve(GROUPING_LADDER, grouping),
    interval: serve(HISTORY_INTERVAL_LADDER, interval),
  };
}

function placeOf(options: Options, otherwise: Place | undefined): Place | Refusal {
  const { timeUs, position, epochSeconds, epochRandom } = options;
  const epoch =
    epochSeconds === undefined ? NO_EPOCH : { seconds: epochSeconds, random: epochRandom };
  const { seconds, random } = epoch;
  if (isCount(timeUs, 0) && position === undefined) return { timeUs };
  if (isCount(position, 1) && timeUs === undefined && isWord(seconds) && isWord(random)) {
    return { position, epoch: { seconds, random } };
  }
  if (otherwise !== undefined && timeUs === undefined && position === undefined) return otherwise;
  const detail =
    'A place is "timeUs", or "position" from 1 on, with "epochSeconds" and "epochRandom".';
  return { error: 'BAD_REQUEST', detail };
}

function isCount(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

/** What the stream has 32 bits for. */
function isWord(value: unknown): value is number {
  return isCount(value, 0) && (value as number) < 2 ** 32;
}

function servedSpeed(speed: number): number {
  return speed === 0 ? 0 : serve(HISTORY_SPEED_LADDER, speed);
}
