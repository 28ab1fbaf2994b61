/** All channels behind one door: finds or makes the class for a wish, and keeps them in time. */

import { BestClass } from '../conflation/best-class.ts';
import { BookClass } from '../conflation/book-class.ts';
import { type ClassKey, keyText } from '../conflation/conflation-class.ts';
import { OrdersClass } from '../conflation/orders-class.ts';
import { Scheduler, type TimerPort } from '../conflation/scheduler.ts';
import { TradesClass } from '../conflation/trades-class.ts';
import { HistoryChannel, type HistoryPorts } from '../history/history-channel.ts';
import type { Market } from '../market.ts';
import { MAX_CLASS_LEVELS, MAX_CLASSES, ORDERS_LEVEL_WEIGHT } from '../protocol/index.ts';
import type { Tally } from '../tally.ts';
import { type AskCandles, CandlesChannel } from './candles.ts';
import {
  type Channel,
  isRefusal,
  type Outcome,
  type ReadTime,
  type Refusal,
  type ServedClass,
  unknownSymbol,
  type Wish,
} from './channel.ts';
import { type ChannelKind, InstrumentChannel } from './instrument-channel.ts';
import { InstrumentsChannel } from './instruments.ts';
import { LatencyChannel } from './latency.ts';
import { StatusChannel } from './status.ts';

/** The market order by order: followed from when somebody wants it. */
export interface Orders {
  readonly market: Market;
  wanted(): void;
}

export interface ChannelsOptions {
  readonly market: Market;
  readonly orders: Orders;
  /** Left out where there is no relay to ask. */
  readonly candles?: AskCandles | undefined;
  readonly history?: HistoryPorts | undefined;
  readonly timer: TimerPort;
  readonly readTime: ReadTime;
  readonly tally: Tally;
}

export class Channels {
  readonly readTime: ReadTime;
  readonly #timer: TimerPort;
  readonly #channels: ReadonlyMap<string, Channel>;
  readonly #scheduler: Scheduler;
  readonly #classes = new Map<string, ServedClass>();
  #nextClassId = 1;
  #levels = 0;

  constructor(options: ChannelsOptions) {
    const { market, orders, candles, timer, readTime, tally } = options;
    this.readTime = readTime;
    this.#timer = timer;
    const scheduler = () => this.#scheduler;
    const ports = { market, scheduler, readTime };
    const latency = new LatencyChannel(readTime);
    market.onTransaction((context) => latency.transactionApplied(context));
    const delivered = (seconds: number) => {
      tally.delivered(seconds);
      latency.delivered(seconds);
    };
    this.#channels = new Map<string, Channel>([
      ['book', new InstrumentChannel(bookKind(delivered), ports)],
      ['trades', new InstrumentChannel(TRADES, ports)],
      ['best', new InstrumentChannel(BEST, ports)],
      [
        'orders',
        new InstrumentChannel(ordersKind(market, orders), { ...ports, market: orders.market }),
      ],
      ['latency', latency],
      ['candles', new CandlesChannel('candles', market, readTime, candles)],
      ['statistics', new CandlesChannel('statistics', market, readTime, candles)],
      ['history', new HistoryChannel({ ...ports, tally, past: options.history })],
      ['status', new StatusChannel(market)],
      ['instruments', new InstrumentsChannel(market)],
    ]);
    this.#scheduler = new Scheduler(timer, (interval, phase) => {
      const time = readTime();
      for (const channel of this.#channels.values()) channel.beat(interval, phase, time);
      tally.broadcast((readTime().nowMs - time.nowMs) / 1000);
    });
  }

  /** The milliseconds of `readTime` alone: asked for every frame. */
  nowMs(): number {
    return this.#timer.nowMs();
  }

  /** Each class with its audience, for the operator's view. */
  describe(): readonly object[] {
    return Array.from(this.#classes.values(), ({ logic, audience }) => ({
      class: logic.id,
      ...logic.key,
      members: audience.members.size,
    }));
  }

  /** Members of all classes now. */
  membersByChannel(): ReadonlyMap<string, number> {
    const members = new Map(Array.from(this.#channels.keys(), (name) => [name, 0]));
    for (const { logic, audience } of this.#classes.values()) {
      const { channel } = logic.key;
      members.set(channel, (members.get(channel) ?? 0) + audience.members.size);
    }
    return members;
  }

  get classCount(): number {
    return this.#classes.size;
  }

  /** The class that serves a wish; it is closed again when its last member leaves. */
  find(channelName: string, wish: Wish): ServedClass | Refusal {
    const channel = this.#channels.get(channelName);
    if (channel === undefined) {
      const names = [...this.#channels.keys()].join(', ');
      return { error: 'UNKNOWN_CHANNEL', detail: `The channels are ${names}.` };
    }
    const key = channel.keyOf(wish);
    if (isRefusal(key)) return key;
    const known = this.#classes.get(keyText(key));
    if (known !== undefined) return known;
    if (this.#classes.size >= MAX_CLASSES) {
      return { error: 'LIMIT_REACHED', detail: `This gateway serves ${MAX_CLASSES} classes.` };
    }
    if (this.#levels + levelsOf(key) > MAX_CLASS_LEVELS) {
      const detail = `This gateway serves ${MAX_CLASS_LEVELS} levels in all classes.`;
      return { error: 'LIMIT_REACHED', detail };
    }
    const served = channel.open(this.#nextClassId, key, wish.codec);
    this.#nextClassId += 1;
    this.#classes.set(keyText(key), served);
    this.#levels += levelsOf(key);
    return served;
  }

  /** Closes the class if nobody is in it. */
  leave(served: ServedClass): void {
    if (served.audience.members.size > 0) return;
    const { key } = served.logic;
    if (!this.#classes.delete(keyText(key))) return;
    this.#levels -= levelsOf(key);
    this.#channels.get(key.channel)?.close(served);
  }

  /** The class with other options; `undefined` where they make another class. */
  modify(served: ServedClass, options: Readonly<Record<string, unknown>>): ServedClass | Outcome {
    const { key } = served.logic;
    const modified = this.#channels.get(key.channel)?.modify?.(served, options);
    if (modified === undefined || isRefusal(modified)) return modified;
    this.#classes.delete(keyText(key));
    this.#classes.set(keyText(modified), served);
    this.#levels += levelsOf(modified) - levelsOf(key);
    return served;
  }

  seek(served: ServedClass, id: number, place: Readonly<Record<string, unknown>>): Outcome {
    const channel = this.#channels.get(served.logic.key.channel);
    return channel?.seek === undefined ? NO_HISTORY : channel.seek(served, id, place);
  }

  play(served: ServedClass, id: number, speed: number, steps: number): Outcome {
    const channel = this.#channels.get(served.logic.key.channel);
    return channel?.play === undefined ? NO_HISTORY : channel.play(served, id, speed, steps);
  }

  /** Before a member is sent a new snapshot at its own wish. */
  refresh(served: ServedClass): void {
    this.#channels.get(served.logic.key.channel)?.refresh(served);
  }

  /** Every heartbeat interval. */
  tick(): void {
    const time = this.readTime();
    for (const channel of this.#channels.values()) channel.tick(time);
  }

  close(): void {
    this.#scheduler.close();
  }
}

const NO_HISTORY: Refusal = { error: 'BAD_REQUEST', detail: 'This is no book of the past.' };

/** What the memory of a class is counted by. */
function levelsOf({ channel, depth }: ClassKey): number {
  return channel === 'orders' ? depth * ORDERS_LEVEL_WEIGHT : depth;
}

function bookKind(delivered: (seconds: number) => void): ChannelKind {
  return {
    name: 'book',
    depth: 'option',
    hasGrouping: true,
    mayMerge: true,
    create: (id, key, instrument, encoding) => new BookClass(id, key, instrument, encoding),
    delivered,
  };
}

const TRADES: ChannelKind = {
  name: 'trades',
  depth: 0,
  hasGrouping: false,
  mayMerge: false,
  create(id, key, instrument, encoding) {
    return new TradesClass(id, key, instrument, instrument.trades, encoding);
  },
};

const BEST: ChannelKind = {
  name: 'best',
  depth: 1,
  hasGrouping: false,
  mayMerge: true,
  create: (id, key, instrument, encoding) => new BestClass(id, key, instrument, encoding),
};

function ordersKind(market: Market, orders: Orders): ChannelKind {
  return {
    name: 'orders',
    depth: 'option',
    hasGrouping: false,
    mayMerge: true,
    create: (id, key, instrument, encoding) => new OrdersClass(id, key, instrument, encoding),
    refusal(symbol) {
      if (market.find(symbol) === undefined) return unknownSymbol(symbol);
      orders.wanted();
      const instrument = orders.market.find(symbol);
      // Retryable: within a second the feed of orders has been joined.
      if (instrument === undefined) {
        return { error: 'UNKNOWN_SYMBOL', detail: 'Its orders are not known yet.' };
      }
      if (!instrument.isJoined || instrument.queues !== undefined) return undefined;
      return { error: 'UNKNOWN_CHANNEL', detail: `"${symbol}" has levels only.` };
    },
  };
}
