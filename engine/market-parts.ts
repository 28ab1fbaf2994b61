/** The parts of a market, made and put together. */

import { type InstrumentId, TradingStatus } from '../feed/index.ts';
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
import { Reason } from './protocol/index.ts';
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
import { Settlement } from './rules/settlement.ts';
import { SpecialChanges } from './rules/special-changes.ts';
import { SpecialEntry } from './rules/special-entry.ts';
import { StatusChanges } from './rules/status-changes.ts';

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

export interface MarketParts {
  readonly instruments: ListedInstruments;
  readonly directory: OrderDirectory;
  readonly events: OrderEvents;
  readonly time: MarketTime;
  readonly settlement: Settlement;
  readonly agenda: Agenda;
  readonly orderCommands: OrderCommands;
  readonly instrumentCommands: InstrumentCommands;
  readonly operatorCommands: OperatorCommands;
  readonly endings: Endings;
  readonly pauses: Pauses;
  readonly calendars: Calendars;
  readonly links: Links;
  readonly entry: SpecialEntry;
  /** Owners whose kill switch is on. */
  readonly blockedOwners: Set<number>;
}

export function marketParts(options: MarketOptions): MarketParts {
  const time = new MarketTime();
  const links = new Links();
  const blockedOwners = new Set<number>();
  const { stream, reports } = options;
  const { expectedOrders = FEWEST_EXPECTED } = options;
  const createBook = options.createBook ?? matchingBooks(expectedOrders);
  const directory = options.directory ?? directoryFor(expectedOrders);
  const trades = new KeptTrades(options.limits?.keptTrades);
  const events = new OrderEvents(directory, stream, reports, trades);
  const instruments = new ListedInstruments((id) => createBook(id, events));
  const touch = (instrument: ListedInstrument): void => settlement.touch(instrument);
  const ended = options.limits?.ended ?? MAX_ENDED_PER_COMMAND;
  const endings = new Endings({
    directory,
    end: (instrument, orderId, reason) => orderCommands.end(instrument, orderId, reason),
    limit: ended,
  });
  const pauses = new Pauses((instrument) => {
    statuses.enter(instrument, TradingStatus.Continuous, Reason.PauseOver);
  });
  const calendars = new Calendars(instruments, (instrument, status) => {
    statuses.enter(instrument, status, Reason.Scheduled);
  });
  const expiries = new Expiries(({ instrument, orderId }) => {
    orderCommands.end(instrument, orderId, Reason.Expired);
  });
  const auctions = new Auctions(events, stream);
  const canceller = new OrderCanceller(events);
  const pegMoves = new PegMoves(events);
  const special = {
    directory,
    events,
    expiries,
    links,
    pegMoves,
    time,
    waitingLimit: options.limits?.waiting,
  };
  const entry = new SpecialEntry(special);
  const statuses = new StatusChanges({
    auctions,
    calendars,
    endings,
    pauses,
    pegMoves,
    stream,
    touch,
  });
  const settlement = new Settlement({
    auctions,
    canceller,
    elections: new Elections(events),
    links,
    pegMoves,
    pauses,
    statuses,
    time,
  });
  const dueSources = [endings, expiries, pauses, calendars];
  const agenda = new Agenda(dueSources, settlement, ended);
  const orderCommands = new OrderCommands({
    instruments,
    directory,
    events,
    reports,
    settlement,
    canceller,
    entry,
    changes: new SpecialChanges(special),
    blockedOwners,
  });
  const operatorCommands = new OperatorCommands({
    instruments,
    statuses,
    calendars,
    trades,
    blockedOwners,
    killOrders: (owner, target) => orderCommands.killOrders(owner, target),
    touch,
    stream,
    reports,
    time,
  });
  const instrumentCommands = new InstrumentCommands({
    instruments,
    events,
    stream,
    reports,
  });
  return {
    instruments,
    directory,
    events,
    time,
    settlement,
    agenda,
    orderCommands,
    instrumentCommands,
    operatorCommands,
    endings,
    pauses,
    calendars,
    links,
    entry,
    blockedOwners,
  };
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
