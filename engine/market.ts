/** The market: all instruments and their books; applies one command after the other. */

import type { Nanos } from '../feed/index.ts';
import type { ListedInstrument } from './listed-instrument.ts';
import { type MarketOptions, type MarketParts, marketParts } from './market-parts.ts';
import type { MarketTime } from './market-time.ts';
import type { OrderCommands } from './order-commands.ts';
import { findOpenOrders, type OrdersFound } from './owner-orders.ts';
import { type Command, CommandType, MAX_OWNERS, Reason } from './protocol/index.ts';
import { setTradeBounds } from './rules/protection.ts';
import type { Settlement } from './rules/settlement.ts';
import { loadSpecial, saveSpecial } from './rules/special-state.ts';
import type { StateReader, StateWriter } from './state.ts';

/** Local, for an imported constant is read from memory at each use. */
const COMMAND = CommandType;
const REASON = Reason;

export type { MarketLimits, MarketOptions } from './market-parts.ts';

/**
 * Knows no clock, no socket and no session: the same commands of the same owners at the same times
 * in the same order give the same calls on both ports. A refused command changes nothing and tells
 * nothing. What each command does is written in RULES.md.
 *
 *   apply --> OrderCommands, InstrumentCommands, or the Agenda (what time brings)
 *               '--> books --> OrderEvents --> stream and owners
 *         --> Settlement: what follows from it, in the same transaction
 */
export class Market {
  readonly #parts: MarketParts;
  readonly #time: MarketTime;
  readonly #settlement: Settlement;
  readonly #orderCommands: OrderCommands;

  constructor(options: MarketOptions) {
    const parts = marketParts(options);
    this.#parts = parts;
    this.#time = parts.time;
    this.#settlement = parts.settlement;
    this.#orderCommands = parts.orderCommands;
  }

  /** In the order of their ids, which start at 1. */
  get instruments(): readonly ListedInstrument[] {
    return this.#parts.instruments.all;
  }

  /** Orders open now, over all instruments. */
  get openOrders(): number {
    return this.#parts.directory.openCount;
  }

  /** The number of the newest trade; 0 before the first. */
  get lastTradeId(): number {
    return this.#parts.events.lastTradeId;
  }

  openOrdersOf(owner: number): number {
    return this.#parts.directory.openOrdersOf(owner);
  }

  /** A page of the owner's open orders; see `OpenOrdersPage`. */
  findOpenOrders(owner: number, instrument: number, after: number): OrdersFound {
    return findOpenOrders(
      this.#parts.directory,
      (id) => this.instrument(id),
      owner,
      instrument,
      after,
    );
  }

  instrument(id: number): ListedInstrument | undefined {
    return this.#parts.instruments.get(id);
  }

  find(symbol: string): ListedInstrument | undefined {
    return this.#parts.instruments.find(symbol);
  }

  /**
   * When something is due that no command has asked for, in milliseconds since 1970: an AdvanceTime
   * does it. `Infinity` when nothing will be.
   */
  get nextDueMs(): number {
    return this.#parts.agenda.nextDueMs;
  }

  /**
   * A time before which nothing will become due because of a command that has not been applied yet
   * and was sequenced at `nowMs`.
   */
  soonestDueMs(command: Command, nowMs: number): number {
    switch (command.type) {
      case COMMAND.NewOrder:
        return Math.min(
          command.expiresAtMs || Number.POSITIVE_INFINITY,
          nowMs + this.#shortestPauseMs(command.instrument),
        );
      case COMMAND.Cancel:
      case COMMAND.Modify:
      case COMMAND.Replace:
        return nowMs + this.#shortestPauseMs(command.instrument);
      case COMMAND.BookUpdate:
      case COMMAND.VenueTrade:
        return Number.POSITIVE_INFINITY;
      default:
        // The rest of a long ending is due before all times.
        return 0;
    }
  }

  /** True for a command because of which nothing will become due: as a rule, and then `soonestDueMs` need not be asked. */
  isTimeless(command: Command): boolean {
    switch (command.type) {
      case COMMAND.NewOrder:
        return !command.expiresAtMs && !this.#mayPause(command.instrument);
      case COMMAND.Cancel:
      case COMMAND.Modify:
      case COMMAND.Replace:
        return !this.#mayPause(command.instrument);
      default:
        return false;
    }
  }

  /** A command that will be applied soon, or refused. It changes nothing: see `OrderDirectory.warm`. */
  expect(owner: number, command: Command): void {
    switch (command.type) {
      case COMMAND.NewOrder:
      case COMMAND.Cancel:
      case COMMAND.Modify:
      case COMMAND.Replace:
        this.#parts.directory.expect(owner, command.clientOrderId);
        break;
      default:
    }
  }

  /** So many of those expected come now. */
  warm(commands: number): number {
    return this.#parts.directory.warm(commands);
  }

  #mayPause(instrument: number): boolean {
    return this.instrument(instrument)?.session.hasBounds === true;
  }

  /** How soon a pause that an order of this instrument begins is over. */
  #shortestPauseMs(instrument: number): number {
    const session = this.instrument(instrument)?.session;
    return session?.hasBounds === true ? session.pauseMs : Number.POSITIVE_INFINITY;
  }

  saveState(writer: StateWriter): void {
    writer.part('mrkt', () => {
      this.#parts.instruments.saveState(writer);
      this.#parts.events.saveState(writer);
      this.#parts.directory.saveState(writer);
      saveSpecial(this.instruments, writer);
      writer.count(this.#parts.blockedOwners.size);
      for (const owner of [...this.#parts.blockedOwners].sort((a, b) => a - b)) writer.u32(owner);
    });
  }

  loadState(reader: StateReader): void {
    reader.part('mrkt', () => {
      this.#parts.instruments.loadState(reader);
      this.#parts.events.loadState(reader);
      this.#parts.directory.loadState(reader);
      loadSpecial(
        {
          find: (id) => this.instrument(id),
          specialOf: (instrument) => this.#parts.entry.specialOf(instrument),
          isOpen: (orderId) => this.#parts.directory.isOpen(orderId),
          links: this.#parts.links,
        },
        reader,
      );
      for (let left = reader.count(MAX_OWNERS, 4); left > 0; left -= 1) {
        this.#parts.blockedOwners.add(reader.u32());
      }
    });
    this.#parts.endings.load(this.instruments);
    this.#parts.pauses.load(this.instruments);
    this.#parts.calendars.load();
    for (const instrument of this.instruments) {
      instrument.watch();
      setTradeBounds(instrument);
    }
  }

  /**
   * `time` is the sequenced one, which never falls. Anything but `REASON.None` is a refusal, which
   * the caller reports.
   */
  apply(owner: number, command: Command, time: Readonly<Nanos>): Reason {
    this.#time.now = time;
    const reason = this.#do(owner, command);
    if (this.#settlement.isDue) this.#settlement.run();
    return reason;
  }

  #do(owner: number, command: Command): Reason {
    switch (command.type) {
      case COMMAND.NewOrder:
        return this.#orderCommands.newOrder(owner, command);
      case COMMAND.Cancel:
        return this.#orderCommands.cancel(owner, command);
      case COMMAND.Modify:
      case COMMAND.Replace:
        return this.#orderCommands.change(owner, command);
      case COMMAND.MassCancel:
        return this.#orderCommands.massCancel(owner, command);
      case COMMAND.OwnerGone:
        return this.#orderCommands.ownerGone(owner);
      case COMMAND.ListInstrument:
        return this.#parts.instrumentCommands.list(owner, command);
      case COMMAND.SetStatus:
        return this.#parts.operatorCommands.setStatus(owner, command);
      case COMMAND.BookUpdate:
        return this.#parts.instrumentCommands.bookUpdate(owner, command);
      case COMMAND.VenueTrade:
        return this.#parts.instrumentCommands.venueTrade(owner, command);
      case COMMAND.AdvanceTime:
        this.#parts.agenda.advance(this.#time.ms);
        return REASON.None;
      case COMMAND.SetRules:
        return this.#parts.operatorCommands.setRules(owner, command);
      case COMMAND.SetCalendar:
        return this.#parts.operatorCommands.setCalendar(owner, command);
      case COMMAND.BustTrade:
        return this.#parts.operatorCommands.bustTrade(owner, command);
      case COMMAND.CorrectTrade:
        return this.#parts.operatorCommands.correctTrade(owner, command);
      case COMMAND.KillSwitch:
        return this.#parts.operatorCommands.killSwitch(owner, command);
      default:
        throw new Error(`Market.apply: ${JSON.stringify(command satisfies never)}`);
    }
  }
}
