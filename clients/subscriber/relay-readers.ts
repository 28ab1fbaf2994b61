/** What relays offer besides the stream: streams of single instruments, and the past. */

import {
  HistoryClient,
  type HistoryClientOptions,
  InstrumentSubscriber,
  type InstrumentSubscriberOptions,
} from '../../feed/node.ts';
import { crc32, monotonicMs } from '../../feed/process/index.ts';
import { curvesOf, type FeedKeys } from './subscription.ts';

type InstrumentListener = ConstructorParameters<typeof InstrumentSubscriber>[1];

export interface InstrumentStreamOptions
  extends Pick<InstrumentSubscriberOptions, 'relays' | 'symbols' | 'kinds'> {
  /** Yours and the relays' public one, where they ask for keys; see `touchline keys`. */
  readonly keys?: FeedKeys | undefined;
}

/** Reads what a relay publishes of single instruments, from now on; `close` ends it. */
export function subscribeInstruments(
  { keys, ...options }: InstrumentStreamOptions,
  listener: InstrumentListener = {},
): InstrumentSubscriber {
  const curve = curvesOf(keys).repairCurve;
  const ports = { nowMs: monotonicMs, crc32, curve };
  const subscriber = new InstrumentSubscriber({ ...options, ...ports }, listener);
  subscriber.start();
  return subscriber;
}

export interface HistoryOptions extends Pick<HistoryClientOptions, 'relays'> {
  readonly keys?: FeedKeys | undefined;
}

/** Asks relays about the past; `close` ends it. */
export function openHistory({ relays, keys }: HistoryOptions): HistoryClient {
  return new HistoryClient({ relays, crc32, curve: curvesOf(keys).repairCurve });
}
