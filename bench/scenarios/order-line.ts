/** Reads what a trader does: `ann buys 10 @ 100 as 1 ioc`, `ann cancels 1`. */

import {
  type Command,
  CommandType,
  MassCancelSide,
  type NewOrder,
  OrderType,
  PegTo,
  PostOnly,
  SelfTrade,
  TimeInForce,
} from '../../engine/protocol/index.ts';
import { type InstrumentId, Side } from '../../feed/index.ts';
import { milliseconds, SELF_TRADE_WORDS, WordError, wholeNumber } from './words.ts';

const INSTRUMENT = 1 as InstrumentId;
const MASS_SIDES: Readonly<Record<string, MassCancelSide>> = {
  bids: MassCancelSide.Bid,
  asks: MassCancelSide.Ask,
  orders: MassCancelSide.Both,
};

type Terms = { -readonly [Key in keyof NewOrder]: NewOrder[Key] };

/** The words behind the trader's name; `undefined` when they are none of an order. */
export function orderCommand(words: readonly string[], nowMs: number): Command | undefined {
  const [verb, ...rest] = words;
  switch (verb) {
    case 'buys':
      return newOrder(Side.Bid, rest, nowMs);
    case 'sells':
      return newOrder(Side.Ask, rest, nowMs);
    case 'cancels':
      return cancel(rest);
    case 'modifies':
      return change(CommandType.Modify, 'to', rest);
    case 'replaces':
      return change(CommandType.Replace, 'with', rest);
    case 'leaves':
      return { type: CommandType.OwnerGone };
    default:
      return undefined;
  }
}

/** `10 @ 100 as 1`, or `10 @ market as 1`, and then its terms. */
function newOrder(side: Side, words: readonly string[], nowMs: number): NewOrder {
  const [quantity, at, price, as, id, ...terms] = words;
  if (at !== '@' || as !== 'as') throw new WordError('an order reads "10 @ 100 as 1".');
  const isMarket = price === 'market';
  const order: Terms = {
    type: CommandType.NewOrder,
    instrument: INSTRUMENT,
    clientOrderId: wholeNumber(id),
    side,
    orderType: isMarket ? OrderType.Market : OrderType.Limit,
    timeInForce: TimeInForce.Gtc,
    price: isMarket ? 0 : wholeNumber(price),
    quantity: wholeNumber(quantity),
    minimumQuantity: 0,
    displayQuantity: 0,
    postOnly: PostOnly.Off,
    selfTrade: SelfTrade.Allow,
    isHidden: false,
    linkedTo: 0,
    triggerPrice: 0,
    trailBy: 0,
    pegTo: PegTo.None,
    pegOffset: 0,
    expiresAtMs: 0,
  };
  const left = [...terms];
  while (left.length > 0) readTerm(order, left, nowMs);
  return order;
}

/** Takes one term and what it needs from the words. */
function readTerm(order: Terms, words: string[], nowMs: number): void {
  const term = words.shift();
  switch (term) {
    case 'ioc':
      order.timeInForce = TimeInForce.Ioc;
      break;
    case 'fok':
      order.timeInForce = TimeInForce.Fok;
      break;
    case 'day':
      order.timeInForce = TimeInForce.Day;
      break;
    case 'for':
      order.timeInForce = TimeInForce.Gtd;
      order.expiresAtMs = nowMs + milliseconds(words.shift());
      break;
    case 'min':
      order.minimumQuantity = wholeNumber(words.shift());
      break;
    case 'show':
      order.displayQuantity = wholeNumber(words.shift());
      break;
    case 'hidden':
      order.isHidden = true;
      break;
    case 'post-only':
      order.postOnly = PostOnly.Reject;
      break;
    case 'sliding':
      order.postOnly = PostOnly.Slide;
      break;
    case 'self-trade':
      order.selfTrade = selfTrade(words.shift());
      break;
    case 'linked':
      order.linkedTo = wholeNumber(words.shift());
      break;
    case 'stop':
      order.orderType = order.orderType === OrderType.Market ? OrderType.Stop : OrderType.StopLimit;
      order.triggerPrice = wholeNumber(words.shift());
      break;
    case 'trailing':
      order.orderType = OrderType.TrailingStop;
      order.trailBy = wholeNumber(words.shift());
      break;
    case 'pegged':
      order.orderType = OrderType.Pegged;
      order.pegTo = words.shift() === 'mid' ? PegTo.Mid : PegTo.Primary;
      order.pegOffset = wholeNumber(words.shift());
      break;
    default:
      throw new WordError(`"${term}" is no term of an order.`);
  }
}

function selfTrade(word: string | undefined): SelfTrade {
  const mode = SELF_TRADE_WORDS[word ?? ''];
  if (mode === undefined) throw new WordError(`"${word}" is no way of self-trade prevention.`);
  return mode;
}

/** `3`, or `all orders`, `all bids`, `all asks`. */
function cancel([which, side]: readonly string[]): Command {
  if (which !== 'all') {
    return {
      type: CommandType.Cancel,
      instrument: INSTRUMENT,
      clientOrderId: wholeNumber(which),
    };
  }
  const sides = MASS_SIDES[side ?? ''];
  if (sides === undefined) throw new WordError('a mass cancel reads "all orders", bids or asks.');
  return { type: CommandType.MassCancel, instrument: INSTRUMENT, side: sides };
}

/** `1 to 5 @ 101`, and of a waiting stop `stop 99`. */
function change(
  type: typeof CommandType.Modify | typeof CommandType.Replace,
  word: string,
  [id, by, quantity, at, price, stop, trigger]: readonly string[],
): Command {
  if (by !== word || at !== '@') throw new WordError(`a change reads "1 ${word} 5 @ 101".`);
  const command = {
    type,
    instrument: INSTRUMENT,
    clientOrderId: wholeNumber(id),
    price: price === 'market' ? 0 : wholeNumber(price),
    quantity: wholeNumber(quantity),
  };
  return stop === 'stop' ? { ...command, triggerPrice: wholeNumber(trigger) } : command;
}
