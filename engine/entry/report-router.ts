/** Writes each report into the queue of its owner's session. */

import type { Side } from '../../feed/index.ts';
import {
  type MessageWriter,
  type Reason,
  writeAccepted,
  writeCancelled,
  writeDone,
  writeFilled,
  writeListed,
  writeRejected,
  writeReplaced,
} from '../protocol/index.ts';
import type { SequencedReports } from '../sequencer.ts';
import type { SessionTable } from './session-table.ts';

/** Reports of owners without a session go nowhere: what has become of an order is in the market. */
export class ReportRouter implements SequencedReports {
  readonly #sessions: SessionTable;
  #transaction = 0;
  #owner = 0;
  #number = 0;

  constructor(sessions: SessionTable) {
    this.#sessions = sessions;
  }

  begin(transaction: number, owner: number, number: number): void {
    this.#transaction = transaction;
    this.#owner = owner;
    this.#number = number;
  }

  accepted(owner: number, instrument: number, clientOrderId: number, orderId: number): void {
    const writer = this.#writerOf(owner);
    if (writer === undefined) return;
    const command = this.#commandOf(owner);
    writeAccepted(writer, this.#transaction, command, clientOrderId, orderId, instrument);
  }

  rejected(owner: number, clientOrderId: number, reason: Reason): void {
    const writer = this.#writerOf(owner);
    if (writer === undefined) return;
    writeRejected(writer, this.#transaction, this.#commandOf(owner), clientOrderId, reason);
  }

  filled(
    owner: number,
    instrument: number,
    clientOrderId: number,
    orderId: number,
    tradeId: number,
    side: Side,
    price: number,
    quantity: number,
    leaves: number,
    isAggressor: boolean,
  ): void {
    const writer = this.#writerOf(owner);
    if (writer === undefined) return;
    // A resting order is filled by another command, also when that is its own owner's.
    const command = isAggressor ? this.#commandOf(owner) : 0;
    writeFilled(
      writer,
      this.#transaction,
      command,
      clientOrderId,
      orderId,
      tradeId,
      side,
      price,
      quantity,
      leaves,
      isAggressor,
      instrument,
    );
  }

  cancelled(
    owner: number,
    instrument: number,
    clientOrderId: number,
    orderId: number,
    quantity: number,
    reason: Reason,
  ): void {
    const writer = this.#writerOf(owner);
    if (writer === undefined) return;
    const command = this.#commandOf(owner);
    const transaction = this.#transaction;
    writeCancelled(
      writer,
      transaction,
      command,
      clientOrderId,
      orderId,
      quantity,
      reason,
      instrument,
    );
  }

  replaced(
    owner: number,
    instrument: number,
    clientOrderId: number,
    orderId: number,
    price: number,
    quantity: number,
    keptPriority: boolean,
  ): void {
    const writer = this.#writerOf(owner);
    if (writer === undefined) return;
    writeReplaced(
      writer,
      this.#transaction,
      this.#commandOf(owner),
      clientOrderId,
      orderId,
      price,
      quantity,
      keptPriority,
      instrument,
    );
  }

  listed(owner: number, instrument: number, symbol: string): void {
    const writer = this.#writerOf(owner);
    if (writer === undefined) return;
    writeListed(writer, this.#transaction, this.#commandOf(owner), instrument, symbol);
  }

  done(owner: number, instrument: number): void {
    const writer = this.#writerOf(owner);
    if (writer === undefined) return;
    writeDone(writer, this.#transaction, this.#commandOf(owner), instrument);
  }

  #writerOf(owner: number): MessageWriter | undefined {
    const session = this.#sessions.ofOwner(owner);
    if (session === undefined) return undefined;
    this.#sessions.mark(session);
    return session.writer();
  }

  /** 0 for an owner whose order was touched by somebody else's command. */
  #commandOf(owner: number): number {
    return owner === this.#owner ? this.#number : 0;
  }
}
