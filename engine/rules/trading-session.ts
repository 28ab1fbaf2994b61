/** What the rules keep of one instrument: its protections, its auction, its pause, its calendar. */

import { MAX_INTEGER, Side } from '../../feed/index.ts';
import { MAX_OPEN_ORDERS } from '../limits.ts';
import { REASON_TEXT, Reason } from '../protocol/index.ts';
import type { StateReader, StateWriter } from '../state.ts';
import type { Calendar } from './calendar.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** Which orders a status ends, as long as not all of them have ended. */
export type Ending = typeof Reason.EndOfDay | typeof Reason.Delisted;

/** Plain data: those that act on it stand beside this file. */
export class TradingSession {
  /** Ticks; 0: off. */
  collarTicks = 0;
  pauseTicks = 0;
  pauseMs = 0;
  /** NaN: there is none. */
  referencePrice = Number.NaN;
  /** Trades happen within these; set together with the book's. */
  lowestTrade: number = -MAX_INTEGER;
  highestTrade: number = MAX_INTEGER;
  /** When the volatility pause is over; `Infinity`: there is none. */
  pauseEndsMs = NEVER;
  calendar: Calendar | undefined;
  /** The time of the calendar that acts next, and how many of its entries of that time have acted. */
  calendarDueMs = NEVER;
  calendarStep = 0;
  ending: Ending | undefined;
  /** Why it has its status; `None`: it has had no other. */
  statusReason: Reason = Reason.None;
  /** Open orders that are good for the day, in the order of their arrival. */
  readonly dayOrders = new Set<number>();
  /** What was told last of the auction. */
  readonly told = { price: 0, volume: 0, imbalance: 0, side: Side.Bid as Side };

  get hasBounds(): boolean {
    return this.pauseTicks > 0 && this.pauseMs > 0;
  }

  /** Something is to be looked at after every command. */
  get isWatched(): boolean {
    return this.hasBounds || this.collarTicks > 0;
  }

  saveState(writer: StateWriter, calendars: readonly Calendar[]): void {
    writer.part('sess', () => {
      writer.int(this.collarTicks);
      writer.int(this.pauseTicks);
      writer.u32(this.pauseMs);
      writer.f64(this.referencePrice);
      writer.f64(this.pauseEndsMs);
      const { calendar } = this;
      writer.u32(calendar === undefined ? 0 : calendars.indexOf(calendar) + 1);
      writer.f64(this.calendarDueMs);
      writer.u32(this.calendarStep);
      writer.u8(this.statusReason);
      writer.u8(this.ending ?? Reason.None);
      writer.count(this.dayOrders.size);
      for (const orderId of this.dayOrders) writer.int(orderId);
      const { price, volume, imbalance, side } = this.told;
      writer.int(price);
      writer.int(volume);
      writer.int(imbalance);
      writer.u8(side);
    });
  }

  loadState(reader: StateReader, calendars: readonly Calendar[]): void {
    reader.part('sess', () => {
      this.collarTicks = reader.int(0);
      this.pauseTicks = reader.int(0);
      this.pauseMs = reader.u32();
      this.referencePrice = priceOrNone(reader);
      this.pauseEndsMs = timeOrNever(reader);
      const named = reader.u32();
      this.calendar = calendars[named - 1];
      if (named > calendars.length) reader.refuse(`There is no calendar ${named}.`);
      this.calendarDueMs = timeOrNever(reader);
      this.calendarStep = reader.u32();
      this.statusReason = reasonOrNone(reader);
      this.#loadEnding(reader);
      for (let left = reader.count(MAX_OPEN_ORDERS, 8); left > 0; left -= 1) {
        this.dayOrders.add(reader.int(1));
      }
      this.told.price = reader.int();
      this.told.volume = reader.int(0);
      this.told.imbalance = reader.int(0);
      this.told.side = reader.choice(Side.Ask) as Side;
    });
  }

  #loadEnding(reader: StateReader): void {
    const reason = reader.u8();
    if (reason === Reason.EndOfDay || reason === Reason.Delisted) this.ending = reason;
    else if (reason !== Reason.None) reader.refuse(`Nothing ends for ${reason}.`);
  }
}

function reasonOrNone(reader: StateReader): Reason {
  const reason = reader.u8();
  if (!(reason in REASON_TEXT)) reader.refuse(`Reason ${reason} is not defined.`);
  return reason as Reason;
}

function priceOrNone(reader: StateReader): number {
  const price = reader.f64();
  const isPrice = Number.isInteger(price) && Math.abs(price) <= MAX_INTEGER;
  if (!isPrice && !Number.isNaN(price)) reader.refuse(`${price} is no price.`);
  return price;
}

function timeOrNever(reader: StateReader): number {
  const time = reader.f64();
  const isTime = Number.isInteger(time) && time >= 0 && time <= MAX_INTEGER;
  if (!isTime && time !== NEVER) reader.refuse(`${time} is no time.`);
  return time;
}
