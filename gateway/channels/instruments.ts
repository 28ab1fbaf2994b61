/** The instruments channel: the list of the market, and every change of status or state in it. */

import { Audience } from '../conflation/audience.ts';
import type { ClassKey } from '../conflation/conflation-class.ts';
import { InstrumentsClass } from '../conflation/instruments-class.ts';
import type { Market, MarketListener } from '../market.ts';
import type { MarketInstrument } from '../market-instrument.ts';
import type { Encoding } from '../protocol/index.ts';
import type { Channel, ServedClass, Wish } from './channel.ts';

interface ServedList extends ServedClass {
  readonly logic: InstrumentsClass;
}

export class InstrumentsChannel implements Channel, MarketListener {
  readonly #market: Market;
  /** One per codec that somebody speaks. */
  readonly #served = new Set<ServedList>();

  constructor(market: Market) {
    this.#market = market;
    market.listen(this);
  }

  /** There is one list, whatever was asked. */
  keyOf({ codec }: Wish): ClassKey {
    return {
      channel: 'instruments',
      symbol: '',
      depth: 0,
      grouping: 1,
      interval: 0,
      phase: 0,
      codec: codec.name,
    };
  }

  open(id: number, key: ClassKey, encoding: Encoding): ServedClass {
    const all = () => this.#market.instruments;
    const served = {
      logic: new InstrumentsClass(id, key, all, encoding),
      audience: new Audience(),
    };
    this.#served.add(served);
    return served;
  }

  close(served: ServedClass): void {
    this.#served.delete(served as ServedList);
  }

  transactionApplied(): void {}

  stateChanged(instrument: MarketInstrument): void {
    this.#tell((logic) => logic.statusChanged(instrument));
  }

  listed(instrument: MarketInstrument): void {
    this.#tell((logic) => logic.listed(instrument));
  }

  gone(): void {
    this.#tell((logic) => logic.relisted());
  }

  refresh(): void {}

  beat(): void {}

  tick(): void {}

  #tell(frameOf: (logic: InstrumentsClass) => Uint8Array): void {
    for (const { logic, audience } of this.#served) {
      const from = logic.version;
      audience.broadcast([frameOf(logic)], from, logic.version);
    }
  }
}
