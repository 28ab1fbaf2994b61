/** One message of each type: what PROTOCOL.md shows as bytes. */

import { BookKind, type InstrumentId, Side, TradingStatus } from '../../feed/index.ts';
import {
  type Command,
  CommandType,
  encodeClientFound,
  encodeCommand,
  encodeFindClient,
  encodeFindInstrument,
  encodeHeartbeat,
  encodeInstrumentFound,
  encodeLoggedOn,
  encodeLogoff,
  encodeLogon,
  encodeOpenOrders,
  encodeOpenOrdersPage,
  encodeReport,
  encodeReportSequence,
  encodeReportsLost,
  MassCancelSide,
  MessageReader,
  type MessageType,
  MessageWriter,
  OrderState,
  OrderType,
  PegTo,
  PostOnly,
  Reason,
  type Report,
  ReportType,
  SelfTrade,
  TimeInForce,
} from '../protocol/index.ts';
import { ask, bid, bookUpdate, cancel, limit, modify, replace } from './orders.ts';

const INSTRUMENT = 3 as InstrumentId;

/** By the names of `MessageType`; all are the client's 7th command. */
export const GOLDEN_NUMBER = 7;
export const GOLDEN_COMMANDS = {
  NewOrder: {
    ...limit(INSTRUMENT, 1001, Side.Ask, -25, 300, TimeInForce.Gtd),
    orderType: OrderType.StopLimit,
    selfTrade: SelfTrade.Decrement,
    postOnly: PostOnly.Slide,
    isHidden: true,
    pegTo: PegTo.Mid,
    minimumQuantity: 120,
    displayQuantity: 30,
    triggerPrice: -20,
    trailBy: 15,
    pegOffset: 2,
    expiresAtMs: 1_700_000_000_000,
    linkedTo: 1000,
  },
  Cancel: cancel(INSTRUMENT, 1001),
  Modify: { ...modify(INSTRUMENT, 1001, 15_025, 250), triggerPrice: 15_100 },
  Replace: replace(INSTRUMENT, 1001, 15_025, Number.MAX_SAFE_INTEGER),
  ListInstrument: {
    type: CommandType.ListInstrument,
    symbol: 'BTC-USD',
    tickSize: '0.01',
    lotSize: '0.00000001',
    bookKind: BookKind.Levels,
    lowestPrice: 1,
    highestPrice: 100_000_000,
  },
  SetStatus: {
    type: CommandType.SetStatus,
    instrument: INSTRUMENT,
    status: TradingStatus.Halted,
  },
  SetRules: {
    type: CommandType.SetRules,
    instrument: INSTRUMENT,
    lowestPrice: -500,
    highestPrice: 50_000,
    collarTicks: 200,
    pauseTicks: 100,
    pauseMs: 120_000,
    referencePrice: -25,
  },
  SetCalendar: {
    type: CommandType.SetCalendar,
    instrument: INSTRUMENT,
    entries: [
      { weekdays: 0b001_1111, timeOfDayMs: 28_800_000, status: TradingStatus.PreOpen },
      { weekdays: 0b111_1111, timeOfDayMs: 86_399_999, status: TradingStatus.Closed },
    ],
    holidays: [20_812, 20_819, 20_820],
  },
  BookUpdate: bookUpdate(INSTRUMENT, [bid(100, 5), ask(101, 0)], { clear: true, depth: 10 }),
  VenueTrade: {
    type: CommandType.VenueTrade,
    instrument: INSTRUMENT,
    price: 100,
    quantity: 4_294_967_296,
    aggressor: Side.Ask,
  },
  BustTrade: { type: CommandType.BustTrade, instrument: INSTRUMENT, tradeId: 4_294_967_297 },
  CorrectTrade: {
    type: CommandType.CorrectTrade,
    instrument: INSTRUMENT,
    tradeId: 9,
    price: -26,
    quantity: 110,
  },
  MassCancel: {
    type: CommandType.MassCancel,
    instrument: INSTRUMENT,
    side: MassCancelSide.Both,
  },
  OwnerGone: { type: CommandType.OwnerGone },
  KillSwitch: { type: CommandType.KillSwitch, target: 5, isOn: true },
  AdvanceTime: { type: CommandType.AdvanceTime },
} as const satisfies Record<string, Command>;

const ORDER = { instrument: INSTRUMENT, clientOrderId: 1001, orderId: 4_194_305 };
const CAUSE = { transaction: 42, command: GOLDEN_NUMBER };

export const GOLDEN_REPORTS = {
  Accepted: { type: ReportType.Accepted, ...CAUSE, ...ORDER },
  Rejected: {
    type: ReportType.Rejected,
    transaction: 0,
    command: GOLDEN_NUMBER,
    clientOrderId: 1001,
    reason: Reason.RateLimited,
    retryAfterMs: 25,
  },
  Filled: {
    type: ReportType.Filled,
    ...CAUSE,
    ...ORDER,
    tradeId: 9,
    side: Side.Ask,
    price: -25,
    quantity: 120,
    leaves: 180,
    isAggressor: true,
  },
  Cancelled: {
    type: ReportType.Cancelled,
    ...CAUSE,
    ...ORDER,
    quantity: 180,
    reason: Reason.ImmediateRemainder,
  },
  Replaced: {
    type: ReportType.Replaced,
    ...CAUSE,
    ...ORDER,
    price: 15_025,
    quantity: 250,
    keptPriority: true,
  },
  Triggered: { type: ReportType.Triggered, ...CAUSE, ...ORDER },
  TradeBusted: { type: ReportType.TradeBusted, ...CAUSE, ...ORDER, tradeId: 9 },
  TradeCorrected: {
    type: ReportType.TradeCorrected,
    ...CAUSE,
    ...ORDER,
    tradeId: 9,
    price: -26,
    quantity: 110,
  },
  InstrumentListed: {
    type: ReportType.InstrumentListed,
    ...CAUSE,
    instrument: INSTRUMENT,
    symbol: 'BTC-USD',
  },
  Done: { type: ReportType.Done, ...CAUSE, instrument: INSTRUMENT },
  MassCancelled: {
    type: ReportType.MassCancelled,
    ...CAUSE,
    instrument: INSTRUMENT,
    count: 12,
    isComplete: true,
  },
} as const satisfies Record<string, Report>;

const TOKEN = '000102030405060708090a0b0c0d0eff';
export const GOLDEN_LOGON = {
  version: 1,
  name: 'risk-desk',
  token: TOKEN,
  isOpen: true,
  lastReport: 12,
  heartbeatMs: 250,
  cancelOnDisconnect: true,
  waitsWhenOverloaded: true,
  keyProof: `${TOKEN}`.repeat(2),
};
export const GOLDEN_LOGGED_ON = {
  version: 1,
  owner: 5,
  heartbeatMs: 1000,
  epoch: { seconds: 0x66f1_c3a0, random: 0x9b3c_11d2 },
  token: TOKEN,
  isResumed: true,
  lastCommand: 7,
  nextReport: 20,
};
export const GOLDEN_REPORT_SEQUENCE = 13;
export const GOLDEN_REPORTS_LOST = { first: 13, last: 15 };
export const GOLDEN_LOGOFF = Reason.NameInUse;
export const GOLDEN_QUESTION = 'BTC-USD';
export const GOLDEN_FOUND = {
  symbol: GOLDEN_QUESTION,
  instrument: {
    id: INSTRUMENT,
    symbol: GOLDEN_QUESTION,
    tickSize: '0.01',
    lotSize: '0.00000001',
    bookKind: BookKind.Levels,
    lowestPrice: 1,
    highestPrice: 100_000_000,
    status: TradingStatus.Continuous,
  },
};

export const GOLDEN_OPEN_ORDERS = { question: 4, instrument: INSTRUMENT, after: 77 };
export const GOLDEN_PAGE = {
  question: 4,
  orders: [
    { ...ORDER, side: Side.Ask, state: OrderState.Parked, price: -25, open: 180, filled: 120 },
  ],
  next: 78,
  transaction: 42,
  retryAfterMs: 0,
};

export const GOLDEN_FIND_CLIENT = { name: 'risk-desk', release: true };
export const GOLDEN_CLIENT_FOUND = {
  name: 'risk-desk',
  reason: Reason.NameInUse,
  owner: 5,
  openOrders: 12,
  isLoggedOn: true,
  cancelOnDisconnect: true,
};

/** The bytes of each golden message. */
export function goldenBytes(name: keyof typeof MessageType): Uint8Array {
  const writer = new MessageWriter();
  if (name in GOLDEN_COMMANDS) {
    const command = GOLDEN_COMMANDS[name as keyof typeof GOLDEN_COMMANDS];
    encodeCommand(writer, GOLDEN_NUMBER, command);
  } else if (name in GOLDEN_REPORTS) {
    encodeReport(writer, GOLDEN_REPORTS[name as keyof typeof GOLDEN_REPORTS]);
  } else if (name === 'Logon') encodeLogon(writer, GOLDEN_LOGON);
  else if (name === 'LoggedOn') encodeLoggedOn(writer, GOLDEN_LOGGED_ON);
  else if (name === 'ReportSequence') encodeReportSequence(writer, GOLDEN_REPORT_SEQUENCE);
  else if (name === 'OpenOrders') encodeOpenOrders(writer, GOLDEN_OPEN_ORDERS);
  else if (name === 'OpenOrdersPage') encodeOpenOrdersPage(writer, GOLDEN_PAGE);
  else if (name === 'FindClient') encodeFindClient(writer, GOLDEN_FIND_CLIENT);
  else if (name === 'ClientFound') encodeClientFound(writer, GOLDEN_CLIENT_FOUND);
  else if (name === 'ReportsLost') encodeReportsLost(writer, GOLDEN_REPORTS_LOST);
  else if (name === 'FindInstrument') encodeFindInstrument(writer, GOLDEN_QUESTION);
  else if (name === 'InstrumentFound') encodeInstrumentFound(writer, GOLDEN_FOUND);
  else if (name === 'Heartbeat') encodeHeartbeat(writer);
  else encodeLogoff(writer, GOLDEN_LOGOFF);
  return writer.take();
}

/** A reader on the first message of a frame. */
export function readerOn(frame: Uint8Array): MessageReader {
  const reader = new MessageReader();
  reader.open(frame);
  if (!reader.next()) throw new Error('no message');
  return reader;
}
