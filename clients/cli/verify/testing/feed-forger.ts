/**
 * A man in the middle of the feed, for tests: hears the engine, passes its packets on, and changes
 * one level's quantity in one of them, with the checksum made to fit again.
 */

import { Publisher, Subscriber } from 'zeromq';
import {
  openPacket,
  PacketOffset,
  packetHeader,
  RECORD_HEADER_BYTES,
  RecordReader,
  RecordType,
} from '../../../../feed/index.ts';
import { crc32 } from '../../../../feed/process/index.ts';

/** Offset of a LEVEL record's quantity (feed/PROTOCOL.md, section 3). */
const LEVEL_QUANTITY = 24;

export class FeedForger {
  /** The transaction that was changed; 0 while none was. */
  forged = 0;
  readonly #in = new Subscriber({ receiveHighWaterMark: 0 });
  readonly #out = new Publisher({ sendHighWaterMark: 0, linger: 0 });
  readonly #fromTransaction: number;

  /** Changes the first level that is there after a transaction of this number or a later one. */
  constructor(fromTransaction: number) {
    this.#fromTransaction = fromTransaction;
  }

  /** Answers with the endpoint at which to hear what it makes of the feed. */
  async start(publish: string): Promise<string> {
    await this.#out.bind('tcp://127.0.0.1:*');
    this.#in.connect(publish);
    this.#in.subscribe();
    void this.#passOn();
    return this.#out.lastEndpoint ?? '';
  }

  close(): void {
    this.#in.close();
    this.#out.close();
  }

  async #passOn(): Promise<void> {
    for await (const [message] of this.#in) {
      if (message === undefined || this.#out.closed) return;
      // A copy, because a received buffer is not the receiver's to change.
      const packet = Uint8Array.from(message);
      if (this.forged === 0) this.#forge(packet);
      await this.#out.send(packet);
    }
  }

  #forge(packet: Uint8Array): void {
    const reader = new RecordReader(crc32);
    const header = reader.open(packet);
    if (header.count === 0) return;
    let at = openPacket(packet, packetHeader(), crc32);
    let transaction = 0;
    for (; reader.next(); at += (packet[at + 1] ?? 0) * RECORD_HEADER_BYTES) {
      if (reader.type === RecordType.Transaction) transaction = reader.transaction;
      const isWanted = reader.type === RecordType.Level && transaction >= this.#fromTransaction;
      if (!isWanted || reader.quantity === 0) continue;
      const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
      view.setUint32(at + LEVEL_QUANTITY, (reader.quantity + 1) >>> 0, true);
      const topic = crc32(packet.subarray(0, PacketOffset.Crc32));
      view.setUint32(PacketOffset.Crc32, crc32(packet.subarray(PacketOffset.Length), topic), true);
      this.forged = transaction;
      return;
    }
  }
}
