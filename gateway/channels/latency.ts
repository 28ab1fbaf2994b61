/** The channel "latency": how long the engine's transactions take to the gateway and to a diff. */

import { nanosToMicros, type TransactionContext } from '../../feed/index.ts';
import { Audience } from '../conflation/audience.ts';
import type { ClassKey, ClassTime } from '../conflation/conflation-class.ts';
import { LatencyClass } from '../conflation/latency-class.ts';
import { LatencyMeter } from '../conflation/latency-meter.ts';
import { type Encoding, LATENCY_WINDOW_MS } from '../protocol/index.ts';
import type { Channel, ReadTime, ServedClass, Wish } from './channel.ts';

interface ServedLatency extends ServedClass {
  readonly logic: LatencyClass;
}

export class LatencyChannel implements Channel {
  readonly #readTime: ReadTime;
  readonly #served = new Set<ServedLatency>();
  /** All from the engine's sequencing on. */
  readonly #published = new LatencyMeter();
  readonly #applied = new LatencyMeter();
  readonly #sent = new LatencyMeter();
  #toldAtMs = 0;

  constructor(readTime: ReadTime) {
    this.#readTime = readTime;
  }

  /** There is one, whatever was asked. */
  keyOf({ codec }: Wish): ClassKey {
    return {
      channel: 'latency',
      symbol: '',
      depth: 0,
      grouping: 1,
      interval: LATENCY_WINDOW_MS,
      phase: 0,
      codec: codec.name,
    };
  }

  open(id: number, key: ClassKey, encoding: Encoding): ServedClass {
    const served = { logic: new LatencyClass(id, key, encoding), audience: new Audience() };
    if (this.#served.size === 0) this.#begin(this.#readTime().nowMs);
    this.#served.add(served);
    return served;
  }

  close(served: ServedClass): void {
    this.#served.delete(served as ServedLatency);
  }

  /** A transaction has arrived and been applied; costs nothing while nobody listens. */
  transactionApplied({ engineTime, publishTime }: TransactionContext): void {
    if (this.#served.size === 0) return;
    const engineUs = nanosToMicros(engineTime.high, engineTime.low);
    this.#published.add(nanosToMicros(publishTime.high, publishTime.low) - engineUs);
    this.#applied.add(this.#readTime().nowUs - engineUs);
  }

  /** A diff has been made. */
  delivered(seconds: number): void {
    if (this.#served.size > 0) this.#sent.add(seconds * 1e6);
  }

  refresh(): void {}

  beat(): void {}

  tick(time: ClassTime): void {
    if (this.#served.size === 0) return;
    const windowMs = Math.round(time.nowMs - this.#toldAtMs);
    if (windowMs < LATENCY_WINDOW_MS) return;
    const rows = [
      ['published', this.#published.take()],
      ['applied', this.#applied.take()],
      ['diff', this.#sent.take()],
    ] as const;
    this.#toldAtMs = time.nowMs;
    for (const { logic, audience } of this.#served) {
      const from = logic.version;
      audience.broadcast([logic.tell(rows, time.nowUs, windowMs)], from, logic.version);
    }
  }

  #begin(nowMs: number): void {
    for (const meter of [this.#published, this.#applied, this.#sent]) meter.take();
    this.#toldAtMs = nowMs;
  }
}
