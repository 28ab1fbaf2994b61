/**
 * What changed before a gateway was there, asked of a relay once at its start: so that clients who
 * come back to a gateway that has just begun are told what they missed, and not all of it again.
 */

import { Dealer } from 'zeromq';
import {
  type Crc32,
  decodeRepairAnswer,
  encodeRepairRequest,
  REPAIR_CREDIT,
  RecordReader,
  RecordType,
  type RepairAnswer,
  type RepairReject,
  RepairType,
  type Side,
  StreamLevel,
  type StreamPosition,
  splitPackets,
} from '../feed/index.ts';
import type { ClientSecurity } from '../feed/process/index.ts';
import type { Market } from './market.ts';
import { PAST_RECORDS } from './protocol/index.ts';

const TWO_32 = 4_294_967_296;
const REQUEST = 1;

export interface PastChangesOptions {
  /** Relays, asked in turn. */
  readonly relays: readonly string[];
  /** Where the stream stands: what is asked for ends here. */
  readonly position: StreamPosition;
  readonly market: Market;
  readonly crc32: Crc32;
  readonly limitMs: number;
  readonly security?: ClientSecurity | undefined;
}

/** Answers how many records were learnt from; 0 when no relay has told any in time. */
export async function learnPastChanges(options: PastChangesOptions): Promise<number> {
  for (const relay of options.relays) {
    const records = await learnFrom(relay, options);
    if (records > 0) return records;
  }
  return 0;
}

async function learnFrom(relay: string, options: PastChangesOptions): Promise<number> {
  const socket = new Dealer({ linger: 0, ...options.security?.relay });
  socket.connect(relay);
  const timer = setTimeout(() => socket.close(), options.limitMs);
  const changes = new ChangesByInstrument(options.crc32);
  try {
    const { sequence: to } = options.position;
    let from = Math.max(1, to - PAST_RECORDS);
    if (from >= to) return 0;
    await ask(socket, options.position, from);
    for await (const [message] of socket) {
      const answer = decodeRepairAnswer(message as Uint8Array);
      if (answer.type === RepairType.Reject) {
        // Once more, from where the relay's memory begins.
        const oldest = oldestOf(answer);
        if (oldest <= from || oldest >= to) return 0;
        from = oldest;
        await ask(socket, options.position, from);
        continue;
      }
      for (const packet of splitPackets(answer.packets)) changes.read(packet);
      if (answer.isLast) break;
      await grant(socket, answer);
    }
  } catch {
    // The socket was closed because it took too long, or said what no relay says: nothing is learnt.
    return 0;
  } finally {
    clearTimeout(timer);
    socket.close();
  }
  changes.teach(options.market);
  return changes.records;
}

function headerOf({ epoch }: StreamPosition) {
  return { level: StreamLevel.L2, shard: 0, request: REQUEST, epoch };
}

function ask(socket: Dealer, position: StreamPosition, from: number): Promise<void> {
  const type = RepairType.Replay;
  const { sequence: to } = position;
  const credit = REPAIR_CREDIT;
  return socket.send(encodeRepairRequest({ ...headerOf(position), type, from, to, credit }));
}

function grant(socket: Dealer, { level, shard, request, epoch }: RepairAnswer): Promise<void> {
  const header = { level, shard, request, epoch };
  return socket.send(encodeRepairRequest({ ...header, type: RepairType.Credit, chunks: 1 }));
}

function oldestOf({ oldest }: RepairReject): number {
  return oldest;
}

/** The prices that were touched, by instrument and side, with the low words of their sequences. */
interface Touched {
  readonly firstLow: number;
  lastLow: number;
  readonly sides: readonly [Map<number, number>, Map<number, number>];
}

class ChangesByInstrument {
  records = 0;
  readonly #reader: RecordReader;
  readonly #touched = new Map<number, Touched>();

  constructor(crc32: Crc32) {
    this.#reader = new RecordReader(crc32);
  }

  read(packet: Uint8Array): void {
    const reader = this.#reader;
    reader.open(packet);
    while (reader.next()) {
      this.records += 1;
      const { type, instrument, sequenceLow } = reader;
      if (instrument === 0 || type === RecordType.Transaction) continue;
      if (type === RecordType.BookClear) {
        // Every level is another one from here on: what came before leads nowhere.
        this.#touched.set(instrument, newTouched(sequenceLow + 1));
        continue;
      }
      let touched = this.#touched.get(instrument);
      if (touched === undefined) {
        touched = newTouched(sequenceLow);
        this.#touched.set(instrument, touched);
      }
      touched.lastLow = sequenceLow;
      if (type === RecordType.Level) {
        touched.sides[reader.detail as Side].set(reader.price, sequenceLow);
      }
    }
  }

  teach(market: Market): void {
    for (const instrument of market.instruments) {
      const touched = this.#touched.get(instrument.instrument);
      if (touched === undefined) continue;
      const { sequence, history } = instrument;
      // A record carries the low 32 bits; the instrument stands no 2^32 records behind any of them.
      const whole = (low: number) => sequence - ((sequence - low) % TWO_32);
      const sides = touched.sides.map((prices) => {
        return new Map(Array.from(prices, ([price, low]) => [price, whole(low)]));
      });
      const [bids = new Map(), asks = new Map()] = sides;
      history.learn(whole(touched.firstLow) - 1, whole(touched.lastLow), [bids, asks]);
    }
  }
}

function newTouched(firstLow: number): Touched {
  return { firstLow, lastLow: firstLow, sides: [new Map(), new Map()] };
}
