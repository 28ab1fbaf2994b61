/** The fast market, saved as bytes and loaded into a new one every few commands: nobody may notice. */

import type { Nanos } from '../../../feed/index.ts';
import type { Market } from '../../market.ts';
import type { Command } from '../../protocol/index.ts';
import { StateReader, StateWriter } from '../../state.ts';
import { FastSide, type Outcome } from './market-side.ts';
import type { StateRow } from './market-state.ts';
import type { FastLikeSide } from './play.ts';

export class ReloadedSide implements FastLikeSide {
  #side: FastSide;
  readonly #every: number;
  readonly #createFast: () => FastSide;
  #left: number;

  /** `every`: commands from one reload to the next. */
  constructor(every: number, createFast: () => FastSide = () => new FastSide()) {
    this.#side = createFast();
    this.#createFast = createFast;
    this.#every = every;
    this.#left = every;
  }

  get market(): Market {
    return this.#side.market;
  }

  get nextDueMs(): number {
    return this.#side.nextDueMs;
  }

  apply(owner: number, command: Command, time: Readonly<Nanos>): Outcome {
    this.#left -= 1;
    if (this.#left === 0) this.#reload();
    return this.#side.apply(owner, command, time);
  }

  state(): StateRow[] {
    return this.#side.state();
  }

  openOrders(owner: number): StateRow[] {
    return this.#side.openOrders(owner);
  }

  #reload(): void {
    this.#left = this.#every;
    const saved = bytesOf(this.#side);
    const fresh = this.#createFast();
    const reader = new StateReader(saved);
    fresh.market.loadState(reader);
    reader.end();
    const again = bytesOf(fresh);
    if (Buffer.compare(saved, again) !== 0) {
      throw new Error(
        `The loaded state differs from the saved one at ${firstOther(saved, again)}.`,
      );
    }
    this.#side = fresh;
  }
}

function bytesOf({ market }: FastSide): Uint8Array {
  const writer = new StateWriter();
  market.saveState(writer);
  return writer.written.slice();
}

function firstOther(a: Uint8Array, b: Uint8Array): string {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? `its end, ${a.length} of ${b.length} bytes` : `byte ${at}`;
}
