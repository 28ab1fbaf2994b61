/** Right inputs of the engine's decoders: every command, a journal of them, a state that they led to. */

import { Engine, StateWriter } from '../../../engine/index.ts';
import {
  Durability,
  encodeCheckpoint,
  encodeHeader,
  encodeMark,
  FIRST_RECORD,
  FORMAT_VERSION,
  markOffset,
  NEW_ENGINE,
  RecordBatch,
} from '../../../engine/journal/index.ts';
import {
  type Command,
  CommandType,
  ENGINE_OWNER,
  encodeCommand,
  MessageType,
  MessageWriter,
  OrderType,
  TimeInForce,
} from '../../../engine/protocol/index.ts';
import { BookKind, type InstrumentId, Side } from '../../../feed/index.ts';

/** Every record is whole, so that damage gets past the checksum; that one has tests of its own. */
export const NO_CRC = (): number => 0;
const INSTRUMENT = 1 as InstrumentId;
const REPORTS = { begin: () => {} } as const;

function commandsOfAllTypes(): Command[] {
  const order = {
    type: CommandType.NewOrder,
    instrument: INSTRUMENT,
    clientOrderId: 5,
    side: Side.Bid,
    orderType: OrderType.Limit,
    timeInForce: TimeInForce.Gtc,
    price: 100,
    quantity: 10,
  } as const;
  const change = { instrument: INSTRUMENT, clientOrderId: 5, price: 101, quantity: 4 };
  const calendar = [{ weekdays: 31, timeOfDayMs: 32_400_000, status: 2 as const }];
  return [
    {
      type: CommandType.ListInstrument,
      symbol: 'ONE',
      tickSize: '0.01',
      lotSize: '1',
      bookKind: BookKind.Orders,
      lowestPrice: 1,
      highestPrice: 1_000_000,
    },
    order,
    { ...order, clientOrderId: 6, side: Side.Ask, price: 110, displayQuantity: 3 },
    { ...order, clientOrderId: 7, orderType: OrderType.Stop, price: 0, triggerPrice: 120 },
    { ...order, clientOrderId: 8, isHidden: true, linkedTo: 5, price: 90 },
    { type: CommandType.Modify, ...change },
    { type: CommandType.Replace, ...change, triggerPrice: 99 },
    {
      type: CommandType.SetRules,
      instrument: INSTRUMENT,
      lowestPrice: 1,
      highestPrice: 500,
      collarTicks: 50,
      pauseTicks: 60,
      pauseMs: 1000,
      referencePrice: 100,
    },
    {
      type: CommandType.SetCalendar,
      instrument: INSTRUMENT,
      entries: calendar,
      holidays: [20_000],
    },
    { type: CommandType.SetStatus, instrument: INSTRUMENT, status: 2 },
    {
      type: CommandType.BookUpdate,
      instrument: INSTRUMENT,
      clear: true,
      depth: 5,
      levels: [{ side: Side.Bid, price: 99, quantity: 4 }],
    },
    {
      type: CommandType.VenueTrade,
      instrument: INSTRUMENT,
      price: 100,
      quantity: 3,
      aggressor: Side.Ask,
    },
    { type: CommandType.BustTrade, instrument: INSTRUMENT, tradeId: 1 },
    { type: CommandType.CorrectTrade, instrument: INSTRUMENT, tradeId: 1, price: 99, quantity: 2 },
    { type: CommandType.KillSwitch, target: 3, isOn: true },
    { type: CommandType.MassCancel, instrument: INSTRUMENT, side: 2 },
    { type: CommandType.Cancel, instrument: INSTRUMENT, clientOrderId: 6 },
  ];
}

/** A frame of all commands, and one of every other message, empty but of the right length. */
export function entryMessages(): Uint8Array[] {
  const writer = new MessageWriter();
  for (const [i, command] of commandsOfAllTypes().entries()) encodeCommand(writer, i + 1, command);
  const frames = [writer.written.slice()];
  for (const type of Object.values(MessageType)) {
    const bytes = new Uint8Array(256);
    bytes[0] = type;
    new DataView(bytes.buffer).setUint32(4, bytes.length, true);
    frames.push(bytes);
  }
  return frames;
}

export function journalRecord(): Uint8Array {
  const batch = new RecordBatch();
  const choice = { isOpen: true, heartbeatMs: 1000, cancelOnDisconnect: true };
  batch.client({ owner: 3, name: 'desk', token: '0'.repeat(31).concat('1'), ...choice });
  for (const [i, command] of commandsOfAllTypes().entries()) {
    batch.command(395_812_503, i, 3, i + 1, command);
  }
  return batch.seal(NEW_ENGINE, 0, NO_CRC).bytes.slice();
}

const KEPT = {
  matcher: new Uint8Array(16).fill(1),
  configuration: new Uint8Array(16).fill(2),
  epoch: { seconds: 1_700_000_000, random: 7 },
  previousEpoch: { seconds: 1_600_000_000, random: 6 },
  previousLastSequence: 9,
  previousLastOrderSequence: 8,
  created: 1_700_000_000_000_000_000n,
};

export function journalSegment(): Uint8Array {
  const record = journalRecord();
  const head = encodeHeader(
    {
      ...KEPT,
      version: FORMAT_VERSION,
      durability: Durability.Write,
      bootId: new Uint8Array(16).fill(3),
      firstTransaction: 1,
      inode: 1n,
      born: 1n,
      previousChain: 0,
    },
    NO_CRC,
  );
  const bytes = new Uint8Array(FIRST_RECORD + record.length);
  bytes.set(head);
  bytes.set(record, FIRST_RECORD);
  const mark = { end: bytes.length, transaction: 17, chain: 0, isClosed: false };
  bytes.set(encodeMark(mark, NO_CRC), markOffset(0));
  return bytes;
}

export function checkpoint(): Uint8Array {
  const about = { stateVersion: 1, transaction: 9, segment: 1, offset: 300, chain: 0 };
  return encodeCheckpoint({ ...KEPT, ...about, nextSequence: 20 }, engineState(), NO_CRC);
}

export function newEngine(): Engine {
  let nowNs = 0;
  return new Engine({
    epoch: { seconds: 1_700_000_000, random: 7 },
    wallClock: (out) => {
      nowNs += 1000;
      out.high = 395_812_503;
      out.low = nowNs;
    },
    crc32: NO_CRC,
    reports: new Proxy(REPORTS, { get: () => () => {} }) as never,
  });
}

/** Of an engine that has had every kind of order. */
export function engineState(): Uint8Array {
  const engine = newEngine();
  for (const [i, command] of commandsOfAllTypes().slice(0, -2).entries()) {
    engine.sequencer.submit(i === 0 ? ENGINE_OWNER : 2, i + 1, command);
  }
  const writer = new StateWriter();
  engine.saveState(writer);
  return writer.written.slice();
}
