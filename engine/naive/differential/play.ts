/** Plays commands on the fast and the naive market, side by side, and tells where they first differ. */

import { nanos, setNanos } from '../../../feed/index.ts';
import type { Market } from '../../market.ts';
import { nanosToMillis } from '../../market-time.ts';
import { type Command, CommandType, ENGINE_OWNER } from '../../protocol/index.ts';
import type { NaiveMarket } from '../naive-market.ts';
import type { NaiveLimits, ToldRow } from '../naive-world.ts';
import { findCrossed, LotLedger } from './lot-ledger.ts';
import { FastSide, type MarketSide, NaiveSide } from './market-side.ts';
import { RandomCommands, type TimedCommand } from './random-commands.ts';

const ADVANCE_TIME: Command = { type: CommandType.AdvanceTime };

export interface Difference {
  /** Of the command, from 0. */
  readonly step: number;
  readonly what: string;
  readonly naive: string;
  readonly fast: string;
}

/** A side that stands where the fast market does. */
export type FastLikeSide = MarketSide & { readonly market: Market };

export interface DuelOptions {
  /** Of the naive market; those of the fast one are its side's. */
  readonly limits?: Partial<NaiveLimits> | undefined;
  /** Anew for each duel. */
  readonly createFast?: (() => FastLikeSide) | undefined;
}

/** Both markets, which have been given the same commands. */
export class Duel {
  readonly #naive: NaiveSide;
  readonly #fast: FastLikeSide;
  readonly #ledger = new LotLedger();
  readonly #time = nanos();
  #step = -1;

  constructor({ limits, createFast }: DuelOptions = {}) {
    this.#naive = new NaiveSide(limits);
    this.#fast = createFast?.() ?? new FastSide();
  }

  get naive(): NaiveMarket {
    return this.#naive.market;
  }

  /** As the sequencer does: what is due by the time of the command comes before it. */
  play({ timeNs, owner, command }: TimedCommand): Difference | undefined {
    this.#step += 1;
    setNanos(this.#time, timeNs);
    const nowMs = Number(timeNs / 1_000_000n);
    while (this.#naive.nextDueMs <= nowMs) {
      const difference = this.#apply(ENGINE_OWNER, ADVANCE_TIME);
      if (difference !== undefined) return difference;
    }
    return this.#apply(owner, command);
  }

  #apply(owner: number, command: Command): Difference | undefined {
    const naive = this.#naive.apply(owner, command, this.#time);
    try {
      const { nextDueMs, market } = this.#fast;
      const nowMs = nanosToMillis(this.#time.high, this.#time.low);
      const toldMs = market.isTimeless(command) ? nextDueMs : market.soonestDueMs(command, nowMs);
      const soonestMs = Math.min(nextDueMs, toldMs);
      const fast = this.#fast.apply(owner, command, this.#time);
      return (
        this.#compare('refusal', [[naive.reason]], [[fast.reason]]) ??
        this.#compare('report', naive.reports, fast.reports) ??
        this.#compare('stream call', naive.stream, fast.stream) ??
        this.#compare('state', this.#naive.state(), this.#fast.state()) ??
        this.#compare('open order', this.#naive.openOrders(owner), this.#fast.openOrders(owner)) ??
        this.#checkFast(command, fast.reports, soonestMs)
      );
    } catch (error) {
      const thrown = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { step: this.#step, what: 'exception', naive: 'none', fast: thrown };
    }
  }

  #compare(
    what: string,
    naive: readonly ToldRow[],
    fast: readonly ToldRow[],
  ): Difference | undefined {
    const rows = Math.max(naive.length, fast.length);
    for (let at = 0; at < rows; at += 1) {
      if (isSameRow(naive[at], fast[at])) continue;
      const where = `${what} ${at + 1}`;
      return { step: this.#step, what: where, naive: written(naive[at]), fast: written(fast[at]) };
    }
    return undefined;
  }

  /** What holds for every market, whatever the naive one says. */
  #checkFast(
    command: Command,
    reports: readonly ToldRow[],
    soonestMs: number,
  ): Difference | undefined {
    const { market } = this.#fast;
    const { nextDueMs } = market;
    const fault =
      this.#ledger.check(command, reports, market.openOrders) ??
      findCrossed(market.instruments) ??
      (nextDueMs < soonestMs ? `due at ${nextDueMs}, but not before ${soonestMs}` : undefined);
    if (fault === undefined) return undefined;
    return { step: this.#step, what: 'what always holds', naive: 'it does', fast: fault };
  }
}

function isSameRow(a: ToldRow | undefined, b: ToldRow | undefined): boolean {
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  return a.every((value, at) => Object.is(value, b[at]));
}

function written(row: ToldRow | undefined): string {
  return row === undefined ? 'nothing' : row.map((value) => String(value)).join(' ');
}

/** A given list of commands; undefined: no difference. */
export function playAll(
  commands: readonly TimedCommand[],
  options?: DuelOptions,
): Difference | undefined {
  const duel = new Duel(options);
  for (const command of commands) {
    const difference = duel.play(command);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

export interface RandomRun {
  readonly commands: readonly TimedCommand[];
  readonly difference: Difference | undefined;
  readonly tasteName: string;
  readonly seen: ReadonlyMap<string, number>;
}

export interface RandomRunOptions extends DuelOptions {
  /** Chosen by the seed when undefined. */
  readonly tasteName?: string | undefined;
}

/** A stream of random commands, to its end or to the first difference. */
export function playRandom(
  seed: number,
  length: number,
  options: RandomRunOptions = {},
): RandomRun {
  const duel = new Duel(options);
  const source = new RandomCommands(seed, duel.naive, options.tasteName);
  const commands: TimedCommand[] = [];
  let difference: Difference | undefined;
  while (commands.length < length && difference === undefined) {
    const command = source.next();
    commands.push(command);
    difference = duel.play(command);
  }
  const { seen } = duel.naive.world;
  return { commands, difference, tasteName: source.taste.name, seen };
}
