/** An instrument's definition in the engine's saved state. */

import {
  BookKind,
  type InstrumentDefinition,
  MAX_DECIMAL_BYTES,
  MAX_SYMBOL_BYTES,
} from '../feed/index.ts';
import type { StateReader, StateWriter } from './state.ts';

export function saveDefinition(definition: InstrumentDefinition, writer: StateWriter): void {
  writer.text(definition.symbol);
  writer.text(definition.tickSize);
  writer.text(definition.lotSize);
  writer.u8(definition.bookKind);
  writer.int(definition.lowestPrice);
  writer.int(definition.highestPrice);
}

export function loadDefinition(reader: StateReader): InstrumentDefinition {
  return {
    symbol: reader.text(MAX_SYMBOL_BYTES),
    tickSize: reader.text(MAX_DECIMAL_BYTES),
    lotSize: reader.text(MAX_DECIMAL_BYTES),
    bookKind: reader.choice(BookKind.Levels) as BookKind,
    lowestPrice: reader.int(),
    highestPrice: reader.int(),
  };
}
