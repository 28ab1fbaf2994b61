/** Seeded streams of commands, shaped by the state of the market so that its rules have much to do. */

import { BookKind, type InstrumentId, Side, TradingStatus } from '../../../feed/index.ts';
import {
  ALL_INSTRUMENTS,
  type CalendarEntry,
  type Command,
  CommandType,
  ENGINE_OWNER,
  MassCancelSide,
  type SetCalendar,
  type SetRules,
} from '../../protocol/index.ts';
import type { NaiveMarket } from '../naive-market.ts';
import type { NaiveInstrument } from '../naive-state.ts';
import { RandomOrders, within } from './random-orders.ts';
import { RandomSource } from './random-source.ts';
import { type Kind, TASTES, type Taste } from './tastes.ts';

/** A command of a stream; `timeNs` never falls. */
export interface TimedCommand {
  readonly timeNs: bigint;
  readonly owner: number;
  readonly command: Command;
}

/** A Monday, so that weeks of the calendar are easy to read. */
const START_MS = Date.UTC(2026, 0, 5, 8);
const DAY_MS = 86_400_000;
const OWNERS = 5;
const ORDER_BOOKS = 2;
/** More open orders than this, and rather some are taken back. */
const ENOUGH_ORDERS = 40;

export class RandomCommands {
  readonly #random: RandomSource;
  readonly #market: NaiveMarket;
  readonly #orders: RandomOrders;
  readonly taste: Taste;
  #timeNs = BigInt(START_MS) * 1_000_000n;
  #listed = 0;

  /** `market` is the one that the commands are applied to, one after the other. A random taste by default. */
  constructor(seed: number, market: NaiveMarket, tasteName?: string) {
    const random = new RandomSource(seed);
    this.#random = random;
    this.#market = market;
    const tastes = TASTES.filter(({ name }) => tasteName === undefined || name === tasteName);
    this.taste = random.of(tastes);
    this.#orders = new RandomOrders(random, market.world, this.taste);
  }

  next(): TimedCommand {
    this.#passTime();
    const owner = this.#random.between(1, OWNERS);
    const command = this.#command(owner);
    const isEngines = command.type === CommandType.AdvanceTime;
    return { timeNs: this.#timeNs, owner: isEngines ? ENGINE_OWNER : owner, command };
  }

  /** Mostly a little; often to just before, or just at, what is due next; seldom for days. */
  #passTime(): void {
    const random = this.#random;
    const nowMs = Number(this.#timeNs / 1_000_000n);
    const { nextDueMs } = this.#market;
    const { timed } = this.taste;
    const way = random.weighted({
      none: 500,
      nanos: 100,
      little: 250,
      due: 8 * timed,
      hours: timed / 4,
      days: timed / 10,
    });
    let toMs = nowMs;
    if (way === 'nanos') this.#timeNs += BigInt(random.below(900_000));
    if (way === 'little') toMs += random.between(1, 5);
    if (way === 'due' && nextDueMs < nowMs + DAY_MS) toMs = nextDueMs - random.between(0, 1);
    if (way === 'hours') toMs += random.below(DAY_MS / 4);
    if (way === 'days') toMs += random.below(3 * DAY_MS);
    if (toMs > nowMs) this.#timeNs = BigInt(toMs) * 1_000_000n;
  }

  #command(owner: number): Command {
    const random = this.#random;
    const { world } = this.#market;
    if (this.#listed < ORDER_BOOKS || world.instruments.every(isDelisted)) return this.#list();
    if (this.#listed === ORDER_BOOKS) return this.#list(BookKind.Levels);
    const instrument = random.of(world.instruments);
    const isVenue = instrument.bookKind === BookKind.Levels;
    if (isVenue && !random.percent(10)) return this.#command(owner);
    if (random.percent(chanceToTrade(instrument))) {
      return status(instrument, this.#nextStatus(instrument));
    }
    const isCrowded = world.ordersOf(instrument).length > ENOUGH_ORDERS;
    const { kinds } = this.taste;
    const kind = random.weighted<Kind>({
      ...kinds,
      newOrder: isVenue ? 2 : isCrowded ? kinds.newOrder / 2 : kinds.newOrder,
      change: isVenue ? 2 : kinds.change,
      cancel: isVenue ? 2 : isCrowded ? kinds.newOrder / 2 : kinds.cancel,
      venue: isVenue ? 300 : kinds.venue,
    });
    return this.#commandOf(kind, owner, instrument);
  }

  #commandOf(kind: Kind, owner: number, instrument: NaiveInstrument): Command {
    const random = this.#random;
    const orders = this.#orders;
    const open = orders.openOrder(owner);
    const id = instrument.id;
    switch (kind) {
      case 'newOrder':
        return orders.newOrder(owner, instrument);
      case 'change':
        return open === undefined ? orders.newOrder(owner, instrument) : orders.change(open);
      case 'cancel':
        return open === undefined ? orders.newOrder(owner, instrument) : orders.cancel(open);
      case 'massCancel': {
        const side = random.of(Object.values(MassCancelSide));
        const named = random.percent(50) ? ALL_INSTRUMENTS : id;
        return { type: CommandType.MassCancel, instrument: named, side };
      }
      case 'status':
        return status(instrument, this.#status());
      case 'rules':
        return this.#rules(instrument);
      case 'calendar':
        return this.#calendar(instrument);
      case 'trade':
        return this.#tradeChange(instrument);
      case 'owner':
        return this.#ownerCommand();
      case 'venue':
        return this.#venueCommand(instrument);
      case 'list':
        return this.#list();
      default:
        throw new Error(kind satisfies never);
    }
  }

  /** Mostly to where orders trade, also from where they may cross without ever trading. */
  #nextStatus(instrument: NaiveInstrument): TradingStatus {
    const { PreOpen, Closed, Continuous } = TradingStatus;
    if (this.#random.percent(60)) return Continuous;
    const isSkipped = instrument.status === PreOpen && this.#random.percent(60);
    return isSkipped ? Closed : this.#status();
  }

  #status(): TradingStatus {
    const { PreOpen, Auction, Continuous, CancelOnly, Halted, Closed, Delisted } = TradingStatus;
    if (this.#random.percent(2)) return Delisted;
    const others = [PreOpen, PreOpen, CancelOnly, Halted, Closed, Closed];
    return this.#random.of([Auction, Auction, Auction, Auction, Continuous, Continuous, ...others]);
  }

  #rules({ id, lastTradePrice = 0 }: NaiveInstrument): SetRules {
    const random = this.#random;
    const isNarrow = random.percent(30);
    const { lowestPrice, highestPrice } = this.taste;
    const reference = random.percent(50) ? { referencePrice: this.#near(lastTradePrice) } : {};
    return {
      type: CommandType.SetRules,
      instrument: id,
      lowestPrice: isNarrow ? within(lastTradePrice - random.between(3, 12)) : lowestPrice,
      highestPrice: isNarrow ? within(lastTradePrice + random.between(-1, 12)) : highestPrice,
      collarTicks: random.percent(50) ? 0 : random.between(1, 10),
      pauseTicks: random.percent(40) ? 0 : random.between(1, 8),
      pauseMs: random.percent(10) ? 0 : random.between(1, 40),
      ...reference,
    };
  }

  #near(price: number): number {
    return within(price + this.#random.between(-4, 4));
  }

  /** Entries within the next minutes, and some at other times of the week. */
  #calendar({ id }: NaiveInstrument): SetCalendar {
    const random = this.#random;
    const nowMs = Number(this.#timeNs / 1_000_000n);
    const today = Math.floor(nowMs / DAY_MS);
    const entries: CalendarEntry[] = [];
    for (let left = random.below(6); left > 0; left -= 1) {
      const soon = (nowMs + random.below(30)) % DAY_MS;
      const isTwin = entries.length > 0 && random.percent(30);
      const timeOfDayMs = random.percent(70) ? soon : random.below(DAY_MS);
      entries.push({
        weekdays: random.percent(50) ? 127 : random.between(1, 127),
        timeOfDayMs: isTwin ? random.of(entries).timeOfDayMs : timeOfDayMs,
        status: random.percent(40) ? TradingStatus.Continuous : this.#status(),
      });
    }
    const holidays = random.percent(70) ? [] : [today + random.between(-1, 3), today + 5];
    const instrument = random.percent(20) ? ALL_INSTRUMENTS : id;
    return { type: CommandType.SetCalendar, instrument, entries, holidays };
  }

  #tradeChange({ id, lastTradePrice = 0 }: NaiveInstrument): Command {
    const random = this.#random;
    const { lastTradeId, trades } = this.#market.world;
    const near = random.between(Math.max(0, lastTradeId - 12), lastTradeId + 1);
    const known =
      trades.length > 0 && random.percent(80) ? random.of(trades.slice(-12)) : undefined;
    const tradeId = known?.tradeId ?? near;
    const instrument = known !== undefined && random.percent(90) ? known.instrument.id : id;
    if (random.percent(50)) return { type: CommandType.BustTrade, instrument, tradeId };
    const price = this.#near(lastTradePrice);
    const quantity = random.between(0, 9);
    return { type: CommandType.CorrectTrade, instrument, tradeId, price, quantity };
  }

  #ownerCommand(): Command {
    const random = this.#random;
    const blocked = [...this.#market.world.blockedOwners];
    const { KillSwitch } = CommandType;
    if (blocked.length > 0 && random.percent(70)) {
      return { type: KillSwitch, target: random.of(blocked), isOn: false };
    }
    if (random.percent(40)) {
      return {
        type: KillSwitch,
        target: random.percent(20) ? 0 : random.between(1, OWNERS),
        isOn: random.percent(80),
      };
    }
    return { type: random.percent(30) ? CommandType.AdvanceTime : CommandType.OwnerGone };
  }

  #venueCommand({ id }: NaiveInstrument): Command {
    const random = this.#random;
    const level = () => ({
      side: random.of([Side.Bid, Side.Ask]),
      price: random.between(1, 9),
      quantity: random.below(5),
    });
    if (random.percent(30)) {
      const aggressor = random.of([Side.Bid, Side.Ask]);
      const price = random.between(1, 9);
      const quantity = random.below(6);
      return { type: CommandType.VenueTrade, instrument: id, price, quantity, aggressor };
    }
    return {
      type: CommandType.BookUpdate,
      instrument: id,
      clear: random.percent(10),
      depth: random.percent(70) ? 0 : random.between(1, 4),
      levels: Array.from({ length: random.below(6) }, level),
    };
  }

  /** A new instrument, or once in a while one that is there already. */
  #list(bookKind: BookKind = BookKind.Orders): Command {
    const { instruments } = this.#market.world;
    const isAgain = this.#listed > ORDER_BOOKS && !instruments.every(isDelisted);
    if (!isAgain) this.#listed += 1;
    const there = isAgain ? this.#random.of(instruments) : undefined;
    return {
      type: CommandType.ListInstrument,
      symbol: there?.symbol ?? `S${this.#listed}`,
      tickSize: this.#random.of(['0.01', '0.010']),
      lotSize: '1',
      bookKind: there?.bookKind ?? bookKind,
      lowestPrice: there?.lowestPrice ?? this.taste.lowestPrice,
      highestPrice: there?.highestPrice ?? this.taste.highestPrice,
    };
  }
}

/** Percent: nobody learns much from a market that is closed. */
function chanceToTrade(instrument: NaiveInstrument): number {
  const { PreOpen, Auction, Continuous, Delisted } = TradingStatus;
  const { status } = instrument;
  if (status === Continuous || status === Delisted) return 0;
  return status === PreOpen || status === Auction ? 8 : 40;
}

function isDelisted({ status, bookKind }: NaiveInstrument): boolean {
  return status === TradingStatus.Delisted || bookKind === BookKind.Levels;
}

function status({ id }: NaiveInstrument, to: TradingStatus): Command {
  return { type: CommandType.SetStatus, instrument: id as InstrumentId, status: to };
}
