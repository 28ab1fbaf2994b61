/** Listing of instruments, and what a venue tells of its book. */

import { MAX_INSTRUMENTS, TradingStatus } from '../feed/index.ts';
import {
  checkedDefinition,
  isSameDefinition,
  type ListedInstruments,
} from './listed-instruments.ts';
import type { ReportSink, StreamOutput } from './market-output.ts';
import type { OrderEvents } from './order-events.ts';
import { type BookUpdate, type ListInstrument, Reason, type VenueTrade } from './protocol/index.ts';
import { VenueBookUpdater } from './venue-book.ts';

export interface InstrumentCommandsOptions {
  readonly instruments: ListedInstruments;
  readonly events: OrderEvents;
  readonly stream: StreamOutput;
  readonly reports: ReportSink;
}

/** Every method answers as `Market.apply` does. */
export class InstrumentCommands {
  readonly #instruments: ListedInstruments;
  readonly #events: OrderEvents;
  readonly #stream: StreamOutput;
  readonly #reports: ReportSink;
  readonly #venueBooks: VenueBookUpdater;

  constructor(options: InstrumentCommandsOptions) {
    this.#instruments = options.instruments;
    this.#events = options.events;
    this.#stream = options.stream;
    this.#reports = options.reports;
    this.#venueBooks = new VenueBookUpdater(options.stream);
  }

  list(owner: number, command: ListInstrument): Reason {
    const definition = checkedDefinition(command);
    if (typeof definition === 'number') return definition;
    let instrument = this.#instruments.find(definition.symbol);
    if (instrument === undefined) {
      if (this.#instruments.all.length >= MAX_INSTRUMENTS) return Reason.TooManyInstruments;
      instrument = this.#instruments.add(definition);
      this.#stream.listed(instrument);
    } else if (
      !isSameDefinition(instrument.listed, definition) &&
      !isSameDefinition(instrument, definition)
    ) {
      return Reason.InstrumentDiffers;
    }
    this.#reports.listed(owner, instrument.id, instrument.symbol);
    return Reason.None;
  }

  bookUpdate(owner: number, command: BookUpdate): Reason {
    const instrument = this.#instruments.get(command.instrument);
    if (instrument === undefined) return Reason.UnknownInstrument;
    if (instrument.levels === undefined) return Reason.WrongBookKind;
    if (instrument.status === TradingStatus.Delisted) return Reason.InstrumentNotTrading;
    const reason = this.#venueBooks.apply(instrument, instrument.levels, command);
    if (reason === Reason.None) this.#reports.done(owner, instrument.id);
    return reason;
  }

  venueTrade(owner: number, command: VenueTrade): Reason {
    const instrument = this.#instruments.get(command.instrument);
    if (instrument === undefined) return Reason.UnknownInstrument;
    if (instrument.levels === undefined) return Reason.WrongBookKind;
    if (instrument.status === TradingStatus.Delisted) return Reason.InstrumentNotTrading;
    if (command.quantity < 1) return Reason.BadQuantity;
    const { aggressor, price, quantity } = command;
    this.#events.lastTradeId += 1;
    this.#stream.publish();
    this.#stream.traded(instrument, aggressor, price, quantity, this.#events.lastTradeId, 0);
    this.#reports.done(owner, instrument.id);
    return Reason.None;
  }
}
