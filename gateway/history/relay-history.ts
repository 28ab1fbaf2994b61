/** The past as relays have it: questions over a socket of its own, so that candles wait for none of them. */

import {
  type Crc32,
  DecodeError,
  type Epoch,
  nanosToMicros,
  type PastMoment,
  RecordReader,
  RecordType,
} from '../../feed/index.ts';
import { HistoryClient, HistoryError, type HistoryErrorCode } from '../../feed/node.ts';
import type { ErrorName } from '../protocol/index.ts';
import {
  type HeldRange,
  type HistorySource,
  NEWEST,
  PastError,
  type Place,
} from './history-source.ts';

/** Records in which the archive's first time is looked for: a transaction's first says it. */
const FIRST_RECORDS = 64;

const NOT_HELD: ReadonlySet<HistoryErrorCode> = new Set([
  ...(['TOO_OLD', 'WRONG_EPOCH', 'AHEAD_OF_ME', 'UNKNOWN_INSTRUMENT'] as const),
]);

export type RelayHistoryOptions = ConstructorParameters<typeof HistoryClient>[0];

/** End with `close`. */
export class RelayHistory implements HistorySource {
  readonly #client: HistoryClient;
  readonly #crc32: Crc32;

  constructor(options: RelayHistoryOptions) {
    this.#client = new HistoryClient(options);
    this.#crc32 = options.crc32;
  }

  bookAt(symbol: string, place: Place): Promise<PastMoment> {
    return this.#asked(() => {
      if ('timeUs' in place) {
        // One microsecond holds a thousand of the engine's: all of them count.
        const time = BigInt(place.timeUs) * 1000n + 999n;
        return this.#client.bookAt({ at: { time }, symbols: [symbol] });
      }
      const { position: sequence, epoch } = place;
      const at = { sequence };
      return this.#client.bookAt({ at, symbols: [symbol], ...(epoch && { epoch }) });
    });
  }

  records(epoch: Epoch, from: number, to: number): Promise<readonly Uint8Array[]> {
    return this.#asked(async () => {
      try {
        const packets: Uint8Array[] = [];
        for await (const packet of this.#client.range({ epoch, from, to })) packets.push(packet);
        return packets;
      } catch (error) {
        if (error instanceof HistoryError && error.code === 'AHEAD_OF_ME') return [];
        throw error;
      }
    });
  }

  async held(symbol: string): Promise<HeldRange> {
    const { position, time, oldest, next } = await this.bookAt(symbol, NEWEST);
    const { epoch } = position;
    const newestTimeUs = nanosToMicros(time.high, time.low);
    const packets = await this.records(epoch, oldest, Math.min(next, oldest + FIRST_RECORDS));
    const oldestTimeUs = this.#firstTime(packets) ?? newestTimeUs;
    return { epoch, oldest, next, oldestTimeUs, newestTimeUs };
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #firstTime(packets: readonly Uint8Array[]): number | undefined {
    const reader = new RecordReader(this.#crc32);
    for (const packet of packets) {
      reader.open(packet);
      while (reader.next()) {
        if (reader.type === RecordType.Transaction) {
          return nanosToMicros(reader.timeHigh, reader.timeLow);
        }
      }
    }
    return undefined;
  }

  async #asked<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    try {
      return await question();
    } catch (error) {
      if (error instanceof HistoryError) throw new PastError(nameOf(error.code), error.message);
      if (error instanceof DecodeError) throw new PastError('NOT_PROVED', error.message);
      throw error;
    }
  }
}

function nameOf(code: HistoryErrorCode): ErrorName {
  if (code === 'NO_ARCHIVE') return 'NO_ARCHIVE';
  return NOT_HELD.has(code) ? 'NOT_HELD' : 'HISTORY_BUSY';
}
