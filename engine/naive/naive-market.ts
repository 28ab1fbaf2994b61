/** The oracle: the whole market as RULES.md tells it, without a thought for speed. */

import type { Nanos } from '../../feed/index.ts';
import {
  DUPLICATE_WINDOW,
  MAX_ENDED_PER_COMMAND,
  MAX_KEPT_TRADES,
  MAX_WAITING_ORDERS,
} from '../limits.ts';
import { type Command, CommandType, MAX_MASS_CANCEL, Reason } from '../protocol/index.ts';
import {
  bookUpdate,
  changeCalendar,
  changeTrade,
  killSwitch,
  listInstrument,
  massCancel,
  ownerGone,
  setRules,
  setStatus,
  venueTrade,
} from './naive-operator.ts';
import { cancelOrder, changeOrder, newOrder } from './naive-orders.ts';
import { advanceTime, nextDue } from './naive-time.ts';
import { finish } from './naive-transaction.ts';
import { type NaiveLimits, NaiveWorld, type ToldRow } from './naive-world.ts';

const LIMITS: NaiveLimits = {
  massCancel: MAX_MASS_CANCEL,
  ended: MAX_ENDED_PER_COMMAND,
  waiting: MAX_WAITING_ORDERS,
  keptTrades: MAX_KEPT_TRADES,
  duplicateWindow: DUPLICATE_WINDOW,
};

/** What one command told. */
export interface Told {
  readonly stream: readonly ToldRow[];
  readonly reports: readonly ToldRow[];
}

/** As `Market`, but what it tells is kept as rows until it is taken. */
export class NaiveMarket {
  readonly world: NaiveWorld;

  constructor(limits: Partial<NaiveLimits> = {}) {
    this.world = new NaiveWorld({ ...LIMITS, ...limits });
  }

  /** When something is due next, in milliseconds since 1970. */
  get nextDueMs(): number {
    return nextDue(this.world)?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  take(): Told {
    const { stream, reports } = this.world;
    this.world.stream = [];
    this.world.reports = [];
    return { stream, reports };
  }

  apply(owner: number, command: Command, time: Readonly<Nanos>): Reason {
    const { world } = this;
    const nanos = (BigInt(time.high) << 32n) + BigInt(time.low);
    world.nowMs = Number(nanos / 1_000_000n);
    const reason = this.perform(owner, command);
    if (reason === Reason.None) finish(world);
    else world.sawOf('refused:', Reason, reason);
    return reason;
  }

  /** Step 1. */
  private perform(owner: number, command: Command): Reason {
    const { world } = this;
    switch (command.type) {
      case CommandType.NewOrder:
        return newOrder(world, owner, command);
      case CommandType.Cancel:
        return cancelOrder(world, owner, command);
      case CommandType.Modify:
      case CommandType.Replace:
        return changeOrder(world, owner, command);
      case CommandType.ListInstrument:
        return listInstrument(world, owner, command);
      case CommandType.SetStatus:
        return setStatus(world, owner, command);
      case CommandType.SetRules:
        return setRules(world, owner, command);
      case CommandType.SetCalendar:
        return changeCalendar(world, owner, command);
      case CommandType.BookUpdate:
        return bookUpdate(world, owner, command);
      case CommandType.VenueTrade:
        return venueTrade(world, owner, command);
      case CommandType.BustTrade:
      case CommandType.CorrectTrade:
        return changeTrade(world, owner, command);
      case CommandType.MassCancel:
        return massCancel(world, owner, command);
      case CommandType.OwnerGone:
        return ownerGone(world, owner);
      case CommandType.KillSwitch:
        return killSwitch(world, owner, command);
      case CommandType.AdvanceTime:
        advanceTime(world);
        return Reason.None;
      default:
        throw new Error(`NaiveMarket.apply: ${JSON.stringify(command satisfies never)}`);
    }
  }
}
