/** What streams of random commands have much of: each taste makes other rules meet. */

import { MAX_INTEGER } from '../../../feed/index.ts';

/** What a stream does next. */
export type Kind =
  | 'newOrder'
  | 'change'
  | 'cancel'
  | 'massCancel'
  | 'status'
  | 'rules'
  | 'calendar'
  | 'trade'
  | 'owner'
  | 'venue'
  | 'list';

export interface Taste {
  readonly name: string;
  /** Weights of what comes next. */
  readonly kinds: Readonly<Record<Kind, number>>;
  /** Weights among new orders. */
  readonly orderTypes: Readonly<
    Record<'limit' | 'market' | 'stop' | 'stopLimit' | 'trailing' | 'pegged', number>
  >;
  /** Percent of new orders that ask for it. */
  readonly selfTrade: number;
  readonly conditions: number;
  readonly linked: number;
  /** Percent that are DAY or GTD, and of the time that goes by where something is due. */
  readonly timed: number;
  /** Percent of new orders with something wrong. */
  readonly spoiled: number;
  /** Ticks around the market. */
  readonly spread: number;
  /** Prices begin near one of these. */
  readonly centers: readonly number[];
  /** Percent of quantities that are huge. */
  readonly huge: number;
  readonly lowestPrice: number;
  readonly highestPrice: number;
}

const EVERYTHING: Taste = {
  name: 'everything',
  kinds: {
    newOrder: 650,
    change: 160,
    cancel: 90,
    massCancel: 5,
    status: 25,
    rules: 12,
    calendar: 3,
    trade: 10,
    owner: 5,
    venue: 4,
    list: 2,
  },
  orderTypes: { limit: 58, market: 10, stop: 9, stopLimit: 9, trailing: 6, pegged: 8 },
  selfTrade: 40,
  conditions: 35,
  linked: 12,
  timed: 20,
  spoiled: 4,
  spread: 5,
  centers: [0, 3, -40, 1000],
  huge: 0,
  lowestPrice: -5000,
  highestPrice: 5000,
};

const NO_ORDERS_WAIT = { limit: 90, market: 10, stop: 0, stopLimit: 0, trailing: 0, pegged: 0 };

export const TASTES: readonly Taste[] = [
  EVERYTHING,
  {
    ...EVERYTHING,
    name: 'plain',
    kinds: { ...EVERYTHING.kinds, massCancel: 3, status: 0, rules: 0, calendar: 0, owner: 0 },
    orderTypes: NO_ORDERS_WAIT,
    selfTrade: 0,
    conditions: 0,
    linked: 0,
    timed: 0,
    spoiled: 0,
  },
  {
    ...EVERYTHING,
    name: 'book',
    kinds: { ...EVERYTHING.kinds, status: 0, rules: 0, calendar: 0, owner: 0 },
    orderTypes: NO_ORDERS_WAIT,
    selfTrade: 30,
    conditions: 60,
    linked: 0,
    timed: 0,
  },
  {
    ...EVERYTHING,
    name: 'stops and links',
    kinds: { ...EVERYTHING.kinds, status: 4, rules: 2, calendar: 0, owner: 1 },
    orderTypes: { limit: 40, market: 8, stop: 16, stopLimit: 16, trailing: 16, pegged: 4 },
    selfTrade: 15,
    conditions: 20,
    linked: 30,
    timed: 10,
    spread: 4,
  },
  {
    ...EVERYTHING,
    name: 'pegs',
    kinds: { ...EVERYTHING.kinds, status: 8, rules: 4, calendar: 0, owner: 1 },
    orderTypes: { limit: 50, market: 6, stop: 5, stopLimit: 4, trailing: 3, pegged: 32 },
    timed: 5,
    spread: 8,
  },
  {
    ...EVERYTHING,
    name: 'auctions',
    kinds: { ...EVERYTHING.kinds, status: 140, rules: 15, calendar: 4, owner: 1 },
    orderTypes: { limit: 70, market: 4, stop: 8, stopLimit: 8, trailing: 4, pegged: 6 },
    timed: 15,
  },
  {
    ...EVERYTHING,
    name: 'protection',
    kinds: { ...EVERYTHING.kinds, status: 6, rules: 45, calendar: 0, owner: 1 },
    orderTypes: { limit: 55, market: 20, stop: 10, stopLimit: 6, trailing: 4, pegged: 5 },
    timed: 8,
    spread: 7,
  },
  {
    ...EVERYTHING,
    name: 'operators',
    kinds: { ...EVERYTHING.kinds, massCancel: 30, calendar: 25, trade: 60, owner: 40, list: 10 },
    timed: 50,
  },
  {
    ...EVERYTHING,
    name: 'extremes',
    kinds: { ...EVERYTHING.kinds, status: 50, calendar: 0 },
    centers: [MAX_INTEGER - 3, 3 - MAX_INTEGER, 2 ** 40, -(2 ** 31)],
    huge: 40,
    lowestPrice: -MAX_INTEGER,
    highestPrice: MAX_INTEGER,
  },
];
