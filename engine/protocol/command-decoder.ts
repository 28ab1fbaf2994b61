/** Bytes to commands: the engine's side. */

import {
  BookKind,
  type InstrumentId,
  MAX_DECIMAL_BYTES,
  MAX_SYMBOL_BYTES,
  Side,
  TradingStatus,
} from '../../feed/index.ts';
import {
  type BookUpdate,
  type CancelOrder,
  type Command,
  CommandType,
  type ListInstrument,
  type ModifyOrder,
  type PriceLevel,
  type ReplaceOrder,
} from './commands.ts';
import type { MessageReader } from './message-reader.ts';
import { MESSAGE_BYTES, MessageType } from './messages.ts';
import {
  readBustTrade,
  readCorrectTrade,
  readKillSwitch,
  readSetCalendar,
  readSetRules,
} from './operator-codec.ts';
import { ListInstrumentOffset, SetStatusOffset } from './operator-layouts.ts';
import {
  emptyNewOrder,
  type Mutable,
  readCancel,
  readMassCancel,
  readModify,
  readNewOrder,
} from './order-codec.ts';
import { CommandOffset } from './order-layouts.ts';
import {
  BookUpdateOffset,
  PRICE_LEVEL_BYTES,
  PriceLevelOffset,
  VenueTradeOffset,
} from './venue-layouts.ts';

/** Local, for an imported constant is read from memory at each use. */
const MESSAGE = MessageType;
const COMMAND = CommandOffset;

const LAST_SIDE = Side.Ask;
const LAST_BOOK_KIND = BookKind.Levels;
const LAST_STATUS = TradingStatus.Delisted;

/**
 * Decodes commands into objects of its own, one per type, so that an order costs no allocation:
 * what `read` returns is valid until the next `read`. Throws `DecodeError` for a field outside its
 * range; what only a market can judge (an unknown instrument, a quantity of 0) passes.
 */
export class CommandDecoder {
  readonly #newOrder = emptyNewOrder();
  readonly #cancel: Mutable<CancelOrder> = {
    type: CommandType.Cancel,
    instrument: 0 as InstrumentId,
    clientOrderId: 0,
  };
  readonly #modify: Mutable<ModifyOrder> = {
    type: CommandType.Modify,
    instrument: 0 as InstrumentId,
    clientOrderId: 0,
    price: 0,
    quantity: 0,
  };
  readonly #replace: Mutable<ReplaceOrder> = { ...this.#modify, type: CommandType.Replace };

  /** The command under the reader's cursor; undefined when the message is not a command. */
  read(reader: MessageReader): Command | undefined {
    switch (reader.type) {
      case MESSAGE.NewOrder:
        return readNewOrder(reader, this.#newOrder);
      case MESSAGE.Cancel:
        return readCancel(reader, this.#cancel);
      case MESSAGE.Modify:
        return readModify(reader, this.#modify);
      case MESSAGE.Replace:
        return readModify(reader, this.#replace);
      case MESSAGE.ListInstrument:
        return readListInstrument(reader);
      case MESSAGE.SetStatus:
        return {
          type: CommandType.SetStatus,
          instrument: reader.u32(SetStatusOffset.Instrument) as InstrumentId,
          status: reader.choice(SetStatusOffset.Status, LAST_STATUS) as TradingStatus,
        };
      case MESSAGE.BookUpdate:
        return readBookUpdate(reader);
      case MESSAGE.VenueTrade:
        return {
          type: CommandType.VenueTrade,
          instrument: reader.u32(VenueTradeOffset.Instrument) as InstrumentId,
          price: reader.i64(VenueTradeOffset.Price),
          quantity: reader.u64(VenueTradeOffset.Quantity),
          aggressor: reader.choice(VenueTradeOffset.Aggressor, LAST_SIDE) as Side,
        };
      case MESSAGE.MassCancel:
        return readMassCancel(reader);
      case MESSAGE.SetRules:
        return readSetRules(reader);
      case MESSAGE.SetCalendar:
        return readSetCalendar(reader);
      case MESSAGE.BustTrade:
        return readBustTrade(reader);
      case MESSAGE.CorrectTrade:
        return readCorrectTrade(reader);
      case MESSAGE.KillSwitch:
        return readKillSwitch(reader);
      case MESSAGE.AdvanceTime:
        return { type: CommandType.AdvanceTime };
      case MESSAGE.OwnerGone:
        return { type: CommandType.OwnerGone };
      default:
        return undefined;
    }
  }
}

/** True for messages of the command range, known or not. */
export function isCommand(messageType: number): boolean {
  return messageType >= MESSAGE.NewOrder - 1 && messageType < MESSAGE.Accepted - 1;
}

/** True for commands that the engine alone sequences; from a client they are no messages. */
export function isEnginesOwn({ type }: Command): boolean {
  return type === CommandType.OwnerGone || type === CommandType.AdvanceTime;
}

/** The client's number of the command under the cursor; throws `DecodeError` above 2^53 - 1. */
export function readCommandNumber(reader: MessageReader): number {
  return reader.u64(COMMAND.Number);
}

function readListInstrument(reader: MessageReader): ListInstrument {
  return {
    type: CommandType.ListInstrument,
    symbol: reader.text(ListInstrumentOffset.Symbol, MAX_SYMBOL_BYTES),
    tickSize: reader.text(ListInstrumentOffset.TickSize, MAX_DECIMAL_BYTES),
    lotSize: reader.text(ListInstrumentOffset.LotSize, MAX_DECIMAL_BYTES),
    bookKind: reader.choice(ListInstrumentOffset.BookKind, LAST_BOOK_KIND) as BookKind,
    lowestPrice: reader.i64(ListInstrumentOffset.LowestPrice),
    highestPrice: reader.i64(ListInstrumentOffset.HighestPrice),
  };
}

function readBookUpdate(reader: MessageReader): BookUpdate {
  const count = reader.u32(BookUpdateOffset.Levels);
  reader.require(MESSAGE_BYTES.BookUpdate + count * PRICE_LEVEL_BYTES);
  const levels: PriceLevel[] = [];
  for (let i = 0; i < count; i += 1) {
    const at = MESSAGE_BYTES.BookUpdate + i * PRICE_LEVEL_BYTES;
    levels.push({
      side: reader.choice(at + PriceLevelOffset.Side, LAST_SIDE) as Side,
      price: reader.i64(at + PriceLevelOffset.Price),
      quantity: reader.u64(at + PriceLevelOffset.Quantity),
    });
  }
  return {
    type: CommandType.BookUpdate,
    instrument: reader.u32(BookUpdateOffset.Instrument) as InstrumentId,
    clear: reader.choice(BookUpdateOffset.Clear, 1) === 1,
    depth: reader.u32(BookUpdateOffset.Depth),
    levels,
  };
}
