/** An instrument with what turns its decimals into ticks and lots, and back. */

import { DecimalScale } from '../../feed/decimal.ts';
import type { Instrument } from '../../feed/index.ts';

export class InstrumentScales {
  readonly instrument: Instrument;
  readonly price: DecimalScale;
  readonly quantity: DecimalScale;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
    this.price = new DecimalScale(instrument.tickSize);
    this.quantity = new DecimalScale(instrument.lotSize);
  }
}
