/** The one small interface behind which every source of market activity stands. */

import type { Command, ListInstrument, Report } from '../protocol/index.ts';

/** A command for an instrument that the source knows by symbol; the player fills in the id. */
export type SourceCommand = BySymbol<Command> | ListInstrument;
type BySymbol<C> = C extends { instrument: unknown }
  ? Omit<C, 'instrument'> & { readonly symbol: string }
  : never;

/** What a source wants done at one moment. */
export interface SourceStep {
  /** Nanoseconds since 1970 as recorded; differences between steps are what `--speed` scales. */
  readonly timeNs: bigint;
  /** Line or message number in the file, from 1; 0 where there is no file. */
  readonly line: number;
  readonly commands: readonly SourceCommand[];
}

/** Something wrong with the input that the source could name and skip. */
export interface SourceProblem {
  readonly line: number;
  /** Stable, UPPER_SNAKE. */
  readonly code: string;
  readonly message: string;
}

export interface Source {
  readonly name: string;
  /** Listed before the first step; a step may list more with a `ListInstrument` command. */
  readonly instruments: readonly Omit<ListInstrument, 'type'>[];
  /** Bytes of input in all, for the progress display; 0 when endless or unknown. */
  readonly totalBytes: number;
  /** Bytes of input read so far. */
  readonly bytesRead: number;
  steps(): AsyncIterable<SourceStep> | Iterable<SourceStep>;
  /** Answers to the source's commands, for flows that react to their fills. */
  onReport?(report: Report): void;
  /** Counters to print at the end, by name. */
  summary(): Readonly<Record<string, number>>;
}
