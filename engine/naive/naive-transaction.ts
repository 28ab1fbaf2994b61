/** "What happens in one transaction": steps 2 to 7, for every instrument. */

import { TradingStatus } from '../../feed/index.ts';
import { Reason } from '../protocol/index.ts';
import { followPeg, pegsToFollow } from './naive-pegs.ts';
import type { NaiveInstrument } from './naive-state.ts';
import { changeStatus, isAuction } from './naive-status.ts';
import { cancelPartners, enterElected, nextElected } from './naive-triggers.ts';
import { findCrossing } from './naive-uncross.ts';
import type { NaiveWorld } from './naive-world.ts';

export function finish(world: NaiveWorld): void {
  cancelPartners(world); // 2
  for (const instrument of world.instruments) {
    while (isUnsettled(world, instrument)); // 3, 4, 5
    if (instrument.hasTraded) instrument.referencePrice = instrument.lastTradePrice; // 6
    instrument.hasTraded = false;
    tellCrossing(world, instrument); // 7
  }
}

/** Does the next thing that is to be done; false where there is none. */
function isUnsettled(world: NaiveWorld, instrument: NaiveInstrument): boolean {
  if (instrument.mustPause) {
    beginPause(world, instrument);
    return true;
  }
  if (instrument.status !== TradingStatus.Continuous) return false;
  const elected = nextElected(world, instrument);
  if (elected !== undefined) {
    enterElected(world, elected);
    cancelPartners(world);
    return true;
  }
  const following = pegsToFollow(world, instrument);
  if (following === undefined) return false;
  for (const peg of following.pegs) {
    followPeg(world, peg, following.best);
    cancelPartners(world);
    if (instrument.mustPause) break;
  }
  return true;
}

function beginPause(world: NaiveWorld, instrument: NaiveInstrument): void {
  instrument.mustPause = false;
  world.saw('a volatility pause');
  if (nextElected(world, instrument) !== undefined) world.saw('elected orders wait for a pause');
  changeStatus(world, instrument, TradingStatus.Auction, Reason.VolatilityPause);
  instrument.pausedUntilMs = world.nowMs + instrument.pauseMs;
}

function tellCrossing(world: NaiveWorld, instrument: NaiveInstrument): void {
  if (!isAuction(instrument)) return;
  const now = findCrossing(world, instrument);
  const told = instrument.toldCrossing;
  const isTold =
    now.price === told.price &&
    now.volume === told.volume &&
    now.imbalance === told.imbalance &&
    now.side === told.side;
  if (isTold) return;
  world.saw(now.volume === 0 ? 'nothing crosses any more' : 'an indicative price');
  instrument.toldCrossing = now;
  world.tellStream('indicative', instrument, now.price, now.volume, now.imbalance, now.side);
}
