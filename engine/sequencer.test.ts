/** When the engine sequences commands of its own: before whatever comes at or past a due time. */

import { describe, expect, it } from 'vitest';
import { type InstrumentId, type Nanos, Side, setNanos, TradingStatus } from '../feed/index.ts';
import { crc32 } from '../feed/process/index.ts';
import { Engine } from './engine.ts';
import { type Command, CommandType, Reason, type SetRules, TimeInForce } from './protocol/index.ts';
import type { CommandLog, SequencedCommand } from './sequencer.ts';
import { ReportRows } from './testing/engine-fixture.ts';
import { limit, listing, market } from './testing/orders.ts';

const { Bid, Ask } = Side;
const ONE = 1 as InstrumentId;
const START_MS = 1_700_000_000_000;

/** Keeps commands until a commit, which may fail. */
class KeptLog implements CommandLog {
  readonly isFull = false;
  /** Types of what was written, by commit. */
  readonly commits: number[][] = [];
  isBroken = false;
  #kept: Parameters<SequencedCommand>[] = [];

  append(...command: Parameters<SequencedCommand>): boolean {
    this.#kept.push(command);
    return true;
  }

  commit(apply: SequencedCommand, refuse: SequencedCommand): void {
    const kept = this.#kept;
    this.#kept = [];
    if (kept.length === 0) return;
    if (!this.isBroken) this.commits.push(kept.map(([, , , , , { type }]) => type));
    for (const command of kept) (this.isBroken ? refuse : apply)(...command);
  }
}

function journaled(): {
  engine: Engine;
  log: KeptLog;
  reports: ReportRows;
  alarms: number[];
  at: (ms: number, command: Command) => void;
} {
  const log = new KeptLog();
  const reports = new ReportRows();
  const alarms: number[] = [];
  let nowMs = START_MS;
  const engine = new Engine({
    epoch: { seconds: 1, random: 1 },
    wallClock: (out: Nanos) => setNanos(out, BigInt(nowMs) * 1_000_000n),
    crc32,
    sink: () => {},
    reports,
    log,
    alarm: { set: (dueMs) => alarms.push(dueMs - START_MS) },
  });
  engine.sequencer.submit(1, 0, listing('ONE'));
  engine.flush();
  log.commits.length = 0;
  const at = (ms: number, command: Command): void => {
    nowMs = START_MS + ms;
    engine.sequencer.submit(1, 0, command);
  };
  return { engine, log, reports, alarms, at };
}

function expiring(id: number, ms: number): Command {
  const expiresAtMs = START_MS + ms;
  return { ...limit(ONE, id, Bid, 90, 5), timeInForce: TimeInForce.Gtd, expiresAtMs };
}

const { NewOrder, AdvanceTime, SetStatus, Cancel } = CommandType;

describe('a sequencer with a journal', () => {
  it('keeps a whole turn for one commit while nothing can become due', () => {
    const { engine, log, at } = journaled();
    at(0, expiring(1, 100));
    at(50, market(ONE, 2, Ask, 1));
    at(99, { type: Cancel, instrument: ONE, clientOrderId: 9 });
    engine.flush();
    expect(log.commits).toEqual([[NewOrder, NewOrder, Cancel]]);
  });

  it('puts what is due between two commands of a turn, also when the first of them made it due', () => {
    const { engine, log, reports, at } = journaled();
    at(0, expiring(1, 10));
    at(10, market(ONE, 2, Ask, 1));
    engine.flush();
    expect(log.commits).toEqual([[NewOrder], [AdvanceTime], [NewOrder]]);
    const ends = reports.rows.filter(([, name]) => name === 'cancelled').map((row) => row.at(-1));
    expect(ends).toEqual([Reason.Expired, Reason.NoLiquidity]);
  });

  it('looks again after a command whose consequences are due at once', () => {
    const { engine, log, at } = journaled();
    for (const status of [TradingStatus.Closed, TradingStatus.Continuous]) {
      at(0, { type: SetStatus, instrument: ONE, status });
    }
    at(0, limit(ONE, 1, Bid, 90, 5));
    engine.flush();
    expect(log.commits).toEqual([[SetStatus], [SetStatus], [NewOrder]]);
  });

  it('looks again when a pause that a command of the turn began may be over', () => {
    const { engine, log, at } = journaled();
    const rules: SetRules = {
      type: CommandType.SetRules,
      instrument: ONE,
      lowestPrice: 0,
      highestPrice: 1_000,
      collarTicks: 0,
      pauseTicks: 5,
      pauseMs: 20,
      referencePrice: 100,
    };
    at(0, rules);
    engine.flush();
    log.commits.length = 0;
    at(0, limit(ONE, 1, Ask, 110, 5));
    at(1, limit(ONE, 2, Bid, 110, 5));
    at(21, limit(ONE, 3, Bid, 90, 5));
    engine.flush();
    expect(engine.market.instruments[0]?.status).toBe(TradingStatus.Continuous);
    expect(log.commits).toContainEqual([AdvanceTime]);
    expect(log.commits.at(-1)).toEqual([NewOrder]);
  });

  it('goes on refusing, and does not spin, while what is due cannot be written', () => {
    const { engine, log, reports, at } = journaled();
    at(0, expiring(1, 10));
    engine.flush();
    log.isBroken = true;
    at(20, limit(ONE, 2, Bid, 90, 5));
    engine.flush();
    const refused = reports.rows.filter(([, name]) => name === 'rejected');
    expect(refused.map((row) => row.at(-1))).toContain(Reason.JournalUnavailable);
    expect(engine.market.openOrders).toBe(1);
    log.isBroken = false;
    at(30, limit(ONE, 3, Bid, 90, 5));
    engine.flush();
    expect(log.commits.slice(-2)).toEqual([[AdvanceTime], [NewOrder]]);
    expect(engine.market.openOrders).toBe(1);
  });

  it('sets the alarm after each turn to what is due next, once', () => {
    const { engine, alarms, at } = journaled();
    at(0, expiring(1, 100));
    engine.flush();
    engine.flush();
    at(1, expiring(2, 50));
    at(1, expiring(3, 80));
    engine.flush();
    at(60, { type: Cancel, instrument: ONE, clientOrderId: 3 });
    engine.flush();
    expect(alarms).toEqual([100, 50, 100]);
    at(100, { type: Cancel, instrument: ONE, clientOrderId: 3 });
    engine.advance();
    expect(alarms.at(-1)).toBe(Number.POSITIVE_INFINITY);
    expect(engine.market.openOrders).toBe(0);
  });
});
