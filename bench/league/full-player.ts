/** Plays a league stream into the whole engine, message by message, as orders of its clients. */

import {
  CommandType,
  OrderType,
  PostOnly,
  SelfTrade,
  TimeInForce,
} from '../../engine/protocol/index.ts';
import { Side } from '../../feed/index.ts';
import { type ClientOrders, clientOrders } from './client-orders.ts';
import { FullEngine, INSTRUMENT, type Output } from './full-engine.ts';
import { type LeagueStream, MessageType } from './league-stream.ts';

const { New, Cancel } = MessageType;
const { Gtc, Ioc } = TimeInForce;

/** As the entry server while its socket always has more: then it ends its turn after so many. */
export const COMMANDS_PER_TURN = 4096;

export interface FullRun {
  readonly orders: ClientOrders;
  readonly output: Output;
  readonly engine: FullEngine['engine'];
  /** Transactions before the first message. */
  readonly transactionsBefore: number;
  /** Of the timed loop: messages per second by the wall clock. */
  readonly messagesPerSecond: number;
}

/**
 * Times what production calls per command: the sequencer's `submit`, and the end of each turn, at
 * which the journal's batch is sealed and what it holds is done, and packets and reports are handed
 * out. Self-trade prevention is asked for by every order.
 */
export function playFull(
  stream: LeagueStream,
  orders: ClientOrders = clientOrders(stream),
): FullRun {
  const full = new FullEngine();
  const { sequencer } = full;
  const transactionsBefore = sequencer.transaction;
  const start = performance.now();
  submitAll(full, stream, orders);
  const messagesPerSecond = (stream.count * 1000) / (performance.now() - start);
  const { engine, output } = full;
  return { orders, output, engine, transactionsBefore, messagesPerSecond };
}

function submitAll(full: FullEngine, stream: LeagueStream, orders: ClientOrders): void {
  const { types, sides, immediate, quantities, prices, count } = stream;
  const { clients, orderIds } = orders;
  const { owners, sequencer } = full;
  const newOrder = {
    type: CommandType.NewOrder,
    instrument: INSTRUMENT,
    clientOrderId: 0,
    side: Side.Bid as Side,
    orderType: OrderType.Limit,
    timeInForce: Gtc as TimeInForce,
    price: 0,
    quantity: 0,
    minimumQuantity: 0,
    displayQuantity: 0,
    postOnly: PostOnly.Off,
    selfTrade: SelfTrade.CancelNewest,
  };
  const cancel = { type: CommandType.Cancel, instrument: INSTRUMENT, clientOrderId: 0 };
  // The league's modify gives a new open quantity and loses priority.
  const replace = {
    type: CommandType.Replace,
    instrument: INSTRUMENT,
    clientOrderId: 0,
    price: 0,
    quantity: 0,
  };
  for (let i = 0; i < count; i += 1) {
    const owner = owners[clients[i]!]!;
    const number = i + 1;
    const type = types[i]!;
    if (type === New) {
      newOrder.clientOrderId = orderIds[i]!;
      newOrder.side = sides[i] as Side;
      newOrder.timeInForce = immediate[i] === 1 ? Ioc : Gtc;
      newOrder.price = prices[i]!;
      newOrder.quantity = quantities[i]!;
      sequencer.submit(owner, number, newOrder);
    } else if (type === Cancel) {
      cancel.clientOrderId = orderIds[i]!;
      sequencer.submit(owner, number, cancel);
    } else {
      replace.clientOrderId = orderIds[i]!;
      replace.price = prices[i]!;
      replace.quantity = quantities[i]!;
      sequencer.submit(owner, number, replace);
    }
    if (number % COMMANDS_PER_TURN === 0) full.endTurn();
  }
  full.endTurn();
}
