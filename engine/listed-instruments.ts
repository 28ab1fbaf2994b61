/** All instruments of the market: by id, by symbol, and as saved state. */

import { DecimalError, DecimalScale } from '../feed/decimal.ts';
import {
  BookKind,
  type InstrumentDefinition,
  type InstrumentId,
  MAX_INSTRUMENTS,
  MAX_INTEGER,
  MAX_SYMBOL_BYTES,
} from '../feed/index.ts';
import { ListedInstrument, type MarketBook } from './listed-instrument.ts';
import { Reason } from './protocol/index.ts';
import { Calendar } from './rules/calendar.ts';
import { loadDefinition, saveDefinition } from './saved-definition.ts';
import type { StateReader, StateWriter } from './state.ts';

export class ListedInstruments {
  /** In the order of their ids, which start at 1. */
  readonly all: ListedInstrument[] = [];
  readonly #bySymbol = new Map<string, ListedInstrument>();
  readonly #createBook: (instrument: InstrumentId) => MarketBook;

  constructor(createBook: (instrument: InstrumentId) => MarketBook) {
    this.#createBook = createBook;
  }

  get(id: number): ListedInstrument | undefined {
    return this.all[id - 1];
  }

  find(symbol: string): ListedInstrument | undefined {
    return this.#bySymbol.get(symbol);
  }

  /** Of a definition that `checkedDefinition` gave, and whose symbol is new. */
  add(definition: InstrumentDefinition): ListedInstrument {
    const id = (this.all.length + 1) as InstrumentId;
    const isOrders = definition.bookKind === BookKind.Orders;
    const book = isOrders ? this.#createBook(id) : undefined;
    book?.setPriceBand(definition.lowestPrice, definition.highestPrice);
    const instrument = new ListedInstrument(id, definition, book);
    this.all.push(instrument);
    this.#bySymbol.set(definition.symbol, instrument);
    return instrument;
  }

  saveState(writer: StateWriter): void {
    // Instruments share calendars: each is saved once.
    const calendars = [...new Set(this.all.flatMap(({ session }) => session.calendar ?? []))];
    writer.count(calendars.length);
    for (const calendar of calendars) calendar.saveState(writer);
    writer.count(this.all.length);
    for (const instrument of this.all) {
      saveDefinition(instrument.listed, writer);
      instrument.saveState(writer, calendars);
    }
  }

  loadState(reader: StateReader): void {
    const calendars: Calendar[] = [];
    for (let left = reader.count(MAX_INSTRUMENTS, 1); left > 0; left -= 1) {
      calendars.push(Calendar.load(reader));
    }
    for (let left = reader.count(MAX_INSTRUMENTS, 1); left > 0; left -= 1) {
      const definition = checkedDefinition(loadDefinition(reader));
      if (typeof definition === 'number' || this.#bySymbol.has(definition.symbol)) {
        reader.refuse('No market could have listed this instrument.');
      }
      this.add(definition).loadState(reader, calendars);
    }
  }
}

/** The definition with its decimals in their shortest form, or why it cannot be listed. */
export function checkedDefinition(asked: InstrumentDefinition): InstrumentDefinition | Reason {
  const { symbol, bookKind, lowestPrice, highestPrice } = asked;
  const bytes = new TextEncoder().encode(symbol).length;
  if (bytes < 1 || bytes > MAX_SYMBOL_BYTES || /[\p{Cc}\s]/u.test(symbol)) return Reason.BadField;
  if (lowestPrice > highestPrice) return Reason.BadPrice;
  if (lowestPrice < -MAX_INTEGER || highestPrice > MAX_INTEGER) return Reason.BadPrice;
  try {
    const tickSize = new DecimalScale(asked.tickSize).step;
    const lotSize = new DecimalScale(asked.lotSize).step;
    return { symbol, tickSize, lotSize, bookKind, lowestPrice, highestPrice };
  } catch (error) {
    if (!(error instanceof DecimalError)) throw error;
    return Reason.BadField;
  }
}

export function isSameDefinition(a: InstrumentDefinition, b: InstrumentDefinition): boolean {
  return (
    a.tickSize === b.tickSize &&
    a.lotSize === b.lotSize &&
    a.bookKind === b.bookKind &&
    a.lowestPrice === b.lowestPrice &&
    a.highestPrice === b.highestPrice
  );
}
