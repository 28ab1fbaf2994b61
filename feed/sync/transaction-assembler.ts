/** Hands on the records of whole transactions only, however packets cut them. */

import { MAX_TRANSACTION_RECORDS } from '../limits.ts';
import { DecodeError } from '../wire/decode-error.ts';
import type { Crc32 } from '../wire/packet.ts';
import { RecordReader } from '../wire/record-reader.ts';

export interface TransactionHandler {
  /**
   * Records of whole transactions, in order and none left out: those from the reader's cursor on,
   * numbered `from` up to but without `until`. All of them are there; the cursor must end behind.
   */
  records(reader: RecordReader, from: number, until: number): void;
  /** A transaction broke the bound and is dropped; its instruments' own sequences will tell. */
  tooLong(error: DecodeError): void;
}

/** The beginning of a transaction whose end has not come yet. */
interface CarriedPart {
  readonly packet: Uint8Array;
  readonly cursor: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Each packet is read twice: once to check it and to find the last record that ends a transaction,
 * and once to hand on the records up to there. What is behind waits, its packet kept, for the end.
 */
export class TransactionAssembler {
  readonly #handler: TransactionHandler;
  readonly #carriedReader: RecordReader;
  #carried: CarriedPart[] = [];
  #carriedRecords = 0;
  /** Sequence after the last whole transaction handed on: a place between two transactions. */
  boundary = 0;

  constructor(crc32: Crc32, handler: TransactionHandler) {
    this.#handler = handler;
    this.#carriedReader = new RecordReader(crc32);
  }

  /** True while a transaction is open. */
  get isCarrying(): boolean {
    return this.#carried.length > 0;
  }

  /** Forgets an unfinished transaction and goes on at `sequence`. */
  reset(sequence: number): void {
    this.#carried = [];
    this.#carriedRecords = 0;
    this.boundary = sequence;
  }

  /**
   * Takes the packet that `reader` has open, which must hold record `from`; earlier records are
   * skipped. Returns the sequence after it. Throws `DecodeError`, before anything was handed on,
   * when its records are not what the header says.
   */
  accept(reader: RecordReader, packet: Uint8Array, from: number): number {
    const first = reader.header.firstSequence;
    const end = first + reader.header.count;
    reader.survey();
    if (first + reader.recordCount !== end) {
      const detail = `${reader.recordCount} records, not ${end - first}.`;
      throw new DecodeError('BAD_COUNT', 0, detail);
    }
    const wholeUntil = reader.wholeCount === 0 ? 0 : first + reader.wholeCount;
    let sequence = first;
    while (sequence < from && reader.next()) sequence += 1;
    if (wholeUntil > from) {
      this.#handOnCarried();
      this.#handler.records(reader, sequence, wholeUntil);
      sequence = wholeUntil;
      this.boundary = wholeUntil;
    }
    if (sequence < end) this.#carry(packet, reader.cursor, sequence, end);
    return end;
  }

  #handOnCarried(): void {
    if (this.#carried.length === 0) return;
    const parts = this.#carried;
    this.#carried = [];
    this.#carriedRecords = 0;
    for (const part of parts) {
      this.#carriedReader.resume(part.packet, part.cursor);
      this.#handler.records(this.#carriedReader, part.from, part.to);
    }
  }

  #carry(packet: Uint8Array, cursor: number, from: number, to: number): void {
    if (this.#carriedRecords + to - from > MAX_TRANSACTION_RECORDS) {
      const limit = `A transaction has at most ${MAX_TRANSACTION_RECORDS} records.`;
      this.reset(to);
      this.#handler.tooLong(new DecodeError('TOO_LONG', cursor, limit));
      return;
    }
    this.#carried.push({ packet, cursor, from, to });
    this.#carriedRecords += to - from;
  }
}
