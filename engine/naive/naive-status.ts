/** "Status": what changing it brings about. */

import { BookKind, TradingStatus } from '../../feed/index.ts';
import { Reason, TimeInForce } from '../protocol/index.ts';
import { parkPegs } from './naive-pegs.ts';
import type { NaiveInstrument, NaiveOrder } from './naive-state.ts';
import { findCrossing, NOTHING_CROSSES, uncross } from './naive-uncross.ts';
import type { NaiveWorld } from './naive-world.ts';

const { PreOpen, Auction, Continuous, Closed, Delisted } = TradingStatus;

export function isAuction({ status }: NaiveInstrument): boolean {
  return status === PreOpen || status === Auction;
}

/** Without effect where the status holds already. */
export function changeStatus(
  world: NaiveWorld,
  instrument: NaiveInstrument,
  status: TradingStatus,
  reason: Reason,
): void {
  const before = instrument.status;
  if (before === status) return;
  world.sawOf('the status becomes', TradingStatus, status);
  const uncrosses = status === Continuous || (status === Closed && before === Auction);
  if (uncrosses && instrument.bookKind === BookKind.Orders) uncross(world, instrument);
  if (status === Closed && findCrossing(world, instrument).volume > 0) {
    world.saw('a crossed book is closed as it is');
  }
  instrument.status = status;
  instrument.pausedUntilMs = undefined;
  instrument.toldCrossing = NOTHING_CROSSES;
  if (status !== Continuous) parkPegs(world, instrument);
  world.tellStream('statusChanged', instrument, status, reason);
  if (status === Closed) instrument.ending = 'day';
  if (status === Delisted) {
    instrument.ending = 'all';
    instrument.calendar = [];
  }
  endMany(world, instrument, world.limits.ended);
}

/** Ends what the status ends, so many at most, in order of arrival; answers how many. */
export function endMany(world: NaiveWorld, instrument: NaiveInstrument, limit: number): number {
  const { ending } = instrument;
  if (ending === undefined) return 0;
  const doomed = world
    .ordersOf(instrument)
    .filter((order) => ending === 'all' || order.timeInForce === TimeInForce.Day);
  const now = doomed.slice(0, limit);
  for (const order of now) endAlone(world, order, reasonOf(ending));
  if (now.length === doomed.length) instrument.ending = undefined;
  else world.saw('a long ending goes on later');
  return now.length;
}

function reasonOf(ending: 'day' | 'all'): Reason {
  return ending === 'all' ? Reason.Delisted : Reason.EndOfDay;
}

/** A step of its own: its level is told when it is done. */
export function endAlone(world: NaiveWorld, order: NaiveOrder, reason: Reason): void {
  world.sawOf(`ended while ${order.place}:`, Reason, reason);
  world.end(order, reason);
  world.tellTouched();
}
