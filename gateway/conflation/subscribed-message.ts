/** The message SUBSCRIBED of a class of one instrument. */

import { type Encoding, MessageType } from '../protocol/index.ts';
import type { BookSource } from './book-source.ts';
import type { ClassKey } from './conflation-class.ts';

export interface Announced {
  readonly id: number;
  readonly key: ClassKey;
  readonly source: BookSource;
  /** What prices are counted from, and the sequence that has been shown. */
  readonly anchor: number;
  readonly sequence: number;
}

export function subscribedMessage(
  encoding: Encoding,
  requestId: number,
  { id, key, source, anchor, sequence }: Announced,
): Uint8Array {
  const { instrument, symbol, tickSize, lotSize, epoch } = source;
  return encoding.encode([
    MessageType.Subscribed,
    requestId,
    id,
    key.channel,
    symbol,
    instrument,
    tickSize,
    lotSize,
    key.depth,
    key.interval,
    anchor,
    epoch.seconds,
    epoch.random,
    key.grouping,
    sequence,
  ]);
}
