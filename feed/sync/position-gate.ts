/** Applies records of which a listener is to hear from a position on only. */

import type { RecordReader } from '../wire/record-reader.ts';
import type { TransactionApplier } from './transaction-applier.ts';

export class PositionGate {
  readonly #applier: TransactionApplier;
  readonly #reached: () => void;
  /** The first record to be told; 0: everything is. */
  #from = 0;

  /** `reached` is called once, between the last record before the position and the first to be told. */
  constructor(applier: TransactionApplier, reached: () => void) {
    this.#applier = applier;
    this.#reached = reached;
  }

  get from(): number {
    return this.#from;
  }

  /** Nothing before `sequence` is told, which lies between two transactions. */
  closeUntil(sequence: number): void {
    this.#from = sequence;
  }

  /** The stream goes on at `sequence`: whatever is before that will not be told any more. */
  jump(sequence: number): void {
    if (sequence >= this.#from) this.open();
  }

  open(): void {
    this.#from = 0;
    this.#reached();
  }

  /** Records of whole transactions, `from` to `until`, not included; see `TransactionApplier`. */
  records(reader: RecordReader, from: number, until: number): void {
    const tellFrom = this.#from;
    if (tellFrom === 0 || tellFrom > until) {
      this.#applier.records(reader, from, until);
      return;
    }
    const told = Math.max(from, tellFrom);
    this.#applier.records(reader, from, told);
    this.open();
    this.#applier.records(reader, told, until);
  }
}
