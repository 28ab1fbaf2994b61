/** The two markets that play every scenario: the whole engine with its stream, and the naive one. */

import { Engine, type SequencedReports } from '../../engine/index.ts';
import { fastState, NaiveSide, naiveState } from '../../engine/naive/index.ts';
import { type Command, CommandType, ENGINE_OWNER, Reason } from '../../engine/protocol/index.ts';
import { BookKind, type Epoch, type Nanos, type PacketSink, setNanos } from '../../feed/index.ts';
import { crc32 } from '../../feed/process/index.ts';
import type { Row } from './drawing.ts';
import { USUAL_BAND } from './operator-line.ts';

export const LISTING: Command = {
  type: CommandType.ListInstrument,
  symbol: 'ONE',
  tickSize: '0.01',
  lotSize: '1',
  bookKind: BookKind.Orders,
  ...USUAL_BAND,
};

export interface Told {
  readonly reports: readonly Row[];
  readonly isRefused: boolean;
}

/** What a scenario needs of a market, whichever it is. */
export interface ScenarioMarket {
  readonly nextDueMs: number;
  submit(owner: number, command: Command): Told;
  /** Does what is due by the clock. */
  advance(): Told;
  state(): readonly Row[];
}

/** Where the clock stands, in nanoseconds since 1970. */
export interface ScenarioClock {
  readonly nowNs: bigint;
}

/** The engine as production puts it together, sequencer and both streams included. */
export class WholeEngine implements ScenarioMarket {
  readonly engine: Engine;
  #reports: Row[] = [];

  constructor(clock: ScenarioClock, epoch: Epoch, sink: PacketSink, orderSink: PacketSink) {
    const reports = everyCall<SequencedReports>((row) => this.#reports.push(row));
    this.engine = new Engine({
      epoch,
      wallClock: (out: Nanos) => setNanos(out, clock.nowNs),
      crc32,
      sink,
      orderSink,
      reports,
    });
  }

  get nextDueMs(): number {
    return this.engine.market.nextDueMs;
  }

  submit(owner: number, command: Command): Told {
    this.engine.sequencer.submit(owner, 0, command);
    return this.#take();
  }

  advance(): Told {
    this.engine.sequencer.advance();
    return this.#take();
  }

  state(): readonly Row[] {
    return fastState(this.engine.market);
  }

  #take(): Told {
    this.engine.flush();
    const reports = this.#reports;
    this.#reports = [];
    return { reports, isRefused: reports.some(([call]) => call === 'rejected') };
  }
}

/** The oracle, given what is due in time as the sequencer does it. */
export class NaiveTwin implements ScenarioMarket {
  readonly #clock: ScenarioClock;
  readonly #side = new NaiveSide();
  readonly #time: Nanos = { high: 0, low: 0 };

  constructor(clock: ScenarioClock) {
    this.#clock = clock;
  }

  get nextDueMs(): number {
    return this.#side.nextDueMs;
  }

  submit(owner: number, command: Command): Told {
    const due = this.advance().reports;
    const { reason, reports } = this.#side.apply(owner, command, this.#now());
    if (reason === Reason.None) return { reports: [...due, ...reports], isRefused: false };
    const clientOrderId = 'clientOrderId' in command ? command.clientOrderId : 0;
    const rejected: Row = ['rejected', owner, clientOrderId, reason];
    return { reports: [...due, ...reports, rejected], isRefused: true };
  }

  advance(): Told {
    const reports: Row[] = [];
    const nowMs = Number(this.#clock.nowNs / 1_000_000n);
    while (this.#side.nextDueMs <= nowMs) {
      const command = { type: CommandType.AdvanceTime } as const;
      reports.push(...this.#side.apply(ENGINE_OWNER, command, this.#now()).reports);
    }
    return { reports, isRefused: false };
  }

  state(): readonly Row[] {
    return naiveState(this.#side.market);
  }

  #now(): Readonly<Nanos> {
    setNanos(this.#time, this.#clock.nowNs);
    return this.#time;
  }
}

/** Whatever is reported becomes a row: the name of the call and its values. */
function everyCall<T extends object>(add: (row: Row) => void): T {
  return new Proxy({} as T, {
    get:
      (_, call) =>
      (...values: (string | number | boolean)[]) => {
        if (call !== 'begin') add([String(call), ...values]);
      },
  });
}
