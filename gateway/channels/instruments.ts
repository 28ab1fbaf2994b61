/** The instruments channel: the list of the market, and every change of status or state in it. */

import { Audience } from '../conflation/audience.ts';
import type { ClassKey } from '../conflation/conflation-class.ts';
import { InstrumentsClass } from '../conflation/instruments-class.ts';
import type { Market, MarketListener } from '../market.ts';
import type { MarketInstrument } from '../market-instrument.ts';
import type { Encoding } from '../protocol/index.ts';
import type { Channel, ServedClass } from './channel.ts';

interface ServedList extends ServedClass {
  readonly logic: InstrumentsClass;
}

export class InstrumentsChannel implements Channel, MarketListener {
  readonly #market: Market;
  readonly #encoding: Encoding;
  #served: ServedList | undefined;

  constructor(market: Market, encoding: Encoding) {
    this.#market = market;
    this.#encoding = encoding;
    market.listen(this);
  }

  /** There is one list, whatever was asked. */
  keyOf(): ClassKey {
    return { channel: 'instruments', symbol: '', depth: 0, grouping: 1, interval: 0, phase: 0 };
  }

  open(id: number, key: ClassKey): ServedClass {
    const all = () => this.#market.instruments;
    const logic = new InstrumentsClass(id, key, all, this.#encoding);
    this.#served = { logic, audience: new Audience() };
    return this.#served;
  }

  close(): void {
    this.#served = undefined;
  }

  transactionApplied(): void {}

  stateChanged(instrument: MarketInstrument): void {
    this.#tell((logic) => logic.statusChanged(instrument));
  }

  listed(instrument: MarketInstrument): void {
    this.#tell((logic) => logic.listed(instrument));
  }

  gone(): void {
    const served = this.#served;
    if (served === undefined) return;
    const from = served.logic.version;
    served.audience.broadcast([served.logic.relisted()], from, served.logic.version);
  }

  refresh(): void {}

  beat(): void {}

  tick(): void {}

  #tell(frameOf: (logic: InstrumentsClass) => Uint8Array): void {
    if (this.#served === undefined) return;
    const { logic, audience } = this.#served;
    const from = logic.version;
    audience.broadcast([frameOf(logic)], from, logic.version);
  }
}
