/**
 * Reads the streams of single instruments that relays publish. Knows no socket, clock or timer; they
 * come in as options.
 */

import {
  HEARTBEAT_INTERVAL_MS,
  MAX_SNAPSHOT_NAMES,
  MISSED_HEARTBEATS_UNTIL_STALE,
  STALE_AFTER_MS,
} from '../limits.ts';
import { compareEpochs, type Epoch, FeedState, NO_EPOCH, type StateReason } from '../market.ts';
import type { MonotonicClock } from '../nanos.ts';
import { RepairRequester } from '../sync/repair-requester.ts';
import { SnapshotLoader } from '../sync/snapshot-loader.ts';
import { DecodeError } from '../wire/decode-error.ts';
import { type Crc32, PacketFlag } from '../wire/packet.ts';
import { RecordType } from '../wire/records.ts';
import { RelayRecordReader } from '../wire/relay-record-reader.ts';
import { reasonOfNumber, stateOfNumber } from '../wire/state-numbers.ts';
import { decodeTopic, encodeTopic, StreamLevel, TopicKind } from '../wire/topic.ts';
import type { InstrumentListener, StreamedInstrumentView } from './instrument-listener.ts';
import { InstrumentView } from './instrument-view.ts';
import { TopicTeller } from './topic-teller.ts';

export interface InstrumentReaderOptions {
  /** `TopicKind`s of instruments: what is to be read of each. */
  readonly kinds: readonly TopicKind[];
  /** Symbols; they are looked up at a relay, also those that are listed later. */
  readonly symbols: readonly string[];
  readonly shard?: number;
  readonly listener: InstrumentListener;
  /** These topics are to be subscribed to. */
  readonly subscribe: (topic: Uint8Array) => void;
  readonly crc32: Crc32;
  readonly nowMs: MonotonicClock;
  /** 0 <= x < 1. */
  readonly random: () => number;
  /** How many relays can be asked, and how. False: it cannot be sent now. */
  readonly repairEndpoints: number;
  readonly sendRepair: (endpoint: number, message: Uint8Array) => boolean;
}

/** A symbol that no relay knows is looked up again after this. */
const LOOK_UP_AGAIN_MS = 1000;

export class InstrumentReader {
  readonly stats = { packets: 0, badPackets: 0, lowerEpochPackets: 0, snapshots: 0 };
  readonly instruments = new Map<number, InstrumentView>();
  readonly #options: InstrumentReaderOptions;
  readonly #shard: number;
  readonly #reader: RelayRecordReader;
  readonly #requester: RepairRequester;
  readonly #teller: TopicTeller;
  #epoch: Epoch = NO_EPOCH;
  #relayState: FeedState = FeedState.Syncing;
  #relayReason: StateReason = 'NO_DATA';
  #relayHeardMs = Number.NEGATIVE_INFINITY;
  #silentAfterMs = STALE_AFTER_MS * 4;
  #ids = new Map<string, number>();
  #lookUpMs = Number.NEGATIVE_INFINITY;
  #isLookingUp = false;
  #loader: SnapshotLoader | undefined;

  constructor(options: InstrumentReaderOptions) {
    this.#options = options;
    this.#shard = options.shard ?? 0;
    this.#reader = new RelayRecordReader(options.crc32);
    this.#teller = new TopicTeller(this.#reader, options.listener);
    const { repairEndpoints: endpoints, sendRepair: send, random } = options;
    this.#requester = new RepairRequester({
      level: StreamLevel.L2,
      shard: this.#shard,
      endpoints,
      send,
      random,
      client: {
        repairPackets: (packets, isLast) => this.#answered(packets, isLast),
        repairRejected: () => {},
        repairFailed: () => {},
      },
    });
  }

  /** The topic by which a relay tells of itself: to be subscribed to before anything else. */
  get relayTopic(): Uint8Array {
    const [kind, level] = [TopicKind.RelayState, StreamLevel.L2];
    return encodeTopic({ kind, level, shard: this.#shard, instrument: 0 });
  }

  find(symbol: string): StreamedInstrumentView | undefined {
    const id = this.#ids.get(symbol);
    return id === undefined ? undefined : this.instruments.get(id);
  }

  /** Whether the relay has said nothing for so long. */
  isSilentFor(ms: number): boolean {
    return this.#options.nowMs() - this.#relayHeardMs > ms;
  }

  /** Takes one frame, whatever it holds; the bytes are the reader's to keep. */
  receive(packet: Uint8Array): void {
    this.stats.packets += 1;
    try {
      this.#take(packet);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.stats.badPackets += 1;
    }
    this.#settle();
  }

  receiveRepair(endpoint: number, message: Uint8Array): void {
    this.#requester.receive(endpoint, message, this.#options.nowMs());
    this.#settle();
  }

  /** Judges freshness and time-outs: call it every few milliseconds, with the socket drained. */
  poll(): void {
    this.#requester.poll(this.#options.nowMs());
    this.#settle();
  }

  #take(packet: Uint8Array): void {
    const reader = this.#reader;
    const header = reader.open(packet);
    const topic = decodeTopic(packet);
    const epoch = { seconds: header.epochSeconds, random: header.epochRandom };
    const order = compareEpochs(epoch, this.#epoch);
    if (order < 0) {
      this.stats.lowerEpochPackets += 1;
      return;
    }
    if (order > 0) this.#startEpoch(epoch);
    const nowMs = this.#options.nowMs();
    if (topic.kind === TopicKind.RelayState) {
      this.#relayTold(nowMs);
      return;
    }
    const view = this.instruments.get(topic.instrument);
    const place = view?.places.get(topic.kind);
    if (view === undefined || place === undefined) return;
    place.heardMs = nowMs;
    if ((header.flags & PacketFlag.Heartbeat) === 0) this.#teller.packet(view, place, epoch);
    else this.#teller.heartbeat(view, place, epoch);
  }

  #relayTold(nowMs: number): void {
    const reader = this.#reader;
    while (reader.next()) {
      if (reader.type !== RecordType.RelayState) continue;
      this.#relayHeardMs = nowMs;
      this.#relayState = stateOfNumber(reader.detail);
      this.#relayReason = reasonOfNumber(reader.relayReason);
      this.#silentAfterMs =
        reader.rotationMs * MISSED_HEARTBEATS_UNTIL_STALE + HEARTBEAT_INTERVAL_MS;
    }
  }

  #startEpoch(epoch: Epoch): void {
    const isFirst = compareEpochs(this.#epoch, NO_EPOCH) === 0;
    this.#epoch = epoch;
    this.#requester.reset();
    this.#ids = new Map();
    this.#lookUpMs = Number.NEGATIVE_INFINITY;
    if (isFirst) return;
    for (const view of this.instruments.values()) this.#stand(view, FeedState.Syncing, 'JOINING');
    this.instruments.clear();
    this.#options.listener.epochChanged?.(epoch);
  }

  #settle(): void {
    const nowMs = this.#options.nowMs();
    this.#ask(nowMs);
    const isSilent = nowMs - this.#relayHeardMs > STALE_AFTER_MS;
    for (const view of this.instruments.values()) {
      const own = view.standing(nowMs, this.#silentAfterMs);
      if (own.state === FeedState.Syncing) this.#stand(view, own.state, own.reason);
      else if (isSilent) this.#stand(view, FeedState.Stale, 'HEARTBEAT_LOST');
      else if (this.#relayState !== FeedState.Live) {
        this.#stand(view, this.#relayState, this.#relayReason);
      } else this.#stand(view, own.state, own.reason);
    }
  }

  #stand(view: InstrumentView, state: FeedState, reason: StateReason): void {
    if (view.state === state && view.reason === reason) return;
    view.state = state;
    view.reason = reason;
    this.#options.listener.stateChanged?.(view);
  }

  /** Symbols that are not known yet are looked up; then books are asked for. */
  #ask(nowMs: number): void {
    if (!this.#requester.mayAsk(nowMs)) return;
    const unknown = this.#options.symbols.filter((symbol) => !this.#ids.has(symbol));
    if (unknown.length > 0 && nowMs - this.#lookUpMs >= LOOK_UP_AGAIN_MS) {
      this.#lookUpMs = nowMs;
      this.#isLookingUp = true;
      this.#request(1, [], unknown.slice(0, MAX_SNAPSHOT_NAMES), nowMs);
      return;
    }
    const wanting = [...this.instruments.values()]
      .filter(({ follower }) => follower?.wanted !== undefined)
      .slice(0, MAX_SNAPSHOT_NAMES);
    if (wanting.length === 0) return;
    this.#isLookingUp = false;
    const minimum = Math.max(...wanting.map(({ follower }) => follower?.wanted ?? 0));
    this.#request(
      minimum,
      wanting.map(({ id }) => id),
      [],
      nowMs,
    );
  }

  #request(
    minimumSequence: number,
    ids: readonly number[],
    symbols: readonly string[],
    nowMs: number,
  ): void {
    this.#loader = new SnapshotLoader(this.#options.crc32, StreamLevel.L2, this.#shard);
    this.#requester.ask({ kind: 'snapshot', minimumSequence, ids, symbols }, this.#epoch, nowMs);
  }

  #answered(packets: readonly Uint8Array[], isLast: boolean): boolean {
    const loader = this.#loader;
    if (loader === undefined) return false;
    try {
      for (const packet of packets) loader.add(packet);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.stats.badPackets += 1;
      return false;
    }
    if (!isLast) return true;
    if (!loader.isComplete || loader.epoch === undefined) return false;
    const order = compareEpochs(loader.epoch, this.#epoch);
    if (order > 0) this.#startEpoch(loader.epoch);
    if (order < 0) return false;
    this.stats.snapshots += 1;
    if (this.#isLookingUp)
      for (const { id, definition } of loader.loaded) this.#found(id, definition.symbol);
    else this.#load(loader);
    return true;
  }

  #found(id: number, symbol: string): void {
    if (!this.#options.symbols.includes(symbol)) return;
    this.#ids.set(symbol, id);
    if (this.instruments.has(id)) return;
    const { kinds, subscribe, nowMs } = this.#options;
    this.instruments.set(id, new InstrumentView(id, kinds, nowMs()));
    for (const kind of kinds) {
      const instrument = id as never;
      subscribe(encodeTopic({ kind, level: StreamLevel.L2, shard: this.#shard, instrument }));
    }
  }

  #load(loader: SnapshotLoader): void {
    for (const loaded of loader.loaded) {
      const view = this.instruments.get(loaded.id);
      if (view?.follower?.load(loaded)) this.#options.listener.bookReset?.(view);
    }
  }
}
