/** What owners do with their orders: new, cancel, modify, replace. */

import { TradingStatus } from '../../feed/index.ts';
import {
  type CancelOrder,
  CommandType,
  type ModifyOrder,
  type NewOrder,
  OrderType,
  Reason,
  type ReplaceOrder,
} from '../protocol/index.ts';
import {
  checkChange,
  checkInstrument,
  checkLink,
  checkNewOrder,
  checkRoom,
  checkTerms,
  type FullOrder,
  fill,
  hasTooManyParts,
} from './naive-checks.ts';
import {
  enter,
  isStop,
  lotsThatRest,
  matchAndRest,
  passivePrice,
  shrink,
} from './naive-matching.ts';
import { bestShown, pegPrice, placePeg } from './naive-pegs.ts';
import type { NaiveInstrument, NaiveOrder } from './naive-state.ts';
import { endAlone } from './naive-status.ts';
import { wait } from './naive-triggers.ts';
import { type NaiveWorld, nameOf } from './naive-world.ts';

const { None } = Reason;
const { Continuous, Delisted } = TradingStatus;

/** An owner's open order of an instrument. */
function findOrder(
  world: NaiveWorld,
  owner: number,
  instrument: NaiveInstrument,
  clientOrderId: number,
): NaiveOrder | undefined {
  return world
    .ordersOf(instrument)
    .find((order) => order.owner === owner && order.clientOrderId === clientOrderId);
}

export function newOrder(world: NaiveWorld, owner: number, command: NewOrder): Reason {
  const instrument = world.instruments[command.instrument - 1];
  const unknown = checkInstrument(instrument);
  if (instrument === undefined || unknown !== None) return unknown;
  const full = fill(command);
  const other = findOrder(world, owner, instrument, full.linkedTo);
  const refusedAtOnce = checkNewOrder(world, owner, instrument, full) || checkLink(full, other);
  if (refusedAtOnce !== None) return refusedAtOnce;
  const order = orderOf(world, owner, instrument, full);
  const refused = checkTerms(full) || checkRoom(world, order);
  if (refused !== None) return refused;

  world.directory.accept(nameOf(order));
  world.orders.push(order);
  world.report('accepted', order);
  if (full.linkedTo !== 0 && other !== undefined) {
    world.saw('orders are linked');
    order.linkedTo = other;
    other.linkedTo = order;
  }
  if (isStop(order.orderType)) {
    wait(world, order);
  } else if (order.orderType === OrderType.Pegged) {
    order.waitsSince = world.nextTurn();
    placePeg(world, order, bestShown(world, instrument));
  } else if (instrument.status === Continuous) {
    enter(world, order);
  } else {
    world.rest(order);
    world.tellTouched(order);
  }
  return None;
}

function orderOf(
  world: NaiveWorld,
  owner: number,
  instrument: NaiveInstrument,
  full: FullOrder,
): NaiveOrder {
  const { side, orderType, trailBy, triggerPrice } = full;
  const last = instrument.lastTradePrice;
  const isTrailing = orderType === OrderType.TrailingStop;
  const away = side === 0 ? trailBy : -trailBy;
  const trailing = last === undefined ? undefined : last + away;
  return {
    orderId: world.directory.idForNext(),
    owner,
    clientOrderId: full.clientOrderId,
    side,
    orderType,
    timeInForce: full.timeInForce,
    expiresAtMs: full.expiresAtMs,
    postOnly: full.postOnly,
    selfTrade: full.selfTrade,
    minimumQuantity: full.minimumQuantity,
    displayQuantity: full.displayQuantity,
    isHidden: full.isHidden || orderType === OrderType.Pegged,
    trailBy,
    pegTo: full.pegTo,
    pegOffset: full.pegOffset,
    instrument,
    place: 'coming',
    limit: full.price,
    price: full.price,
    open: full.quantity,
    filled: 0,
    shown: 0,
    trigger: isTrailing ? trailing : triggerPrice,
    linkedTo: undefined,
    queuedAt: 0,
    waitsSince: 0,
  };
}

export function cancelOrder(world: NaiveWorld, owner: number, command: CancelOrder): Reason {
  const instrument = world.instruments[command.instrument - 1];
  const unknown = checkInstrument(instrument);
  if (instrument === undefined || unknown !== None) return unknown;
  if (instrument.status === Delisted) return Reason.InstrumentNotTrading;
  const order = findOrder(world, owner, instrument, command.clientOrderId);
  if (order === undefined) return Reason.UnknownOrder;
  endAlone(world, order, Reason.ByRequest);
  return None;
}

export function changeOrder(
  world: NaiveWorld,
  owner: number,
  command: ModifyOrder | ReplaceOrder,
): Reason {
  const instrument = world.instruments[command.instrument - 1];
  const unknown = checkInstrument(instrument);
  if (instrument === undefined || unknown !== None) return unknown;
  const order = findOrder(world, owner, instrument, command.clientOrderId);
  const refused = checkChange(world, owner, instrument, order, command);
  if (order === undefined || refused !== None) return refused;
  const isModify = command.type === CommandType.Modify;
  const { quantity } = command;
  if (isModify && quantity <= order.filled) return Reason.QuantityAlreadyFilled;
  const open = isModify ? quantity - order.filled : quantity;
  if (BigInt(order.filled) + BigInt(open) > BigInt(Number.MAX_SAFE_INTEGER)) {
    return Reason.BadQuantity;
  }
  // Of a pegged order the limit is what was given, and the price what the market made of it.
  const price = command.price + 0;
  const limit = order.orderType === OrderType.Pegged ? order.limit : order.price;
  const trigger = command.triggerPrice ?? order.trigger;
  const isLess = open < order.open && price === limit && trigger === order.trigger;
  if (isModify && isLess) {
    world.saw(`a change keeps the place of a ${order.place} order`);
    shrink(world, order, open);
    world.tellTouched();
    return None;
  }
  if (hasTooManyParts(open, order.displayQuantity)) return Reason.BadQuantity;
  world.saw(`a change loses the place of a ${order.place} order`);
  if (order.place === 'waiting') return changeStop(world, order, price, open, trigger);
  if (order.orderType === OrderType.Pegged) return changePeg(world, order, price, open);
  return changeResting(world, order, price, open);
}

function changeStop(
  world: NaiveWorld,
  order: NaiveOrder,
  price: number,
  open: number,
  trigger: number | undefined,
): Reason {
  order.price = price;
  order.open = open;
  order.trigger = trigger;
  world.report('replaced', order, price, open, false);
  wait(world, order);
  return None;
}

function changePeg(world: NaiveWorld, order: NaiveOrder, limit: number, open: number): Reason {
  const best = bestShown(world, order.instrument);
  const price = pegPrice({ ...order, limit }, best);
  const isInBook = order.place === 'resting' && price !== undefined;
  if (isInBook && world.isFull(order, price, open)) return Reason.LevelFull;
  order.limit = limit;
  order.open = open;
  order.waitsSince = world.nextTurn();
  world.report('replaced', order, limit, open, false);
  placePeg(world, order, best);
  return None;
}

function changeResting(world: NaiveWorld, order: NaiveOrder, wanted: number, open: number): Reason {
  const price = passivePrice(world, order, wanted);
  if (price === undefined) return Reason.PostOnlyWouldTrade;
  if (world.isFull(order, price, lotsThatRest(order, open))) return Reason.LevelFull;
  world.report('replaced', order, price, open, false);
  world.leaveQueue(order);
  order.price = price;
  order.open = open;
  if (order.instrument.status === Continuous) {
    matchAndRest(world, order);
  } else {
    world.rest(order);
    world.tellTouched(order);
  }
  return None;
}
