/** What `touchline up` is told, and what each of its processes is told of it. */

import { existsSync } from 'node:fs';
import { UserError } from '../../../feed/process/index.ts';
import { aboveZero, wholeNumber } from '../arguments.ts';
import { type PortNeed, tcpPlace } from '../supervisor/ports.ts';
import { DEFAULT_PLACES, FREE_PLACES } from '../supervisor/topology.ts';

const HIGHEST_PORT = 65_535;
/** Of a run that says nothing of it; the oldest goes beyond this. */
const RUN_ARCHIVE_BYTES = 1024 * 1024 * 1024;

export interface UpOptions {
  readonly source: string | false;
  readonly speed?: string;
  readonly rate?: string;
  readonly market?: string;
  readonly orderbook?: string;
  readonly onError?: string;
  readonly journal?: string;
  /** Left out: one of the run's own; false: none. */
  readonly archive?: string | false;
  readonly host: string;
  readonly port: number;
  readonly ports: number | 'auto';
  readonly page: boolean;
  readonly outliveParent?: boolean;
}

type Places = Readonly<Record<'publish' | 'entry' | 'spine' | 'relay' | 'instruments', string>>;

/** Free ports, or `--ports` and the four after it, in the order of the defaults. */
export function placesOf({ ports }: UpOptions): Places {
  if (ports === 'auto') return FREE_PLACES.at;
  const base = tcpPlace(DEFAULT_PLACES.at.publish).port;
  const moved = (endpoint: string): string => {
    const { host, port: usual } = tcpPlace(endpoint);
    return `tcp://${host}:${usual - base + ports}`;
  };
  const { publish, entry, spine, relay, instruments } = DEFAULT_PLACES.at;
  return {
    publish: moved(publish),
    entry: moved(entry),
    spine: moved(spine),
    relay: moved(relay),
    instruments: moved(instruments),
  };
}

export function portNeeds(places: Places, options: UpOptions): readonly PortNeed[] {
  const remedy = 'End that one, or choose other ports: --ports 9100, or --ports auto.';
  return [
    { what: "the engine's records", ...tcpPlace(places.publish), remedy },
    { what: "the engine's order entry", ...tcpPlace(places.entry), remedy },
    { what: "the engine's spine", ...tcpPlace(places.spine), remedy },
    { what: 'the relay', ...tcpPlace(places.relay), remedy },
    { what: "the relay's streams of instruments", ...tcpPlace(places.instruments), remedy },
    {
      what: 'the dashboard',
      host: options.host,
      port: options.port,
      remedy: 'End that one, or choose another port: --port 8080, or --port 0 for a free one.',
    },
  ];
}

/** A recording brings its own instruments: those of the demo would stand beside them, dead. */
export function marketArguments({ market, source }: UpOptions): string[] {
  if (market !== undefined) return ['--market', market];
  return source === false || isSimulation(source) ? [] : ['--no-market'];
}

export function journalArguments({ journal }: UpOptions): string[] {
  return journal === undefined ? [] : ['--journal', journal];
}

/** `runArchive` makes one that goes with the run: the page can look back, and no disk fills. */
export function archiveArguments({ archive }: UpOptions, runArchive: () => string): string[] {
  if (archive === false) return [];
  if (archive !== undefined) return ['--archive', archive];
  return ['--archive', runArchive(), '--archive-bytes', String(RUN_ARCHIVE_BYTES)];
}

export function isSimulation(source: string | false): boolean {
  return source !== false && /^sim(:|$)/.test(source);
}

export function sourceOptions(options: UpOptions): string[] {
  const { speed, rate, market, orderbook, onError } = options;
  const pairs = { speed, rate, market, orderbook, 'on-error': onError };
  return Object.entries(pairs).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
}

/** What a source would say of its files when everything else has been started for it. */
export function checkFiles({ source, orderbook }: UpOptions): void {
  const [, recording] = source === false ? [] : (/^[a-z]+:(.+)$/.exec(source) ?? []);
  const files = [isSimulation(source) ? undefined : recording, orderbook];
  for (const path of files) {
    if (path === undefined || existsSync(path)) continue;
    throw new UserError('FILE_NOT_FOUND', `There is no file ${path}. Check the path.`);
  }
}

export function speed(text: string): string {
  return text === 'max' ? text : aboveZero(text);
}

export const port = wholeNumber(0, HIGHEST_PORT);

export function firstPort(text: string): number | 'auto' {
  if (text === 'auto') return 'auto';
  // Four more follow.
  return wholeNumber(1, HIGHEST_PORT - 4)(text);
}
