/** What every channel offers to sessions, and shares with the other channels. */

import type { Audience } from '../conflation/audience.ts';
import type { ClassKey, ClassTime, ConflationClass } from '../conflation/conflation-class.ts';
import type { Codec, Encoding, ErrorName } from '../protocol/index.ts';

/** A class with those who get it. */
export interface ServedClass {
  readonly logic: ConflationClass;
  readonly audience: Audience;
}

/** What a client asked for, as it came. */
export interface Wish {
  readonly symbol: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The slot of the connection, from which a channel makes a phase. */
  readonly slot: number;
  /** What the connection speaks. */
  readonly codec: Codec;
}

export interface Refusal {
  readonly error: ErrorName;
  readonly detail: string;
}

/** `undefined`: it is done. */
export type Outcome = Refusal | undefined;

/** One kind of thing that can be subscribed to. */
export interface Channel {
  /** What is served for a wish: the nearest on the ladders. */
  keyOf(wish: Wish): ClassKey | Refusal;
  /** Makes the class of a key that `keyOf` gave; nobody is in it yet. */
  open(id: number, key: ClassKey, encoding: Encoding): ServedClass;
  /** The last member has left. */
  close(served: ServedClass): void;
  /** Changes its options in place; left out where they make another class. */
  modify?(served: ServedClass, options: Readonly<Record<string, unknown>>): ClassKey | Refusal;
  /** Of a book of the past; `id` is the request's. */
  seek?(served: ServedClass, id: number, place: Readonly<Record<string, unknown>>): Outcome;
  play?(served: ServedClass, id: number, speed: number, steps: number): Outcome;
  /** A member doubts what it has: whatever may have changed unnoticed goes out first. */
  refresh(served: ServedClass): void;
  /** The time of an (interval, phase) has come. */
  beat(interval: number, phase: number, time: ClassTime): void;
  /** Every heartbeat interval. */
  tick(time: ClassTime): void;
}

/** Reads the clock for a frame. */
export type ReadTime = () => ClassTime;

export function isRefusal(answer: ClassKey | Refusal): answer is Refusal {
  return 'error' in answer;
}

/** An option that must be an integer from `least` on; `undefined` when it is not. */
export function integerOption(
  options: Readonly<Record<string, unknown>>,
  name: string,
  least: number,
  otherwise: number,
): number | undefined {
  const value = options[name] ?? otherwise;
  return Number.isSafeInteger(value) && (value as number) >= least ? (value as number) : undefined;
}

export function badOption(name: string, least: number): Refusal {
  return { error: 'BAD_REQUEST', detail: `Option "${name}" must be an integer from ${least} on.` };
}

export function unknownSymbol(symbol: string): Refusal {
  const shown = symbol.length > 32 ? `${symbol.slice(0, 32)}...` : symbol;
  return { error: 'UNKNOWN_SYMBOL', detail: `No instrument is called "${shown}".` };
}
