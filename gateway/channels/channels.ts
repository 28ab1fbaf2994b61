/** All channels behind one door: finds or makes the class for a wish, and keeps them in time. */

import { BestClass } from '../conflation/best-class.ts';
import { BookClass } from '../conflation/book-class.ts';
import { keyText } from '../conflation/conflation-class.ts';
import { Scheduler, type TimerPort } from '../conflation/scheduler.ts';
import { TradesClass } from '../conflation/trades-class.ts';
import type { Market } from '../market.ts';
import { MAX_CLASSES } from '../protocol/index.ts';
import type { Tally } from '../tally.ts';
import {
  type Channel,
  isRefusal,
  type ReadTime,
  type Refusal,
  type ServedClass,
  type Wish,
} from './channel.ts';
import { type ChannelKind, InstrumentChannel } from './instrument-channel.ts';
import { InstrumentsChannel } from './instruments.ts';
import { StatusChannel } from './status.ts';

export class Channels {
  readonly readTime: ReadTime;
  readonly #channels: ReadonlyMap<string, Channel>;
  readonly #scheduler: Scheduler;
  readonly #classes = new Map<string, ServedClass>();
  #nextClassId = 1;

  constructor(market: Market, timer: TimerPort, readTime: ReadTime, tally: Tally) {
    this.readTime = readTime;
    const scheduler = () => this.#scheduler;
    const ports = { market, scheduler, readTime };
    this.#channels = new Map<string, Channel>([
      ['book', new InstrumentChannel(bookKind(tally), ports)],
      ['trades', new InstrumentChannel(TRADES, ports)],
      ['best', new InstrumentChannel(BEST, ports)],
      ['status', new StatusChannel(market)],
      ['instruments', new InstrumentsChannel(market)],
    ]);
    this.#scheduler = new Scheduler(timer, (interval, phase) => {
      const time = readTime();
      for (const channel of this.#channels.values()) channel.beat(interval, phase, time);
    });
  }

  /** Each class with its audience, for the operator's view. */
  describe(): readonly object[] {
    return Array.from(this.#classes.values(), ({ logic, audience }) => ({
      class: logic.id,
      ...logic.key,
      members: audience.members.size,
    }));
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
    const served = channel.open(this.#nextClassId, key, wish.codec);
    this.#nextClassId += 1;
    this.#classes.set(keyText(key), served);
    return served;
  }

  /** Closes the class if nobody is in it. */
  leave(served: ServedClass): void {
    if (served.audience.members.size > 0) return;
    const { key } = served.logic;
    if (!this.#classes.delete(keyText(key))) return;
    this.#channels.get(key.channel)?.close(served);
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

function bookKind(tally: Tally): ChannelKind {
  return {
    name: 'book',
    depth: 'option',
    hasGrouping: true,
    mayMerge: true,
    create: (id, key, instrument, encoding) => new BookClass(id, key, instrument, encoding),
    delivered: (seconds) => tally.delivered(seconds),
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
