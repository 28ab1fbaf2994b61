/** The market: all instruments and their books; applies one command after the other. */

import { type InstrumentId, type Nanos, TradingStatus } from '../feed/index.ts';
import type { BookEvents } from './book/book.ts';
import { BookMemory } from './book/book-memory.ts';
import { MatchingBook } from './book/matching-book.ts';
import { InstrumentCommands } from './instrument-commands.ts';
import { DUPLICATE_WINDOW, MAX_ENDED_PER_COMMAND, MAX_OPEN_ORDERS } from './limits.ts';
import type { ListedInstrument, MarketBook } from './listed-instrument.ts';
import { ListedInstruments } from './listed-instruments.ts';
import type { ReportSink, StreamOutput } from './market-output.ts';
import { MarketTime } from './market-time.ts';
import { OperatorCommands } from './operator-commands.ts';
import { OrderCanceller } from './order-canceller.ts';
import { OrderCommands } from './order-commands.ts';
import { OrderDirectory } from './order-directory.ts';
import { OrderEvents } from './order-events.ts';
import { findOpenOrders, type OrdersFound } from './owner-orders.ts';
import { type Command, CommandType, MAX_OWNERS, Reason } from './protocol/index.ts';
import { Agenda } from './rules/agenda.ts';
import { Auctions } from './rules/auctions.ts';
import { Calendars } from './rules/calendars.ts';
import { Elections } from './rules/elections.ts';
import { Endings } from './rules/endings.ts';
import { Expiries } from './rules/expiries.ts';
import { KeptTrades } from './rules/kept-trades.ts';
import { Links } from './rules/links.ts';
import { Pauses } from './rules/pauses.ts';
import { PegMoves } from './rules/peg-moves.ts';
import { setTradeBounds } from './rules/protection.ts';
import { Settlement } from './rules/settlement.ts';
import { SpecialChanges } from './rules/special-changes.ts';
import { SpecialEntry } from './rules/special-entry.ts';
import { loadSpecial, saveSpecial } from './rules/special-state.ts';
import { StatusChanges } from './rules/status-changes.ts';
import type { StateReader, StateWriter } from './state.ts';

/** See limits.ts. */
export interface MarketLimits {
  readonly ended: number;
  /** A power of two. */
  readonly keptTrades: number;
  readonly waiting: number;
}

export interface MarketOptions {
  readonly stream: StreamOutput;
  readonly reports: ReportSink;
  readonly directory?: OrderDirectory;
  /** Room for so many open orders is made at once; else memory begins small and doubles. */
  readonly expectedOrders?: number;
  /** Of commands, smaller in tests. */
  readonly limits?: Partial<MarketLimits>;
  /** The matching book by default; tests give the naive one. */
  readonly createBook?: (instrument: InstrumentId, events: BookEvents) => MarketBook;
}

/** What a market begins with that is told nothing. */
const FEWEST_EXPECTED = 512;

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
  readonly #instruments: ListedInstruments;
  readonly #directory: OrderDirectory;
  readonly #events: OrderEvents;
  readonly #time = new MarketTime();
  readonly #settlement: Settlement;
  readonly #agenda: Agenda;
  readonly #orderCommands: OrderCommands;
  readonly #instrumentCommands: InstrumentCommands;
  readonly #operatorCommands: OperatorCommands;
  readonly #endings: Endings;
  readonly #pauses: Pauses;
  readonly #calendars: Calendars;
  readonly #links = new Links();
  readonly #entry: SpecialEntry;
  /** Owners whose kill switch is on. */
  readonly #blockedOwners = new Set<number>();

  constructor(options: MarketOptions) {
    const { stream, reports } = options;
    const { expectedOrders = FEWEST_EXPECTED } = options;
    const createBook = options.createBook ?? matchingBooks(expectedOrders);
    this.#directory = options.directory ?? directoryFor(expectedOrders);
    const trades = new KeptTrades(options.limits?.keptTrades);
    this.#events = new OrderEvents(this.#directory, stream, reports, trades);
    this.#instruments = new ListedInstruments((id) => createBook(id, this.#events));
    const touch = (instrument: ListedInstrument): void => this.#settlement.touch(instrument);
    const ended = options.limits?.ended ?? MAX_ENDED_PER_COMMAND;
    this.#endings = new Endings({
      directory: this.#directory,
      end: (instrument, orderId, reason) => this.#orderCommands.end(instrument, orderId, reason),
      limit: ended,
    });
    this.#pauses = new Pauses((instrument) => {
      statuses.enter(instrument, TradingStatus.Continuous, Reason.PauseOver);
    });
    this.#calendars = new Calendars(this.#instruments, (instrument, status) => {
      statuses.enter(instrument, status, Reason.Scheduled);
    });
    const expiries = new Expiries(({ instrument, orderId }) => {
      this.#orderCommands.end(instrument, orderId, Reason.Expired);
    });
    const auctions = new Auctions(this.#events, stream);
    const canceller = new OrderCanceller(this.#events);
    const pegMoves = new PegMoves(this.#events);
    const special = {
      directory: this.#directory,
      events: this.#events,
      expiries,
      links: this.#links,
      pegMoves,
      time: this.#time,
      waitingLimit: options.limits?.waiting,
    };
    this.#entry = new SpecialEntry(special);
    const statuses = new StatusChanges({
      auctions,
      calendars: this.#calendars,
      endings: this.#endings,
      pauses: this.#pauses,
      pegMoves,
      stream,
      touch,
    });
    this.#settlement = new Settlement({
      auctions,
      canceller,
      elections: new Elections(this.#events),
      links: this.#links,
      pegMoves,
      pauses: this.#pauses,
      statuses,
      time: this.#time,
    });
    const dueSources = [this.#endings, expiries, this.#pauses, this.#calendars];
    this.#agenda = new Agenda(dueSources, this.#settlement, ended);
    this.#orderCommands = new OrderCommands({
      instruments: this.#instruments,
      directory: this.#directory,
      events: this.#events,
      reports,
      settlement: this.#settlement,
      canceller,
      entry: this.#entry,
      changes: new SpecialChanges(special),
      blockedOwners: this.#blockedOwners,
    });
    this.#operatorCommands = new OperatorCommands({
      instruments: this.#instruments,
      statuses,
      calendars: this.#calendars,
      trades,
      blockedOwners: this.#blockedOwners,
      killOrders: (owner, target) => this.#orderCommands.killOrders(owner, target),
      touch,
      stream,
      reports,
      time: this.#time,
    });
    this.#instrumentCommands = new InstrumentCommands({
      instruments: this.#instruments,
      events: this.#events,
      stream,
      reports,
    });
  }

  /** In the order of their ids, which start at 1. */
  get instruments(): readonly ListedInstrument[] {
    return this.#instruments.all;
  }

  /** Orders open now, over all instruments. */
  get openOrders(): number {
    return this.#directory.openCount;
  }

  /** The number of the newest trade; 0 before the first. */
  get lastTradeId(): number {
    return this.#events.lastTradeId;
  }

  openOrdersOf(owner: number): number {
    return this.#directory.openOrdersOf(owner);
  }

  /** A page of the owner's open orders; see `OpenOrdersPage`. */
  findOpenOrders(owner: number, instrument: number, after: number): OrdersFound {
    return findOpenOrders(this.#directory, (id) => this.instrument(id), owner, instrument, after);
  }

  instrument(id: number): ListedInstrument | undefined {
    return this.#instruments.get(id);
  }

  find(symbol: string): ListedInstrument | undefined {
    return this.#instruments.find(symbol);
  }

  /**
   * When something is due that no command has asked for, in milliseconds since 1970: an AdvanceTime
   * does it. `Infinity` when nothing will be.
   */
  get nextDueMs(): number {
    return this.#agenda.nextDueMs;
  }

  /**
   * A time before which nothing will become due because of a command that has not been applied yet
   * and was sequenced at `nowMs`.
   */
  soonestDueMs(command: Command, nowMs: number): number {
    switch (command.type) {
      case CommandType.NewOrder:
        return Math.min(
          command.expiresAtMs || Number.POSITIVE_INFINITY,
          nowMs + this.#shortestPauseMs(command.instrument),
        );
      case CommandType.Cancel:
      case CommandType.Modify:
      case CommandType.Replace:
        return nowMs + this.#shortestPauseMs(command.instrument);
      case CommandType.BookUpdate:
      case CommandType.VenueTrade:
        return Number.POSITIVE_INFINITY;
      default:
        // The rest of a long ending is due before all times.
        return 0;
    }
  }

  /** How soon a pause that an order of this instrument begins is over. */
  #shortestPauseMs(instrument: number): number {
    const session = this.instrument(instrument)?.session;
    return session?.hasBounds === true ? session.pauseMs : Number.POSITIVE_INFINITY;
  }

  saveState(writer: StateWriter): void {
    writer.part('mrkt', () => {
      this.#instruments.saveState(writer);
      this.#events.saveState(writer);
      this.#directory.saveState(writer);
      saveSpecial(this.instruments, writer);
      writer.count(this.#blockedOwners.size);
      for (const owner of [...this.#blockedOwners].sort((a, b) => a - b)) writer.u32(owner);
    });
  }

  loadState(reader: StateReader): void {
    reader.part('mrkt', () => {
      this.#instruments.loadState(reader);
      this.#events.loadState(reader);
      this.#directory.loadState(reader);
      loadSpecial(
        {
          find: (id) => this.instrument(id),
          specialOf: (instrument) => this.#entry.specialOf(instrument),
          isOpen: (orderId) => this.#directory.isOpen(orderId),
          links: this.#links,
        },
        reader,
      );
      for (let left = reader.count(MAX_OWNERS, 4); left > 0; left -= 1) {
        this.#blockedOwners.add(reader.u32());
      }
    });
    this.#endings.load(this.instruments);
    this.#pauses.load(this.instruments);
    this.#calendars.load();
    for (const instrument of this.instruments) {
      instrument.watch();
      setTradeBounds(instrument);
    }
  }

  /**
   * `time` is the sequenced one, which never falls. Anything but `Reason.None` is a refusal, which
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
      case CommandType.NewOrder:
        return this.#orderCommands.newOrder(owner, command);
      case CommandType.Cancel:
        return this.#orderCommands.cancel(owner, command);
      case CommandType.Modify:
      case CommandType.Replace:
        return this.#orderCommands.change(owner, command);
      case CommandType.MassCancel:
        return this.#orderCommands.massCancel(owner, command);
      case CommandType.OwnerGone:
        return this.#orderCommands.ownerGone(owner);
      case CommandType.ListInstrument:
        return this.#instrumentCommands.list(owner, command);
      case CommandType.SetStatus:
        return this.#operatorCommands.setStatus(owner, command);
      case CommandType.BookUpdate:
        return this.#instrumentCommands.bookUpdate(owner, command);
      case CommandType.VenueTrade:
        return this.#instrumentCommands.venueTrade(owner, command);
      case CommandType.AdvanceTime:
        this.#agenda.advance(this.#time.ms);
        return Reason.None;
      case CommandType.SetRules:
        return this.#operatorCommands.setRules(owner, command);
      case CommandType.SetCalendar:
        return this.#operatorCommands.setCalendar(owner, command);
      case CommandType.BustTrade:
        return this.#operatorCommands.bustTrade(owner, command);
      case CommandType.CorrectTrade:
        return this.#operatorCommands.correctTrade(owner, command);
      case CommandType.KillSwitch:
        return this.#operatorCommands.killSwitch(owner, command);
      default:
        throw new Error(`Market.apply: ${JSON.stringify(command satisfies never)}`);
    }
  }
}

function matchingBooks(expectedOrders: number): NonNullable<MarketOptions['createBook']> {
  const memory = new BookMemory(MAX_OPEN_ORDERS, expectedOrders);
  return (instrument, events) => new MatchingBook(instrument, memory, events);
}

function directoryFor(expectedOrders: number): OrderDirectory {
  const limits = { openOrders: MAX_OPEN_ORDERS, closedOrders: DUPLICATE_WINDOW };
  // Closed orders keep their places for the whole window.
  const closed = expectedOrders > FEWEST_EXPECTED ? DUPLICATE_WINDOW : 0;
  return new OrderDirectory(limits, expectedOrders + closed);
}
