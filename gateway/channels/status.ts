/** The channel "status": state, reason and trading status of one instrument, as they change. */

import { Audience } from '../conflation/audience.ts';
import type { ClassKey } from '../conflation/conflation-class.ts';
import { StatusClass } from '../conflation/status-class.ts';
import type { Market, MarketListener } from '../market.ts';
import type { MarketInstrument } from '../market-instrument.ts';
import type { Encoding } from '../protocol/index.ts';
import {
  type Channel,
  type Refusal,
  type ServedClass,
  unknownSymbol,
  type Wish,
} from './channel.ts';

interface ServedStatus extends ServedClass {
  readonly logic: StatusClass;
}

export class StatusChannel implements Channel, MarketListener {
  readonly #market: Market;
  readonly #byInstrument = new Map<MarketInstrument, Set<ServedStatus>>();

  constructor(market: Market) {
    this.#market = market;
    market.listen(this);
  }

  keyOf({ symbol, codec }: Wish): ClassKey | Refusal {
    if (this.#market.find(symbol) === undefined) return unknownSymbol(symbol);
    return {
      channel: 'status',
      symbol,
      depth: 0,
      grouping: 1,
      interval: 0,
      phase: 0,
      codec: codec.name,
    };
  }

  open(id: number, key: ClassKey, encoding: Encoding): ServedStatus {
    const instrument = this.#market.find(key.symbol);
    if (instrument === undefined) throw new Error(`open: no instrument ${key.symbol}`);
    const served = {
      logic: new StatusClass(id, key, instrument, encoding),
      audience: new Audience(),
    };
    const all = this.#byInstrument.get(instrument) ?? new Set();
    this.#byInstrument.set(instrument, all.add(served));
    return served;
  }

  close(served: ServedClass): void {
    for (const [instrument, all] of this.#byInstrument) {
      if (all.delete(served as ServedStatus) && all.size === 0) {
        this.#byInstrument.delete(instrument);
      }
    }
  }

  transactionApplied(): void {}

  stateChanged(instrument: MarketInstrument): void {
    for (const { logic, audience } of this.#byInstrument.get(instrument) ?? []) {
      const from = logic.version;
      audience.broadcast([logic.statusChanged()], from, logic.version);
    }
  }

  listed(): void {}

  gone(instrument: MarketInstrument): void {
    for (const { audience } of [...(this.#byInstrument.get(instrument) ?? [])]) audience.dismiss();
  }

  refresh(): void {}

  beat(): void {}

  tick(): void {}
}
