/** The classes of what was traded: candles of one interval, and the sum of the last 24 hours. */

import { type Encoding, MessageType, STATISTICS_SECONDS } from '../protocol/index.ts';
import type { BookSource } from './book-source.ts';
import type { CandleRow, CandleSeries } from './candle-series.ts';
import {
  type ClassKey,
  type ConflationClass,
  NOT_ANNOUNCED,
  type Resumed,
} from './conflation-class.ts';
import { subscribedMessage } from './subscribed-message.ts';

export class CandlesClass implements ConflationClass {
  readonly id: number;
  readonly key: ClassKey;
  /** 0: nothing is known yet. */
  version = 0;
  readonly sequence = 0;
  readonly #source: BookSource;
  readonly #series: CandleSeries;
  readonly #encoding: Encoding;
  /** Set for statistics: the newest sum. */
  #sum: CandleRow | undefined;

  constructor(
    id: number,
    key: ClassKey,
    source: BookSource,
    series: CandleSeries,
    encoding: Encoding,
  ) {
    this.id = id;
    this.key = key;
    this.#source = source;
    this.#series = series;
    this.#encoding = encoding;
  }

  /** What leads from the version before to this one; none when nothing that is shown has changed. */
  told(changed: readonly CandleRow[], nowSeconds: number): Uint8Array | undefined {
    if (this.key.channel === 'statistics') return this.#statistics(nowSeconds);
    if (changed.length === 0 && this.version > 0) return undefined;
    this.version += 1;
    if (this.version === 1) return this.#complete();
    return this.#encoding.encode([MessageType.Candles, this.id, false, changed]);
  }

  subscribed(requestId: number): Uint8Array {
    return subscribedMessage(this.#encoding, requestId, {
      id: this.id,
      key: this.key,
      source: this.#source,
      // Prices are whole ticks: a candle of last week knows no anchor of today.
      anchor: 0,
      sequence: 0,
    });
  }

  catchUp(version: number): Uint8Array[] {
    const announced = version === NOT_ANNOUNCED ? [this.subscribed(0)] : [];
    if (this.version === 0) return announced;
    return [...announced, this.key.channel === 'statistics' ? this.#sumNow() : this.#complete()];
  }

  resume(): Resumed {
    return { frames: this.catchUp(0), result: 'snapshot' };
  }

  #complete(): Uint8Array {
    return this.#encoding.encode([MessageType.Candles, this.id, true, this.#series.rows]);
  }

  #statistics(nowSeconds: number): Uint8Array | undefined {
    const minute = nowSeconds - (nowSeconds % 60) + 60;
    const sum = this.#series.sum(minute - STATISTICS_SECONDS);
    if (this.version > 0 && String(sum) === String(this.#sum)) return undefined;
    this.#sum = sum;
    this.version += 1;
    return this.#sumNow();
  }

  #sumNow(): Uint8Array {
    const rows = this.#sum === undefined ? [] : [this.#sum];
    return this.#encoding.encode([MessageType.Statistics, this.id, rows]);
  }
}
