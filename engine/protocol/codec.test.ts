/** The codecs: everything comes back, nothing wrong goes in, and any bytes are survived. */

import { describe, expect, it } from 'vitest';
import {
  BookKind,
  DecodeError,
  type InstrumentId,
  MAX_INTEGER,
  Side,
  type TradingStatus,
} from '../../feed/index.ts';
import {
  GOLDEN_COMMANDS,
  GOLDEN_LOGON,
  goldenBytes,
  readerOn,
} from '../testing/golden-messages.ts';
import {
  bookUpdate,
  cancel,
  limit,
  listing,
  massCancel,
  modify,
  replace,
} from '../testing/orders.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import {
  type CalendarEntry,
  type Command,
  CommandDecoder,
  CommandType,
  commandBytes,
  decodeClientFound,
  decodeFindClient,
  decodeFindInstrument,
  decodeInstrumentFound,
  decodeLoggedOn,
  decodeLogoff,
  decodeLogon,
  decodeOpenOrders,
  decodeOpenOrdersPage,
  decodeReport,
  decodeReportSequence,
  decodeReportsLost,
  encodeCommand,
  encodeLogon,
  encodeReport,
  isCommand,
  LONGEST_NEW_ORDER_BYTES,
  MAX_BOOK_UPDATE_LEVELS,
  MAX_ENTRY_FRAME_BYTES,
  MAX_ENTRY_HEARTBEAT_MS,
  type MassCancelSide,
  MESSAGE_BYTES,
  MessageReader,
  MessageType,
  MessageWriter,
  MIN_ENTRY_HEARTBEAT_MS,
  type NewOrder,
  NO_KEY_PROOF,
  OrderEntryError,
  type OrderType,
  type PegTo,
  type PostOnly,
  Reason,
  type Report,
  ReportType,
  readCommandNumber,
  type SelfTrade,
  type TimeInForce,
} from './index.ts';

const ENTRY = { weekdays: 1, timeOfDayMs: 0, status: 0 } as const;

function calendar(change: Partial<CalendarEntry>): Command {
  const instrument = 1 as InstrumentId;
  const entries = [{ ...ENTRY, ...change }];
  return { type: CommandType.SetCalendar, instrument, entries, holidays: [] };
}

type Random = (below: number) => number;

/** Edges and ordinary values alike. */
function anyInteger(random: Random, isSigned: boolean): number {
  const edges = [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, MAX_INTEGER];
  const value = random(2) === 0 ? (edges[random(edges.length)] as number) : random(1_000_000);
  return isSigned && random(2) === 0 && value !== 0 ? -value : value;
}

function anyCommand(random: Random): Command {
  const instrument = random(2 ** 32);
  const id = Math.max(1, anyInteger(random, false));
  const price = anyInteger(random, true);
  const quantity = anyInteger(random, false);
  const trade = { instrument: instrument as InstrumentId, tradeId: anyInteger(random, false) };
  switch (random(16)) {
    case 15:
      return { type: CommandType.AdvanceTime };
    case 14:
      return { type: CommandType.KillSwitch, target: random(2 ** 32), isOn: random(2) === 1 };
    case 13:
      return { type: CommandType.CorrectTrade, ...trade, price, quantity };
    case 12:
      return { type: CommandType.BustTrade, ...trade };
    case 11:
      return anyCalendar(random, instrument as InstrumentId);
    case 10:
      return {
        type: CommandType.SetRules,
        instrument: instrument as InstrumentId,
        lowestPrice: price,
        highestPrice: anyInteger(random, true),
        collarTicks: quantity,
        pauseTicks: anyInteger(random, false),
        pauseMs: random(2 ** 32),
        ...(random(2) === 0 ? {} : { referencePrice: anyInteger(random, true) }),
      };
    case 9:
      return { type: CommandType.OwnerGone };
    case 8:
      return massCancel(instrument, random(3) as MassCancelSide);
    case 0:
      return {
        ...limit(instrument, id, random(2) as Side, price, quantity, random(5) as TimeInForce),
        orderType: random(6) as OrderType,
        postOnly: random(3) as PostOnly,
        selfTrade: random(5) as SelfTrade,
        isHidden: random(2) === 1,
        pegTo: random(3) as PegTo,
        displayQuantity: random(2) * anyInteger(random, false),
        minimumQuantity: random(2) * anyInteger(random, false),
        ...(random(2) === 0 ? {} : anyTerms(random)),
      };
    case 1:
      return cancel(instrument, id);
    case 2:
      return { ...modify(instrument, id, price, quantity), ...anyTrigger(random) };
    case 3:
      return { ...replace(instrument, id, price, quantity), ...anyTrigger(random) };
    case 4:
      return { ...listing('Ä'.repeat(random(17)), BookKind.Levels), lowestPrice: price };
    case 5:
      return {
        type: CommandType.SetStatus,
        instrument: instrument as InstrumentId,
        status: random(7) as 0 | 1 | 2 | 3 | 4 | 5 | 6,
      };
    case 6: {
      const level = () => ({ side: random(2) as Side, price, quantity: anyInteger(random, false) });
      const levels = Array.from({ length: random(50) }, level);
      return bookUpdate(instrument, levels, { clear: random(2) === 1, depth: random(2 ** 32) });
    }
    default:
      return {
        type: CommandType.VenueTrade,
        instrument: instrument as InstrumentId,
        price,
        quantity,
        aggressor: random(2) as Side,
      };
  }
}

/** One field at a time as well as all of them: each must make the message long enough by itself. */
function anyTerms(random: Random): Partial<NewOrder> {
  const some = () => random(2) * anyInteger(random, false);
  const expiresAtMs = some();
  return {
    ...anyTrigger(random),
    trailBy: some(),
    pegOffset: some(),
    expiresAtMs,
    linkedTo: some(),
  };
}

function anyTrigger(random: Random): { triggerPrice?: number } {
  return random(2) === 0 ? {} : { triggerPrice: anyInteger(random, true) };
}

function anyCalendar(random: Random, instrument: InstrumentId): Command {
  const entry = () => ({
    weekdays: 1 + random(127),
    timeOfDayMs: random(86_400_000),
    status: random(7) as TradingStatus,
  });
  const entries = Array.from({ length: random(9) }, entry);
  const holidays = Array.from({ length: random(9) }, () => random(100_000_001));
  return { type: CommandType.SetCalendar, instrument, entries, holidays };
}

function anyReport(random: Random): Report {
  const whole = () => anyInteger(random, false);
  const base = { transaction: whole(), command: whole() };
  const instrument = random(2 ** 32) as InstrumentId;
  const order = { ...base, instrument, clientOrderId: whole(), orderId: whole() };
  const reasons = Object.values(Reason);
  const reason = reasons[random(reasons.length)] as Reason;
  const price = anyInteger(random, true);
  switch (random(11)) {
    case 10:
      return { type: ReportType.Triggered, ...order };
    case 9:
      return { type: ReportType.TradeBusted, ...order, tradeId: whole() };
    case 8:
      return {
        type: ReportType.TradeCorrected,
        ...order,
        tradeId: whole(),
        price,
        quantity: whole(),
      };
    case 7: {
      const isComplete = random(2) === 1;
      return { type: ReportType.MassCancelled, ...base, instrument, count: whole(), isComplete };
    }
    case 0:
      return { type: ReportType.Accepted, ...order };
    case 1:
      return { type: ReportType.Rejected, ...base, clientOrderId: whole(), reason };
    case 2: {
      const amounts = { tradeId: whole(), price, quantity: whole(), leaves: whole() };
      const side = random(2) as Side;
      return { type: ReportType.Filled, ...order, ...amounts, side, isAggressor: random(2) === 1 };
    }
    case 3:
      return { type: ReportType.Cancelled, ...order, quantity: whole(), reason };
    case 4: {
      const keptPriority = random(2) === 1;
      return { type: ReportType.Replaced, ...order, price, quantity: whole(), keptPriority };
    }
    case 5:
      return { type: ReportType.InstrumentListed, ...base, instrument, symbol: '€/$' };
    default:
      return { type: ReportType.Done, ...base, instrument };
  }
}

/** Reads all of a frame as both ends would; returns the messages read. */
function readEverything(frame: Uint8Array): number {
  const reader = new MessageReader();
  const decoder = new CommandDecoder();
  let messages = 0;
  reader.open(frame);
  while (reader.next()) {
    messages += 1;
    try {
      if (isCommand(reader.type)) {
        reader.require(16);
        readCommandNumber(reader);
        decoder.read(reader);
      }
      decodeReport(reader);
      if (reader.type === MessageType.Logon) decodeLogon(reader);
      if (reader.type === MessageType.LoggedOn) decodeLoggedOn(reader);
      if (reader.type === MessageType.ReportSequence) decodeReportSequence(reader);
      if (reader.type === MessageType.ReportsLost) decodeReportsLost(reader);
      if (reader.type === MessageType.OpenOrders) decodeOpenOrders(reader);
      if (reader.type === MessageType.FindClient) decodeFindClient(reader);
      if (reader.type === MessageType.ClientFound) decodeClientFound(reader);
      if (reader.type === MessageType.OpenOrdersPage) decodeOpenOrdersPage(reader);
      if (reader.type === MessageType.Logoff) decodeLogoff(reader);
      if (reader.type === MessageType.FindInstrument) decodeFindInstrument(reader);
      if (reader.type === MessageType.InstrumentFound) decodeInstrumentFound(reader);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  }
  return messages;
}

describe('order-entry messages', () => {
  it('come back as they were sent, many to a frame', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const writer = new MessageWriter();
    const decoder = new CommandDecoder();
    for (let run = 0; run < 200; run++) {
      const commands = Array.from({ length: random(20) }, () => anyCommand(random));
      const reports = Array.from({ length: random(20) }, () => anyReport(random));
      commands.forEach((command, i) => {
        const before = writer.length;
        encodeCommand(writer, i + 1, command);
        expect(writer.length - before).toBe(commandBytes(command));
      });
      for (const report of reports) encodeReport(writer, report);
      const reader = new MessageReader();
      reader.open(writer.take());
      commands.forEach((command, i) => {
        expect(reader.next()).toBe(true);
        expect(readCommandNumber(reader)).toBe(i + 1);
        expect(decoder.read(reader), `seed ${seed}`).toEqual(command);
      });
      for (const report of reports) {
        expect(reader.next()).toBe(true);
        expect(decodeReport(reader), `seed ${seed}`).toEqual(report);
      }
      expect(reader.next()).toBe(false);
    }
  });

  it('survive any bytes with nothing but a DecodeError', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const names = Object.keys(MessageType) as (keyof typeof MessageType)[];
    let refused = 0;
    let read = 0;
    for (let i = 0; i < 20_000; i++) {
      const golden = goldenBytes(names[random(names.length)] as keyof typeof MessageType);
      const frame = random(4) === 0 ? new Uint8Array(random(200)) : golden;
      for (let k = random(8); k > 0; k--) frame[random(frame.length)] = random(256);
      const cut = random(5) === 0 ? frame.subarray(0, random(frame.length + 1)) : frame;
      try {
        read += readEverything(cut);
      } catch (error) {
        expect(error, `seed ${seed}, ${Buffer.from(cut).toString('hex')}`).toBeInstanceOf(
          DecodeError,
        );
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(500);
    expect(read).toBeGreaterThan(500);
  });

  it.each([0, 7, 9, 24, 40, LONGEST_NEW_ORDER_BYTES + 8, 2 ** 31, 2 ** 32 - 1, 2 ** 32 - 8])(
    'refuse a NEW_ORDER that says its length is %i',
    (length) => {
      const frame = goldenBytes('NewOrder');
      new DataView(frame.buffer).setUint32(4, length, true);
      expect(() => readEverything(frame)).toThrow(/^BAD_LENGTH/);
    },
  );

  it('with a trigger leave none behind for the next change', () => {
    const decoder = new CommandDecoder();
    const plain = new MessageWriter();
    encodeCommand(plain, 1, modify(3, 1001, 5, 6));
    decoder.read(readerOn(goldenBytes('Modify')));
    expect(decoder.read(readerOn(plain.take()))).toEqual(modify(3, 1001, 5, 6));
  });

  it('refuse a book update that promises more levels than it holds', () => {
    for (const count of [3, 16_385, 2 ** 31, 2 ** 32 - 1]) {
      const frame = goldenBytes('BookUpdate');
      new DataView(frame.buffer).setUint32(24, count, true);
      expect(() => new CommandDecoder().read(readerOn(frame))).toThrow(/^BAD_LENGTH/);
    }
  });

  it('refuse a calendar that promises more than it holds', () => {
    for (const at of [20, 24]) {
      const frame = goldenBytes('SetCalendar');
      new DataView(frame.buffer).setUint32(at, 1024, true);
      expect(() => new CommandDecoder().read(readerOn(frame))).toThrow(/^BAD_LENGTH/);
    }
  });

  it.each([
    ['NewOrder', 1, 2],
    ['NewOrder', 2, 6],
    ['NewOrder', 3, 5],
    ['NewOrder', 44, 5],
    ['NewOrder', 45, 3],
    ['NewOrder', 46, 2],
    ['NewOrder', 47, 3],
    ['NewOrder', 71, 0x7f],
    ['NewOrder', 79, 0x20],
    ['NewOrder', 87, 0x20],
    ['NewOrder', 95, 0x20],
    ['NewOrder', 103, 0x20],
    ['Modify', 1, 2],
    ['Modify', 55, 0x7f],
    ['Replace', 1, 2],
    ['ListInstrument', 1, 2],
    ['SetStatus', 1, 7],
    ['BookUpdate', 1, 2],
    ['BookUpdate', 48, 2],
    ['VenueTrade', 1, 2],
    ['NewOrder', 23, 0x20],
    ['NewOrder', 30, 0x20],
    ['BookUpdate', 47, 0x20],
    ['SetRules', 1, 2],
    ['SetCalendar', 23, 1],
    ['SetCalendar', 27, 1],
    ['SetCalendar', 35, 6],
    ['SetCalendar', 36, 0],
    ['SetCalendar', 36, 128],
    ['SetCalendar', 37, 7],
    ['SetCalendar', 55, 6],
    ['KillSwitch', 1, 2],
  ] as const)('refuse a %s whose byte %i is %i', (name, at, value) => {
    const frame = goldenBytes(name);
    frame[at] = value;
    expect(() => new CommandDecoder().read(readerOn(frame))).toThrow(/^BAD_VALUE/);
  });

  it('refuse texts that are not UTF-8, undefined reasons and names that are none', () => {
    const listed = goldenBytes('ListInstrument');
    listed[80] = 0xff;
    expect(() => new CommandDecoder().read(readerOn(listed))).toThrow(/^BAD_TEXT/);
    const rejected = goldenBytes('Rejected');
    rejected[2] = 0xff;
    expect(() => decodeReport(readerOn(rejected))).toThrow(/^BAD_VALUE/);
    const logon = goldenBytes('Logon');
    logon[9] = 32;
    expect(() => decodeLogon(readerOn(logon))).toThrow(/^BAD_TEXT/);
    logon.fill(0, 8);
    expect(() => decodeLogon(readerOn(logon))).toThrow(/^BAD_TEXT/);
  });

  it('are not written, and refused, for a heartbeat that is too fast or too slow', () => {
    for (const heartbeatMs of [MIN_ENTRY_HEARTBEAT_MS - 1, MAX_ENTRY_HEARTBEAT_MS + 1, 0.5, -1]) {
      const writer = new MessageWriter();
      expect(() => encodeLogon(writer, { name: 'a', heartbeatMs })).toThrow(/^BAD_FIELD/);
    }
    for (const heartbeatMs of [
      MIN_ENTRY_HEARTBEAT_MS - 1,
      MAX_ENTRY_HEARTBEAT_MS + 1,
      2 ** 32 - 1,
    ]) {
      const logon = goldenBytes('Logon');
      new DataView(logon.buffer).setUint32(64, heartbeatMs, true);
      expect(() => decodeLogon(readerOn(logon))).toThrow(/^BAD_VALUE/);
    }
  });

  it('of a log-on may end before the choices, and before the proof of a key', () => {
    const usual = {
      heartbeatMs: 1000,
      cancelOnDisconnect: false,
      waitsWhenOverloaded: false,
      keyProof: NO_KEY_PROOF,
    };
    for (const [bytes, rest] of [
      [64, usual],
      [72, { ...GOLDEN_LOGON, keyProof: NO_KEY_PROOF }],
      [104, GOLDEN_LOGON],
    ] as const) {
      const frame = goldenBytes('Logon').slice(0, bytes);
      new DataView(frame.buffer).setUint32(4, bytes, true);
      expect(decodeLogon(readerOn(frame))).toEqual({ ...GOLDEN_LOGON, ...rest });
    }
    const length = (more: object) => {
      const writer = new MessageWriter();
      encodeLogon(writer, { name: 'a', ...more });
      return writer.length;
    };
    expect(length({})).toBe(64);
    expect(length({ cancelOnDisconnect: true })).toBe(72);
    expect(length({ heartbeatMs: 500 })).toBe(72);
    expect(length({ waitsWhenOverloaded: true })).toBe(72);
    expect(length({ keyProof: 'f'.repeat(64) })).toBe(104);
  });

  it('read a message that has grown at its end', () => {
    const longer = new Uint8Array(MESSAGE_BYTES.Cancel + 16);
    longer.set(goldenBytes('Cancel'));
    new DataView(longer.buffer).setUint32(4, longer.length, true);
    expect(new CommandDecoder().read(readerOn(longer))).toEqual(GOLDEN_COMMANDS.Cancel);
  });

  it('of plain orders end before the fields that they do not need', () => {
    const plain = limit(1, 1, Side.Bid, 1, 1);
    expect(commandBytes(plain)).toBe(48);
    expect(commandBytes({ ...plain, minimumQuantity: 1 })).toBe(64);
    expect(commandBytes({ ...plain, displayQuantity: 1 })).toBe(64);
    expect(commandBytes({ ...plain, isHidden: true, pegTo: 1 })).toBe(48);
    for (const field of ['triggerPrice', 'trailBy', 'pegOffset', 'expiresAtMs', 'linkedTo']) {
      expect(commandBytes({ ...plain, [field]: 1 }), field).toBe(104);
    }
    expect(commandBytes({ ...plain, triggerPrice: -1 })).toBe(104);
    expect(commandBytes({ ...plain, postOnly: 1, selfTrade: 1 })).toBe(48);
    // Bytes behind the message are the next message's.
    const writer = new MessageWriter();
    encodeCommand(writer, 1, plain);
    encodeCommand(writer, 2, { ...plain, minimumQuantity: 5 });
    const reader = readerOn(writer.take());
    const decoder = new CommandDecoder();
    expect(decoder.read(reader)).toEqual(plain);
    reader.next();
    expect(decoder.read(reader)).toEqual({ ...plain, minimumQuantity: 5 });
  });

  it('may end after any field that plain orders do not have', () => {
    const fields = [
      'minimumQuantity',
      'displayQuantity',
      'triggerPrice',
      'trailBy',
      'pegOffset',
      'expiresAtMs',
      'linkedTo',
    ] as const;
    for (let kept = 0; kept <= fields.length; kept++) {
      const bytes = MESSAGE_BYTES.NewOrder + kept * 8;
      const frame = goldenBytes('NewOrder').slice(0, bytes);
      new DataView(frame.buffer).setUint32(4, bytes, true);
      const gone = Object.fromEntries(fields.slice(kept).map((field) => [field, 0]));
      const read = new CommandDecoder().read(readerOn(frame));
      expect(read).toEqual({ ...GOLDEN_COMMANDS.NewOrder, ...gone });
    }
  });

  it('are at most a frame long', () => {
    expect(() => readEverything(new Uint8Array(MAX_ENTRY_FRAME_BYTES + 1))).toThrow(/^TOO_LONG/);
    const levels = Array.from({ length: MAX_BOOK_UPDATE_LEVELS }, () => ({
      side: Side.Bid,
      price: 1,
      quantity: 1,
    }));
    expect(commandBytes(bookUpdate(1, levels))).toBeLessThanOrEqual(MAX_ENTRY_FRAME_BYTES);
  });

  it.each<[string, Command]>([
    ['a price that is no number', limit(1, 1, Side.Bid, Number.NaN, 1)],
    ['a fractional price', limit(1, 1, Side.Bid, 0.5, 1)],
    ['a price beyond 2^53 - 1', limit(1, 1, Side.Bid, 2 ** 53, 1)],
    ['a negative quantity', limit(1, 1, Side.Bid, 1, -1)],
    ['an endless quantity', limit(1, 1, Side.Bid, 1, Number.POSITIVE_INFINITY)],
    ['a minimum that is none', { ...limit(1, 1, Side.Bid, 1, 1), minimumQuantity: -1 }],
    ['a part that is none', { ...limit(1, 1, Side.Bid, 1, 1), displayQuantity: 0.5 }],
    ['client order id 0', cancel(1, 0)],
    ['an instrument beyond 32 bits', cancel(2 ** 32, 1)],
    ['a side that is none', limit(1, 1, 2 as Side, 1, 1)],
    ['a symbol of 33 bytes', listing(`${'Ä'.repeat(16)}x`)],
    ['a symbol with a NUL', listing('A\0B')],
    ['a bad level', bookUpdate(1, [{ side: Side.Bid, price: 1, quantity: 0.1 }])],
    ['a day without a name', calendar({ weekdays: 0 })],
    ['an eighth day', calendar({ weekdays: 128 })],
    ['a time of no day', calendar({ timeOfDayMs: 86_400_000 })],
    ['a status that is none', calendar({ status: 7 as TradingStatus })],
    ['a holiday that is no day', { ...calendar({}), holidays: [-1] } as Command],
    ['too many entries', { ...calendar({}), entries: new Array(1025).fill(ENTRY) } as Command],
    ['an owner beyond 32 bits', { type: CommandType.KillSwitch, target: 2 ** 32, isOn: true }],
    ['an unknown type', { type: 99 } as unknown as Command],
    [
      'too many levels',
      bookUpdate(1, new Array(MAX_BOOK_UPDATE_LEVELS + 1).fill({ side: 0, price: 1, quantity: 1 })),
    ],
  ])('are not written for %s', (_what, command) => {
    const writer = new MessageWriter();
    expect(() => encodeCommand(writer, 1, command)).toThrow(OrderEntryError);
    expect(writer.length).toBe(0);
  });

  it.each(['', 'two words', 'x'.repeat(33), 'Ärger'])(
    'are not written for the name "%s"',
    (name) => {
      expect(() => encodeLogon(new MessageWriter(), { name })).toThrow(/^BAD_FIELD/);
    },
  );
});
