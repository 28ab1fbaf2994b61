/** Which instruments the next heartbeat's table of positions shows, so that all have their turn. */

import { HEARTBEAT_INTERVAL_MS, MAX_PACKET_BYTES, POSITION_TABLE_ROTATION_MS } from '../limits.ts';
import { HEADER_BYTES } from './packet.ts';
import type { RecordWriter } from './record-writer.ts';
import { RECORD_BYTES, RecordType } from './records.ts';
import type { StreamWriter } from './stream-writer.ts';

/** Heartbeats of one rotation: all instruments of the shard within a second. */
const HEARTBEATS_PER_ROTATION = POSITION_TABLE_ROTATION_MS / HEARTBEAT_INTERVAL_MS;
const POSITIONS_PER_PACKET = Math.floor(
  (MAX_PACKET_BYTES - HEADER_BYTES) / RECORD_BYTES[RecordType.InstrumentPosition],
);

/** Writes the `index`-th instrument's INSTRUMENT_POSITION record, 0 <= index < total. */
export type PositionWriter = (records: RecordWriter, index: number) => void;

export class PositionRotation {
  #next = 0;

  /** One heartbeat: as many packets as this turn's share of `total` positions needs, at least one. */
  heartbeat(writer: StreamWriter, total: number, write: PositionWriter): void {
    let left = Math.ceil(total / HEARTBEATS_PER_ROTATION);
    do {
      const share = Math.min(left, POSITIONS_PER_PACKET);
      writer.heartbeat((records) => {
        for (let i = 0; i < share; i++) {
          if (this.#next >= total) this.#next = 0;
          write(records, this.#next);
          this.#next += 1;
        }
      });
      left -= share;
    } while (left > 0);
  }
}
