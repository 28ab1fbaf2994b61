/** The fast market alone, given timed commands as the sequencer gives them. */

import { nanos, setNanos } from '../../../feed/index.ts';
import { CommandType, ENGINE_OWNER, type Reason } from '../../protocol/index.ts';
import { NaiveMarket } from '../naive-market.ts';
import type { ToldRow } from '../naive-world.ts';
import { FastSide } from './market-side.ts';
import { RandomCommands, type TimedCommand } from './random-commands.ts';

/** All that a command told, what was due before it included. */
export interface ToldByFast {
  readonly reason: Reason;
  readonly stream: readonly ToldRow[];
  readonly reports: readonly ToldRow[];
}

export class FastPlayer {
  readonly side = new FastSide();
  readonly #time = nanos();

  play({ timeNs, owner, command }: TimedCommand): ToldByFast {
    setNanos(this.#time, timeNs);
    const nowMs = Number(timeNs / 1_000_000n);
    const stream: ToldRow[] = [];
    const reports: ToldRow[] = [];
    while (this.side.nextDueMs <= nowMs) {
      const due = this.side.apply(ENGINE_OWNER, { type: CommandType.AdvanceTime }, this.#time);
      stream.push(...due.stream);
      reports.push(...due.reports);
    }
    const told = this.side.apply(owner, command, this.#time);
    stream.push(...told.stream);
    reports.push(...told.reports);
    return { reason: told.reason, stream, reports };
  }
}

/** A stream that the naive market has been the guide of. */
export function randomStream(seed: number, length: number, tasteName?: string): TimedCommand[] {
  const guide = new NaiveMarket();
  const source = new RandomCommands(seed, guide, tasteName);
  const time = nanos();
  return Array.from({ length }, () => {
    const timed = source.next();
    setNanos(time, timed.timeNs);
    const nowMs = Number(timed.timeNs / 1_000_000n);
    while (guide.nextDueMs <= nowMs) {
      guide.apply(ENGINE_OWNER, { type: CommandType.AdvanceTime }, time);
    }
    guide.apply(timed.owner, timed.command, time);
    guide.take();
    return timed;
  });
}
