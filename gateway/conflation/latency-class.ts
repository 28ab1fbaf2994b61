/** The class of the latency channel: what the hops up to this gateway took, window by window. */

import { type Encoding, MessageType } from '../protocol/index.ts';
import type { ClassKey, ConflationClass, Resumed } from './conflation-class.ts';
import type { HopTimes } from './latency-meter.ts';

/** The hops by name, in the order in which they are made. */
export type LatencyRows = readonly (readonly [string, HopTimes])[];

export class LatencyClass implements ConflationClass {
  readonly id: number;
  readonly key: ClassKey;
  version = 0;
  readonly sequence = 0;
  readonly #encoding: Encoding;

  constructor(id: number, key: ClassKey, encoding: Encoding) {
    this.id = id;
    this.key = key;
    this.#encoding = encoding;
  }

  tell(rows: LatencyRows, nowUs: number, windowMs: number): Uint8Array {
    this.version += 1;
    return this.#encoding.encode([
      MessageType.Latency,
      this.id,
      nowUs,
      windowMs,
      rows.map(([name, { samples, p50Us, p99Us, mostUs }]) => {
        return [name, samples, p50Us, p99Us, mostUs];
      }),
    ]);
  }

  subscribed(requestId: number): Uint8Array {
    const { channel, interval } = this.key;
    const noInstrument = ['', 0, '1', '1', 0, interval, 0, 0, 0, 1, 0] as const;
    return this.#encoding.encode([
      MessageType.Subscribed,
      requestId,
      this.id,
      channel,
      ...noInstrument,
    ]);
  }

  /** Nothing builds on the window before. */
  catchUp(): Uint8Array[] {
    return [];
  }

  resume(): Resumed {
    return { frames: [], result: 'noop' };
  }
}
