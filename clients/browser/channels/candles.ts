/** What was traded, as candles of one length, and as one sum of the last 24 hours. */

import { CandleFlag } from '../../../feed/index.ts';
import {
  CANDLE_LADDER_MS,
  DEFAULT_CANDLE_MS,
  DEFAULT_CANDLES,
  DEPTH_LADDER,
  type GatewayEvent,
  type Message,
  MessageType,
  StepFormat,
  serve,
} from '../../../gateway/protocol/index.ts';
import type { TouchlineClient } from '../api.ts';
import { Emitter } from '../emitter.ts';
import { fitsKinds } from '../event-check.ts';
import type { ChannelHost, SubscribeOptions } from '../subscription.ts';
import { keyOf } from '../wish.ts';
import { type Shared, sharedHandle } from './shared-handle.ts';

/** Prices in ticks, volume in lots. */
export interface Candle {
  /** Seconds since 1970. */
  readonly start: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number;
  /** Trades are lacking: the relay was not there all the time. */
  readonly isIncomplete: boolean;
}

export interface CandlesOptions {
  /** Milliseconds of one candle: 1 s, 1, 5, 15 min, 1, 4 h, 1 d. Default 1 min. */
  readonly interval?: number;
  /** How many, as the gateway's depths. Default 100. */
  readonly depth?: number;
}

export interface Candles {
  /** Oldest first, the one under way last; a new array with every change. */
  readonly all: readonly Candle[];
  readonly interval: number;
  formatPrice(ticks: number): string;
  formatQuantity(lots: number): string;
  on(event: 'change', listener: (all: readonly Candle[]) => void): () => void;
  close(): void;
}

export interface Statistics {
  /** Of 24 hours in whole minutes; `undefined` when nothing was traded, or nothing is known yet. */
  readonly day: Candle | undefined;
  formatPrice(ticks: number): string;
  formatQuantity(lots: number): string;
  on(event: 'change', listener: (day: Candle | undefined) => void): () => void;
  close(): void;
}

/** Of one row, as everywhere: more may follow. */
export const CANDLE_KINDS = 'niiiinnn';

class LiveCandles implements Shared {
  readonly channel: string;
  readonly symbol: string;
  readonly options: SubscribeOptions;
  asked: SubscribeOptions | undefined;
  /** The newest candles come whole anyway. */
  readonly resume = undefined;
  readonly events = new Emitter<{ change: [] }>();
  classId = 0;
  requestId = 0;
  handles = 0;
  all: readonly Candle[] = [];
  prices = new StepFormat('1');
  quantities = new StepFormat('1');

  constructor(channel: string, symbol: string, options: SubscribeOptions) {
    this.channel = channel;
    this.symbol = symbol;
    this.options = options;
  }

  subscribed(message: Message<typeof MessageType.Subscribed>): void {
    this.classId = message[2];
    this.prices = new StepFormat(message[6]);
    this.quantities = new StepFormat(message[7]);
  }

  received(event: GatewayEvent): void {
    if (event[0] === MessageType.Statistics) {
      this.all = candlesOf(event[2]);
    } else if (event[0] === MessageType.Candles) {
      const told = candlesOf(event[3]);
      this.all = event[2] ? told : this.#merged(told);
    } else {
      return;
    }
    this.events.emit('change');
  }

  linkChanged(): void {}

  /** Those of the same start are replaced; as many stay as were asked for. */
  #merged(told: readonly Candle[]): Candle[] {
    const byStart = new Map([...this.all, ...told].map((candle) => [candle.start, candle]));
    const all = [...byStart.values()].sort((a, b) => a.start - b.start);
    return all.slice(-(this.options['depth'] ?? all.length));
  }
}

function candlesOf(rows: readonly (readonly unknown[])[]): Candle[] {
  const fitting = rows.filter((row) => fitsKinds(CANDLE_KINDS, row, 0));
  return fitting.map((row) => {
    const [start = 0, open = 0, high = 0, low = 0, close = 0, volume = 0, trades = 0, flags = 0] =
      row as readonly number[];
    const isIncomplete = (flags & CandleFlag.Incomplete) !== 0;
    return { start, open, high, low, close, volume, trades, isIncomplete };
  });
}

function open(client: TouchlineClient, channel: string, symbol: string, options: SubscribeOptions) {
  const host = client as unknown as ChannelHost;
  const make = () => new LiveCandles(channel, symbol, options);
  return sharedHandle(host, host.share(keyOf(channel, symbol, options), make));
}

/** Candles from a gateway that has a relay to ask; else the client's event `error` says so. */
export function openCandles(
  client: TouchlineClient,
  symbol: string,
  options: CandlesOptions = {},
): Candles {
  const depth = serve(DEPTH_LADDER, options.depth ?? DEFAULT_CANDLES);
  const interval = serve(CANDLE_LADDER_MS, options.interval ?? DEFAULT_CANDLE_MS);
  const { live, keep, close } = open(client, 'candles', symbol, { depth, interval });
  return {
    interval,
    get all() {
      return live.all;
    },
    formatPrice: (ticks) => live.prices.format(ticks),
    formatQuantity: (lots) => live.quantities.format(lots),
    on: (_event, listener) => keep(live.events.on('change', () => listener(live.all))),
    close,
  };
}

/** The sum of the last 24 hours: first and last price, highest, lowest, volume. */
export function openStatistics(client: TouchlineClient, symbol: string): Statistics {
  const { live, keep, close } = open(client, 'statistics', symbol, {});
  return {
    get day() {
      return live.all[0];
    },
    formatPrice: (ticks) => live.prices.format(ticks),
    formatQuantity: (lots) => live.quantities.format(lots),
    on: (_event, listener) => keep(live.events.on('change', () => listener(live.all[0]))),
    close,
  };
}
