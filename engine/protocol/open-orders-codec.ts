/** The question for a client's open orders and its answer, to bytes and back. */

import { type InstrumentId, Side } from '../../feed/index.ts';
import type { MessageReader } from './message-reader.ts';
import type { MessageWriter } from './message-writer.ts';
import { MESSAGE_BYTES, MessageType } from './messages.ts';
import {
  OPEN_ORDER_BYTES,
  OpenOrderOffset,
  OpenOrdersOffset,
  OpenOrdersPageOffset,
} from './session-layouts.ts';

export interface OpenOrdersQuestion {
  /** Chosen by the client, and repeated in the answer. */
  readonly question: number;
  /** 0: on all instruments. */
  readonly instrument: number;
  /** `next` of the page before; 0 for the first. */
  readonly after: number;
}

/** Where an open order is. */
export const OrderState = {
  InBook: 0,
  /** A stop that no trade has reached. */
  Waiting: 1,
  /** A stop that was reached, and enters the book when the market is continuous again. */
  Elected: 2,
  /** A pegged order without anything to follow. */
  Parked: 3,
} as const;
export type OrderState = (typeof OrderState)[keyof typeof OrderState];

/** One order as it was when the page was written. */
export interface OpenOrder {
  readonly clientOrderId: number;
  readonly orderId: number;
  readonly instrument: InstrumentId;
  readonly side: Side;
  readonly state: OrderState;
  /** Its limit: 0 for an order type without one. */
  readonly price: number;
  /** Lots. */
  readonly open: number;
  readonly filled: number;
}

export interface OpenOrdersPage {
  readonly question: number;
  readonly orders: readonly OpenOrder[];
  /** Where to go on; 0: this was the last page. A page may be empty and not the last. */
  readonly next: number;
  /** The last one that the engine had done. */
  readonly transaction: number;
  /** Above 0: the question was one too many; ask again after this. */
  readonly retryAfterMs: number;
}

export function encodeOpenOrders(writer: MessageWriter, asked: OpenOrdersQuestion): void {
  writer.open(MessageType.OpenOrders, MESSAGE_BYTES.OpenOrders);
  writer.u32(OpenOrdersOffset.Question, asked.question);
  writer.u32(OpenOrdersOffset.Instrument, asked.instrument);
  writer.i64(OpenOrdersOffset.After, asked.after);
}

/** Throws `DecodeError`. */
export function decodeOpenOrders(reader: MessageReader): OpenOrdersQuestion {
  return {
    question: reader.u32(OpenOrdersOffset.Question),
    instrument: reader.u32(OpenOrdersOffset.Instrument),
    after: reader.u64(OpenOrdersOffset.After),
  };
}

export function encodeOpenOrdersPage(writer: MessageWriter, page: OpenOrdersPage): void {
  const { orders } = page;
  const bytes = MESSAGE_BYTES.OpenOrdersPage + orders.length * OPEN_ORDER_BYTES;
  writer.open(MessageType.OpenOrdersPage, bytes);
  writer.u32(OpenOrdersPageOffset.Question, page.question);
  writer.u32(OpenOrdersPageOffset.Count, orders.length);
  writer.i64(OpenOrdersPageOffset.Next, page.next);
  writer.i64(OpenOrdersPageOffset.Transaction, page.transaction);
  writer.u32(OpenOrdersPageOffset.RetryAfterMs, page.retryAfterMs);
  let at: number = MESSAGE_BYTES.OpenOrdersPage;
  for (const order of orders) {
    writer.i64(at + OpenOrderOffset.ClientOrderId, order.clientOrderId);
    writer.i64(at + OpenOrderOffset.OrderId, order.orderId);
    writer.i64(at + OpenOrderOffset.Price, order.price);
    writer.i64(at + OpenOrderOffset.Open, order.open);
    writer.i64(at + OpenOrderOffset.Filled, order.filled);
    writer.u32(at + OpenOrderOffset.Instrument, order.instrument);
    writer.u8(at + OpenOrderOffset.Side, order.side);
    writer.u8(at + OpenOrderOffset.State, order.state);
    at += OPEN_ORDER_BYTES;
  }
}

/** Throws `DecodeError`. */
export function decodeOpenOrdersPage(reader: MessageReader): OpenOrdersPage {
  const count = reader.u32(OpenOrdersPageOffset.Count);
  reader.require(MESSAGE_BYTES.OpenOrdersPage + count * OPEN_ORDER_BYTES);
  const orders: OpenOrder[] = [];
  for (let i = 0; i < count; i += 1) {
    const at = MESSAGE_BYTES.OpenOrdersPage + i * OPEN_ORDER_BYTES;
    orders.push({
      clientOrderId: reader.u64(at + OpenOrderOffset.ClientOrderId),
      orderId: reader.u64(at + OpenOrderOffset.OrderId),
      price: reader.i64(at + OpenOrderOffset.Price),
      open: reader.u64(at + OpenOrderOffset.Open),
      filled: reader.u64(at + OpenOrderOffset.Filled),
      instrument: reader.u32(at + OpenOrderOffset.Instrument) as InstrumentId,
      side: reader.choice(at + OpenOrderOffset.Side, Side.Ask) as Side,
      state: reader.choice(at + OpenOrderOffset.State, OrderState.Parked) as OrderState,
    });
  }
  return {
    question: reader.u32(OpenOrdersPageOffset.Question),
    orders,
    next: reader.u64(OpenOrdersPageOffset.Next),
    transaction: reader.u64(OpenOrdersPageOffset.Transaction),
    retryAfterMs: reader.u32(OpenOrdersPageOffset.RetryAfterMs),
  };
}
