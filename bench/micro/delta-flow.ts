/** Made-up level changes as a busy market would cause them, and the packets that carry them. */

import { crc32 } from 'node:zlib';
import {
  BookHash,
  BookKind,
  RECORD_BYTES,
  type RecordReader,
  RecordType,
  Side,
  StreamLevel,
  StreamWriter,
  shardTopic,
  TradingStatus,
} from '../../feed/index.ts';

const LEVEL_BYTES = RECORD_BYTES[RecordType.Level];
const TRANSACTION_BYTES = RECORD_BYTES[RecordType.Transaction];
/** So many levels a side are used; most changes are near the touch. */
const DEPTH = 40;
const MIDDLE = 50_000;

/** Changes as columns, so that making them costs a benchmark nothing. */
export interface DeltaFlow {
  readonly count: number;
  readonly instruments: number;
  readonly ids: Uint32Array;
  readonly sides: Uint8Array;
  readonly prices: Float64Array;
  readonly quantities: Float64Array;
  readonly orderCounts: Uint32Array;
}

/** One in five changes removes a level. `perTransaction` changes in a row are of one instrument. */
export function deltaFlow(count: number, instruments: number, perTransaction: number): DeltaFlow {
  const flow: DeltaFlow = {
    count,
    instruments,
    ids: new Uint32Array(count),
    sides: new Uint8Array(count),
    prices: new Float64Array(count),
    quantities: new Float64Array(count),
    orderCounts: new Uint32Array(count),
  };
  let state = 1;
  // A linear congruence is random enough for prices, and the same everywhere.
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
  let id = 1;
  for (let i = 0; i < count; i += 1) {
    if (i % perTransaction === 0) id = 1 + next(instruments);
    const side = next(2);
    const away = 1 + Math.floor(next(DEPTH * DEPTH) ** 2 / DEPTH ** 3);
    const isRemoved = next(5) === 0;
    flow.ids[i] = id;
    flow.sides[i] = side;
    flow.prices[i] = side === Side.Bid ? MIDDLE - away : MIDDLE + away;
    flow.quantities[i] = isRemoved ? 0 : 1 + next(1000);
    flow.orderCounts[i] = isRemoved ? 0 : 1 + next(9);
  }
  return flow;
}

export interface FlowOptions {
  readonly perTransaction: number;
  /** Deltas after which a packet is sent; the stream's own limit cuts what is larger. */
  readonly deltasPerPacket: number;
  readonly sink: (packet: Uint8Array, first: number, count: number) => void;
  /** What it is written with: this tree's, or that of another checkout. */
  readonly parts?: { readonly StreamWriter: typeof StreamWriter };
}

/** Lists the instruments and writes the flow, over and over if asked, with right sequences. */
export class FlowWriter {
  readonly writer: StreamWriter;
  readonly #flow: DeltaFlow;
  readonly #sequences: Uint32Array;
  readonly #perTransaction: number;
  readonly #deltasPerPacket: number;
  #transaction = 0;
  #inPacket = 0;

  constructor(flow: DeltaFlow, options: FlowOptions) {
    const Writer = options.parts?.StreamWriter ?? StreamWriter;
    this.writer = new Writer({
      epoch: { seconds: 1, random: 1 },
      topic: shardTopic(StreamLevel.L2),
      firstSequence: 1,
      crc32,
      wallClock: wallClockNow,
      sink: options.sink,
    });
    this.#flow = flow;
    this.#sequences = new Uint32Array(flow.instruments + 1);
    this.#perTransaction = options.perTransaction;
    this.#deltasPerPacket = options.deltasPerPacket;
  }

  /** The beginning of the epoch: every instrument is listed. */
  list(): void {
    const { writer } = this;
    writer.records.epochStart(0, 0, 0);
    for (let id = 1; id <= this.#flow.instruments; id += 1) {
      this.#open();
      this.#sequences[id] = 1;
      const status = TradingStatus.Continuous;
      writer.reserve(RECORD_BYTES[RecordType.Instrument]);
      writer.records.instrument(id, 1, status, BookKind.Levels, 1, 1e6, '0.01', '1', `FLOW${id}`);
      writer.records.endTransaction();
    }
    writer.flush();
  }

  /** Writes the changes from `from` on, up to `until`. */
  write(from: number, until: number): void {
    const { ids, sides, prices, quantities, orderCounts } = this.#flow;
    const { writer } = this;
    const { records } = writer;
    const sequences = this.#sequences;
    const perTransaction = this.#perTransaction;
    let left = 0;
    for (let i = from; i < until; i += 1) {
      if (left === 0) {
        if (this.#inPacket >= this.#deltasPerPacket) this.flush();
        this.#open();
        left = perTransaction;
      }
      const id = ids[i]!;
      const sequence = sequences[id]! + 1;
      sequences[id] = sequence;
      writer.reserve(LEVEL_BYTES);
      records.level(id, sequence, sides[i]!, prices[i]!, quantities[i]!, orderCounts[i]!);
      left -= 1;
      this.#inPacket += 1;
      if (left === 0 || i === until - 1) records.endTransaction();
    }
  }

  flush(): void {
    this.#inPacket = 0;
    this.writer.flush();
  }

  #open(): void {
    this.#transaction += 1;
    this.writer.reserve(TRANSACTION_BYTES);
    this.writer.records.transaction(this.#transaction, 0, this.#transaction);
  }
}

/** The whole flow as packets, the listing first. */
export function flowPackets(flow: DeltaFlow, options: Omit<FlowOptions, 'sink'>): Uint8Array[] {
  const packets: Uint8Array[] = [];
  const writer = new FlowWriter(flow, { ...options, sink: (packet) => packets.push(packet) });
  writer.list();
  writer.write(0, flow.count);
  writer.flush();
  return packets;
}

/** The hashes of the books that the flow leaves behind, by id, from each level's last change. */
export function flowHashes(flow: DeltaFlow): (readonly [number, number])[] {
  const last = new Map<string, number>();
  for (let i = 0; i < flow.count; i += 1) {
    last.set(`${flow.ids[i]} ${flow.sides[i]} ${flow.prices[i]}`, i);
  }
  const hashes = Array.from({ length: flow.instruments }, (_, i) => new BookHash(i + 1));
  for (const i of last.values()) {
    const { ids, sides, prices, quantities, orderCounts } = flow;
    if (quantities[i] === 0) continue;
    hashes[ids[i]! - 1]?.add(sides[i]!, prices[i]!, quantities[i]!, orderCounts[i]!);
  }
  return hashes.map(({ laneA, laneB }) => [laneA, laneB]);
}

/** Reads every field of every level; the sum keeps the compiler from leaving the work out. */
export function readLevels(reader: RecordReader, packet: Uint8Array): number {
  let sum = 0;
  reader.open(packet);
  while (reader.next()) {
    if (reader.type !== RecordType.Level) continue;
    sum += reader.price + reader.quantity + reader.orderCount + reader.sequenceLow + reader.detail;
  }
  return sum;
}

export function wallClockNow(out: { high: number; low: number }): void {
  const nanos = BigInt(Date.now()) * 1_000_000n;
  out.high = Number(nanos >> 32n);
  out.low = Number(nanos & 0xffff_ffffn);
}
