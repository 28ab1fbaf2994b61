/** Answers what a client asks; a question has no number and does not change the market. */

import type { Engine } from '../engine.ts';
import {
  decodeFindInstrument,
  decodeOpenOrders,
  encodeInstrumentFound,
  encodeOpenOrdersPage,
  type MessageReader,
  MessageType,
  OPEN_ORDERS_COST,
} from '../protocol/index.ts';
import type { EntrySession } from './session.ts';

type AskedEngine = Pick<Engine, 'sequencer' | 'market'>;

const QUESTIONS = new Set<number>([
  MessageType.FindInstrument,
  MessageType.OpenOrders,
  MessageType.FindClient,
]);

export function isQuestion(messageType: number): boolean {
  return QUESTIONS.has(messageType);
}

/** The question under the reader's cursor. Throws `DecodeError`. */
export function answerQuestion(
  reader: MessageReader,
  session: EntrySession,
  engine: AskedEngine,
): void {
  const isAboutOrders = reader.type === MessageType.OpenOrders;
  if (isAboutOrders) answerOpenOrders(reader, session, engine);
  else answerFindInstrument(reader, session, engine);
}

function answerFindInstrument(
  reader: MessageReader,
  session: EntrySession,
  { sequencer, market }: AskedEngine,
): void {
  const key = decodeFindInstrument(reader);
  // Answered in turn: behind the commands that came before.
  sequencer.commit();
  const isSymbol = typeof key === 'string';
  const instrument = isSymbol ? market.find(key) : market.instrument(key);
  const symbol = isSymbol ? key : (instrument?.symbol ?? '');
  encodeInstrumentFound(session.writer(), { symbol, instrument });
}

function answerOpenOrders(
  reader: MessageReader,
  session: EntrySession,
  { sequencer, market }: AskedEngine,
): void {
  const { question, instrument, after } = decodeOpenOrders(reader);
  const { owner, bucket } = session.account;
  const retryAfterMs = bucket.take(OPEN_ORDERS_COST, session.heardMs);
  sequencer.commit();
  const isRefused = retryAfterMs > 0;
  const found = isRefused
    ? { orders: [], next: after }
    : market.findOpenOrders(owner, instrument, after);
  const { transaction } = sequencer;
  encodeOpenOrdersPage(session.writer(), { question, ...found, transaction, retryAfterMs });
}
