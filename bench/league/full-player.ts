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
  new LeagueSubmitter(full, stream, orders).submitAll();
  const messagesPerSecond = (stream.count * 1000) / (performance.now() - start);
  const { engine, output } = full;
  return { orders, output, engine, transactionsBefore, messagesPerSecond };
}

/** Gives a stream's messages to the sequencer, each as a command of its client. */
export class LeagueSubmitter {
  private readonly full: FullEngine;
  private readonly stream: LeagueStream;
  private readonly orders: ClientOrders;
  /** Reused, as the decoder of order entry reuses its own. */
  private readonly newOrder = {
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
  private readonly cancel = {
    type: CommandType.Cancel,
    instrument: INSTRUMENT,
    clientOrderId: 0,
  };
  /** The league's modify gives a new open quantity and loses priority. */
  private readonly replace = {
    type: CommandType.Replace,
    instrument: INSTRUMENT,
    clientOrderId: 0,
    price: 0,
    quantity: 0,
  };

  constructor(full: FullEngine, stream: LeagueStream, orders: ClientOrders) {
    this.full = full;
    this.stream = stream;
    this.orders = orders;
  }

  submitAll(): void {
    const { full, stream } = this;
    for (let i = 0; i < stream.count; i += 1) {
      this.submit(i);
      if ((i + 1) % COMMANDS_PER_TURN === 0) full.endTurn();
    }
    full.endTurn();
  }

  /** The message of this index. */
  submit(i: number): void {
    const { types, sides, immediate, quantities, prices } = this.stream;
    const { owners, sequencer } = this.full;
    const owner = owners[this.orders.clients[i]!]!;
    const clientOrderId = this.orders.orderIds[i]!;
    const type = types[i]!;
    if (type === New) {
      const { newOrder } = this;
      newOrder.clientOrderId = clientOrderId;
      newOrder.side = sides[i] as Side;
      newOrder.timeInForce = immediate[i] === 1 ? Ioc : Gtc;
      newOrder.price = prices[i]!;
      newOrder.quantity = quantities[i]!;
      sequencer.submit(owner, i + 1, newOrder);
    } else if (type === Cancel) {
      this.cancel.clientOrderId = clientOrderId;
      sequencer.submit(owner, i + 1, this.cancel);
    } else {
      const { replace } = this;
      replace.clientOrderId = clientOrderId;
      replace.price = prices[i]!;
      replace.quantity = quantities[i]!;
      sequencer.submit(owner, i + 1, replace);
    }
  }
}
