/**
 * Whether a decoded value is a message of a gateway: the protocol's shapes without their words,
 * which a browser would have to load. A test holds each to the protocol's own.
 */

import {
  type GatewayEvent,
  LEVEL_WIDTH,
  MessageError,
  MessageType,
  TRADE_WIDTH,
} from '../../gateway/protocol/index.ts';

/** The kinds of the elements behind the type; `?` marks one that may be missing at the end. */
export const EVENT_KINDS: ReadonlyMap<unknown, string> = new Map([
  [MessageType.Welcome, 'nsnnnnn?'],
  [MessageType.Subscribed, 'nnssnssnninnn?n?'],
  [MessageType.Snapshot, 'nnnniLLnnnn?'],
  [MessageType.Diff, 'nnnnninLLn?n?n?'],
  [MessageType.Trades, 'nnniTn?'],
  [MessageType.TradesMissed, 'nnn'],
  [MessageType.Instruments, 'nbR'],
  [MessageType.Status, 'nnnssn?'],
  [MessageType.Heartbeat, 'nn?n?n?n?'],
  [MessageType.Pong, 'in'],
  [MessageType.Error, 'nnsbn'],
  [MessageType.Unsubscribed, 'nnns'],
  [MessageType.Best, 'nnnniLL'],
  [MessageType.Refreshed, 'nn'],
  [MessageType.OrdersSnapshot, 'nnnniOOnnn'],
  [MessageType.OrdersDiff, 'nnnnninOOn?n?'],
  [MessageType.Latency, 'nnnR'],
  [MessageType.Candles, 'nbR'],
  [MessageType.Statistics, 'nR'],
  [MessageType.History, 'nnsnnnnnnnn?s?b?n?'],
]);

/** Of one row of `instruments`; as everywhere, more may follow. */
export const INSTRUMENT_KINDS = 'nsssnssn?';

/**
 * The message that `value` is, or `undefined` for a type that this version does not know. Throws
 * `MessageError` for what is no message, or not what its type needs.
 */
export function eventOf(value: unknown): GatewayEvent | undefined {
  if (!Array.isArray(value)) throw new MessageError('A message is an array.');
  const kinds = EVENT_KINDS.get(value[0]);
  if (kinds === undefined) return undefined;
  if (!fitsKinds(kinds, value, 1)) {
    throw new MessageError(`Message ${value[0]} is not what its type needs.`);
  }
  return value as unknown as GatewayEvent;
}

/** Whether the elements from index `first` on are of these kinds. */
export function fitsKinds(kinds: string, elements: readonly unknown[], first: number): boolean {
  let index = first;
  for (let at = 0; at < kinds.length; at += 1) {
    const isOptional = kinds[at + 1] === '?';
    if (index >= elements.length) return isOptional;
    if (!fits(kinds[at] as string, elements[index])) return false;
    if (isOptional) at += 1;
    index += 1;
  }
  return true;
}

function fits(kind: string, value: unknown): boolean {
  if (kind === 's') return typeof value === 'string';
  if (kind === 'b') return typeof value === 'boolean';
  if (kind === 'R') return Array.isArray(value) && value.every(Array.isArray);
  if (kind === 'L' || kind === 'O') return isFlat(value, LEVEL_WIDTH);
  if (kind === 'T') return isFlat(value, TRADE_WIDTH);
  return Number.isSafeInteger(value) && (kind === 'i' || (value as number) >= 0);
}

function isFlat(value: unknown, width: number): boolean {
  return Array.isArray(value) && value.length % width === 0 && value.every(Number.isSafeInteger);
}
