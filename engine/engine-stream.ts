/** One stream of an engine, of one level: its packets, its heartbeats, and the books as it shows them. */

import {
  type Epoch,
  PositionRotation,
  type SnapshotInstrument,
  type SnapshotProvider,
  StreamLevel,
  type StreamWriter,
} from '../feed/index.ts';
import type { Market } from './market.ts';
import type { StreamRecorder } from './stream-recorder.ts';

/** As a provider of book snapshots it relies on being called between two transactions. */
export class EngineStream implements SnapshotProvider {
  readonly isReady = true;
  readonly epoch: Epoch;
  readonly level: StreamLevel;
  readonly #market: Market;
  readonly #writer: StreamWriter;
  readonly #recorder: StreamRecorder;
  readonly #rotation = new PositionRotation();

  constructor(
    epoch: Epoch,
    level: StreamLevel,
    market: Market,
    writer: StreamWriter,
    recorder: StreamRecorder,
  ) {
    this.epoch = epoch;
    this.level = level;
    this.#market = market;
    this.#writer = writer;
    this.#recorder = recorder;
  }

  /** Hands out the packet that is being filled. */
  flush(): void {
    this.#writer.flush();
  }

  heartbeat(): void {
    this.#rotation.heartbeat(this.#writer, this.#market.instruments.length, (records, index) => {
      this.#recorder.writePosition(records, index + 1);
    });
  }

  endOfSession(): void {
    this.#writer.endOfSession();
  }

  get nextSequence(): number {
    return this.#writer.nextSequence;
  }

  instrumentIds(): readonly number[] {
    return this.#market.instruments.map(({ id }) => id);
  }

  instrument(id: number): SnapshotInstrument | undefined {
    const listed = this.#market.instrument(id);
    if (listed === undefined) return undefined;
    const { symbol, tickSize, lotSize, bookKind, lowestPrice, highestPrice, status } = listed;
    const { statusReason, told } = listed.session;
    const common = {
      id: listed.id,
      symbol,
      tickSize,
      lotSize,
      bookKind,
      lowestPrice,
      highestPrice,
      status,
      statusReason,
      indicative: { ...told },
      sequence: this.#recorder.sequenceOf(id),
      transaction: this.#recorder.transactionOf(id),
    };
    return {
      ...common,
      book: this.level === StreamLevel.L2 ? listed.levelBook() : listed.orderBook(),
    };
  }

  findId(symbol: string): number | undefined {
    return this.#market.find(symbol)?.id;
  }
}
