/** Keeps a relay's candles and statistics beside its archive, and brings them up to its end again. */

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type StreamPosition, sameEpoch } from '../../market.ts';
import { DecodeError } from '../../wire/decode-error.ts';
import type { Crc32 } from '../../wire/packet.ts';
import { type ArchivedHistory, packetsOf } from '../archive/archive-reader.ts';
import type { ArchiveLog } from '../archive/archive-writer.ts';
import { TradeScan } from './trade-scan.ts';
import { TradingHistory } from './trading-history.ts';
import { decodeTrading, encodeTrading, type SavedTrading } from './trading-state.ts';

const FILE = 'trading.tls';

export interface TradingKeeperOptions {
  /** The archive's. */
  readonly directory: string;
  readonly crc32: Crc32;
  readonly log: ArchiveLog;
}

export class TradingKeeper {
  readonly #options: TradingKeeperOptions;
  readonly #path: string;

  constructor(options: TradingKeeperOptions) {
    this.#options = options;
    this.#path = join(options.directory, FILE);
  }

  /** In place of what was saved before; false, and said, when it cannot be written. */
  save(history: TradingHistory, position: StreamPosition): boolean {
    const { crc32, log } = this.#options;
    try {
      // A crash in the middle of a write leaves the one before whole.
      writeFileSync(`${this.#path}.new`, encodeTrading({ position, history }, crc32));
      renameSync(`${this.#path}.new`, this.#path);
      return true;
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error;
      log.error({ code: error.code }, `candles and statistics are not saved: ${error.message}`);
      return false;
    }
  }

  /** As of the end of an archived history: what was saved, and what has been archived since. */
  restore(archived: ArchivedHistory): TradingHistory {
    const { crc32, log } = this.#options;
    const saved = this.#load(archived);
    const history = saved?.history ?? new TradingHistory();
    const scan = new TradeScan(history, crc32);
    const first = archived.segments[0]?.firstSequence ?? 1;
    let next = saved?.position.sequence ?? first;
    if (saved === undefined && first === 1) history.resumeAt(0);
    try {
      for (const segment of archived.segments) {
        if (segment.nextSequence <= next) continue;
        if (segment.firstSequence > next) {
          history.skip();
          next = segment.firstSequence;
        }
        for (const { packet } of packetsOf(archived, next, segment.nextSequence, crc32)) {
          scan.packet(packet);
        }
        next = segment.nextSequence;
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      history.skip();
      log.error({ code: error.code }, 'part of the archived trades is not counted');
    }
    return history;
  }

  #load(archived: ArchivedHistory): SavedTrading | undefined {
    const { crc32, log } = this.#options;
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(this.#path);
    } catch {
      return undefined;
    }
    const saved = decodeTrading(bytes, crc32);
    if (saved === undefined) {
      log.error({ path: this.#path }, 'the saved candles and statistics are damaged: not used');
      return undefined;
    }
    return sameEpoch(saved.position.epoch, archived.epoch) ? saved : undefined;
  }
}
