/** The trades of one instrument, as they come. */

import { Aggressor, Side } from '../../feed/index.ts';
import {
  type GatewayEvent,
  type Message,
  MessageType,
  TRADE_WIDTH,
} from '../../gateway/protocol/index.ts';
import type { TradeEvent } from './api.ts';
import { Emitter } from './emitter.ts';
import type { SubscribeOptions, Subscription } from './subscription.ts';

export class LiveTrades implements Subscription {
  readonly channel = 'trades';
  readonly symbol: string;
  readonly options: SubscribeOptions;
  asked: SubscribeOptions | undefined;
  readonly events = new Emitter<{
    trades: [readonly TradeEvent[]];
    missed: [number, number];
  }>();
  classId = 0;
  requestId = 0;
  handles = 0;
  #anchor = 0;
  #sequence = 0;
  #epoch: readonly [number, number] | undefined;

  constructor(symbol: string, options: SubscribeOptions) {
    this.symbol = symbol;
    this.options = options;
  }

  subscribed(message: Message<typeof MessageType.Subscribed>): void {
    const [, , classId, , , , , , , , anchor, seconds, random] = message;
    this.classId = classId;
    this.#anchor = anchor;
    const isSame = this.#epoch?.[0] === seconds && this.#epoch[1] === random;
    // What comes first is what the gateway has from there; a client that was before goes on there.
    if (!isSame) this.#sequence = message[14] ?? 0;
    this.#epoch = [seconds, random];
  }

  get resume(): readonly number[] | undefined {
    return this.#epoch && [...this.#epoch, this.#sequence];
  }

  received(event: GatewayEvent): void {
    if (event[0] === MessageType.Trades) {
      // Told before, by a gateway that was ahead of this one.
      if (event[2] <= this.#sequence) return;
      this.#sequence = event[2];
      this.events.emit('trades', this.#read(event[3], event[5]));
    } else if (event[0] === MessageType.TradesMissed) {
      this.#sequence = event[3];
      this.events.emit('missed', event[2], event[3]);
    }
  }

  linkChanged(): void {}

  #read(engineTimeUs: number, flat: readonly number[]): TradeEvent[] {
    const trades: TradeEvent[] = [];
    for (let i = 0; i + TRADE_WIDTH <= flat.length; i += TRADE_WIDTH) {
      const aggressor = flat[i + 3];
      trades.push({
        id: flat[i] as number,
        price: this.#anchor + (flat[i + 1] as number),
        quantity: flat[i + 2] as number,
        aggressor:
          aggressor === Aggressor.Bid
            ? Side.Bid
            : aggressor === Aggressor.Ask
              ? Side.Ask
              : undefined,
        timeUs: engineTimeUs + (flat[i + 4] as number),
      });
    }
    return trades;
  }

  /** The engine's sequence of the instrument up to which every trade has come or been named. */
  get sequence(): number {
    return this.#sequence;
  }
}
