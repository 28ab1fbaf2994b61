/** What a client may see of a book, and how one view becomes another: written for reading, not speed. */

import { Aggressor, LevelBook, Side } from '../../../feed/index.ts';

/** `[price, quantity, orders]`, best first. */
export type WindowSide = readonly (readonly [number, number, number])[];

export interface MockWindow {
  readonly bids: WindowSide;
  readonly asks: WindowSide;
}

export function windowOf(book: LevelBook, depth: number, grouping: number): MockWindow {
  return {
    bids: sideOf(book, Side.Bid, depth, grouping),
    asks: sideOf(book, Side.Ask, depth, grouping),
  };
}

function sideOf(book: LevelBook, side: Side, depth: number, grouping: number): WindowSide {
  const groups = new Map<number, [number, number, number]>();
  const round = side === Side.Bid ? Math.floor : Math.ceil;
  for (let i = 0; i < book.levelCount(side); i += 1) {
    const price = round(book.priceAt(side, i) / grouping) * grouping;
    const group = groups.get(price) ?? [price, 0, 0];
    group[1] += book.quantityAt(side, i);
    group[2] += book.orderCountAt(side, i);
    groups.set(price, group);
  }
  return [...groups.values()].slice(0, depth);
}

/** All levels flat, prices counted from `anchor`. */
export function flat(side: WindowSide, anchor: number): number[] {
  return side.flatMap(([price, quantity, orders]) => [price - anchor, quantity, orders]);
}

/** What leads from one side to another: levels that are new or other, and those that are gone as 0. */
export function changes(before: WindowSide, after: WindowSide): WindowSide {
  const old = new Map(before.map((level) => [level[0], level]));
  const now = new Set(after.map(([price]) => price));
  const gone = before.filter(([price]) => !now.has(price));
  const other = after.filter((level) => String(old.get(level[0])) !== String(level));
  return [...gone.map(([price]) => [price, 0, 0] as const), ...other];
}

export function hashOf(instrument: number, { bids, asks }: MockWindow): [number, number] {
  const book = new LevelBook(instrument);
  for (const level of bids) book.apply(Side.Bid, ...level);
  for (const level of asks) book.apply(Side.Ask, ...level);
  return [book.hash.laneA, book.hash.laneB];
}

/** As on the wire. */
export function aggressorOf(side: Side | undefined): number {
  if (side === undefined) return Aggressor.None;
  return side === Side.Bid ? Aggressor.Bid : Aggressor.Ask;
}
