/** What the runs of a measurement add up to: medians by engine and stream, and the worst of them. */

import {
  type EngineName,
  isPeer,
  OWN_ENGINES,
  type OwnEngine,
  type RunOutcome,
} from './one-run.ts';
import type { PeerName } from './peer-book.ts';
import type { CataloguedStream } from './stream-catalogue.ts';

export interface StreamResult {
  readonly stream: CataloguedStream;
  /** Medians over the processes. */
  readonly messagesPerSecond: number;
  readonly cold: number;
  readonly least: number;
  readonly most: number;
  readonly completed: number;
  readonly processes: number;
  /** Of all processes; several, joined, where they differ. */
  readonly sha256: string;
  /** True when that is the hash of a right engine. */
  readonly published: boolean;
}

/** The shape of the `--json` file. */
export interface ResultFile {
  readonly full?: OwnResults;
  readonly bare?: OwnResults;
  readonly peers: Partial<Record<PeerName, Record<string, PeerResult>>>;
}
interface Worst {
  readonly scenario: string;
  readonly messagesPerSecond: number;
}
type OwnResults = Record<string, OwnResult | Worst> & { readonly worst: Worst };
interface OwnResult {
  readonly messagesPerSecond: number;
  readonly sha256: string;
  readonly published: boolean;
}
interface PeerResult {
  readonly messagesPerSecond: number;
  readonly completed: number;
}

export class Results {
  readonly #outcomes = new Map<EngineName, Map<CataloguedStream, RunOutcome[]>>();

  add(engine: EngineName, stream: CataloguedStream, outcome: RunOutcome): void {
    const streams = this.#outcomes.get(engine) ?? new Map<CataloguedStream, RunOutcome[]>();
    this.#outcomes.set(engine, streams);
    streams.set(stream, [...(streams.get(stream) ?? []), outcome]);
  }

  /** In the order in which they were first added. */
  get engines(): EngineName[] {
    return [...this.#outcomes.keys()];
  }

  of(engine: EngineName): StreamResult[] {
    return [...(this.#outcomes.get(engine) ?? [])].map(([stream, outcomes]) => {
      const rates = outcomes.map(({ messagesPerSecond }) => messagesPerSecond);
      const sha256 = [...new Set(outcomes.map((outcome) => outcome.sha256 ?? ''))].join('+');
      return {
        stream,
        messagesPerSecond: median(rates),
        cold: median(outcomes.map(({ cold }) => cold)),
        least: Math.min(...rates),
        most: Math.max(...rates),
        completed: median(outcomes.map(({ completed }) => completed)),
        processes: outcomes.length,
        sha256,
        published: sha256 === stream.sha256,
      };
    });
  }

  /** The slowest stream: it is the score. */
  worst(engine: EngineName): StreamResult | undefined {
    return this.of(engine).sort((a, b) => a.messagesPerSecond - b.messagesPerSecond)[0];
  }

  /** True when every run of our own engines gave the reports of a right engine. */
  get isRight(): boolean {
    const own = OWN_ENGINES.flatMap((engine) => this.of(engine));
    return own.every(({ published }) => published);
  }

  toFile(): ResultFile {
    const own = this.engines.filter((engine): engine is OwnEngine => !isPeer(engine));
    const peers = this.engines.filter(isPeer);
    return {
      ...Object.fromEntries(own.map((engine) => [engine, this.#ownResults(engine)])),
      peers: Object.fromEntries(
        peers.map((peer) => [
          peer,
          Object.fromEntries(
            this.of(peer).map(({ stream, messagesPerSecond, completed }) => {
              return [stream.name, { messagesPerSecond, completed }];
            }),
          ),
        ]),
      ),
    };
  }

  #ownResults(engine: OwnEngine): OwnResults {
    const rows = this.of(engine).map(({ stream, messagesPerSecond, sha256, published }) => {
      return [stream.name, { messagesPerSecond, sha256, published }] as const;
    });
    const worst = this.worst(engine);
    return {
      ...Object.fromEntries(rows),
      worst: {
        scenario: worst?.stream.name ?? '',
        messagesPerSecond: worst?.messagesPerSecond ?? 0,
      },
    };
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
