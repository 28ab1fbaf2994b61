/** The one small interface behind which every source of market activity stands. */

import type { Command, ListInstrument, Report } from '../protocol/index.ts';

/** A command for an instrument that the source knows by symbol; the player fills in the id. */
export type SourceCommand = BySymbol<Command> | ListInstrument;
type BySymbol<C> = C extends { instrument: unknown }
  ? Omit<C, 'instrument'> & { readonly symbol: string }
  : never;

/** What a source wants done at one moment. */
export interface SourceStep {
  readonly type: 'step';
  /** Nanoseconds since 1970 as recorded; differences between steps are what `--speed` scales. */
  readonly timeNs: bigint;
  /** Line or message number in the file, from 1; 0 where there is no file. */
  readonly line: number;
  readonly commands: readonly SourceCommand[];
  /** The next item depends on the answers: it is asked for when every one has been given. */
  readonly awaitsAnswers?: boolean;
}

/** Something wrong with the input that the source could name and skip. */
export interface SourceProblem {
  readonly type: 'problem';
  readonly line: number;
  /** Stable, UPPER_SNAKE. */
  readonly code: string;
  readonly message: string;
  /** The line was used all the same: told, but never a reason to end. */
  readonly isWarning?: boolean;
}

export type SourceItem = SourceStep | SourceProblem;

/** An instrument that a source brings. */
export type SourceInstrument = Omit<ListInstrument, 'type'>;

export interface Source {
  readonly name: string;
  /** Listed before the first item; a step may list more with a `ListInstrument` command. */
  readonly instruments: readonly SourceInstrument[];
  /** Bytes of input in all, for the progress display; 0 when endless or unknown. */
  readonly totalBytes: number;
  /** Bytes of input read so far. */
  readonly bytesRead: number;
  /** May be called once. Leaving the iteration early releases what the source holds. */
  items(): AsyncIterable<SourceItem> | Iterable<SourceItem>;
  /** Answers to the source's commands, for flows that react to their fills. */
  onReport?(report: Report): void;
  /** Counters to print at the end, by name. */
  summary(): Readonly<Record<string, number>>;
}

/** Turns the lines of a recording into items. Pure: it reads no file and no clock. */
export interface LineParser {
  /** As `Source.instruments`. */
  readonly instruments: readonly SourceInstrument[];
  /** Never throws: what is wrong with a line is one of the items. */
  line(text: string, number: number): readonly SourceItem[];
  /** After the last line: what can be said only then. */
  end(): readonly SourceItem[];
  onReport?(report: Report): void;
  summary(): Readonly<Record<string, number>>;
}
