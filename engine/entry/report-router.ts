/** Numbers each report, keeps it in its owner's log, and queues it for the owner's session. */

import type { Side } from '../../feed/index.ts';
import {
  type MessageWriter,
  type Reason,
  writeAccepted,
  writeCancelled,
  writeDone,
  writeFilled,
  writeListed,
  writeMassCancelled,
  writeRejected,
  writeReplaced,
  writeTradeBusted,
  writeTradeCorrected,
  writeTriggered,
} from '../protocol/index.ts';
import type { SequencedReports } from '../sequencer.ts';
import type { ClientAccount } from './client-account.ts';
import type { SessionTable } from './session-table.ts';

/**
 * A report is written once, by `#writerOf`'s writer, and `#tell` hands it on: every method here is
 * one of each. Owners whose account is forgotten are told nothing.
 */
export class ReportRouter implements SequencedReports {
  readonly #sessions: SessionTable;
  #account: ClientAccount | undefined;
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
    const account = this.#accountOf(owner);
    // At a restart nobody has said so before.
    if (account !== undefined && account.lastCommand < number) account.lastCommand = number;
  }

  accepted(owner: number, instrument: number, clientOrderId: number, orderId: number): void {
    const writer = this.#writerOf(owner);
    if (writer === undefined) return;
    const command = this.#commandOf(owner);
    writeAccepted(writer, this.#transaction, command, clientOrderId, orderId, instrument);
    this.#tell();
  }

  rejected(owner: number, clientOrderId: number, reason: Reason): void {
    // Refused before it was sequenced, and nobody's command: the engine tries again.
    if (this.#transaction === 0 && this.#number === 0) return;
    const writer = this.#writerOf(owner);
    if (writer === undefined) return;
    writeRejected(writer, this.#transaction, this.#commandOf(owner), clientOrderId, reason);
    this.#tell();
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
    this.#tell();
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
    this.#tell();
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
    this.#tell();
  }

  triggered(owner: number, instrument: number, clientOrderId: number, orderId: number): void {
    const writer = this.#writerOf(owner);
    if (writer === undefined) return;
    const command = this.#commandOf(owner);
    writeTriggered(writer, this.#transaction, command, clientOrderId, orderId, instrument);
    this.#tell();
  }

  /** Whoever changed the trade has an answer of its own: this is about the order. */
  tradeBusted(
    owner: number,
    instrument: number,
    clientOrderId: number,
    orderId: number,
    tradeId: number,
  ): void {
    const writer = this.#writerOf(owner);
    if (writer === undefined) return;
    writeTradeBusted(writer, this.#transaction, 0, clientOrderId, orderId, tradeId, instrument);
    this.#tell();
  }

  tradeCorrected(
    owner: number,
    instrument: number,
    clientOrderId: number,
    orderId: number,
    tradeId: number,
    price: number,
    quantity: number,
  ): void {
    const writer = this.#writerOf(owner);
    if (writer === undefined) return;
    writeTradeCorrected(
      writer,
      this.#transaction,
      0,
      clientOrderId,
      orderId,
      tradeId,
      price,
      quantity,
      instrument,
    );
    this.#tell();
  }

  listed(owner: number, instrument: number, symbol: string): void {
    const writer = this.#writerOf(owner);
    if (writer === undefined) return;
    writeListed(writer, this.#transaction, this.#commandOf(owner), instrument, symbol);
    this.#tell();
  }

  done(owner: number, instrument: number): void {
    const writer = this.#writerOf(owner);
    if (writer === undefined) return;
    writeDone(writer, this.#transaction, this.#commandOf(owner), instrument);
    this.#tell();
  }

  massCancelled(owner: number, instrument: number, count: number, isComplete: boolean): void {
    const writer = this.#writerOf(owner);
    if (writer === undefined) return;
    const command = this.#commandOf(owner);
    writeMassCancelled(writer, this.#transaction, command, instrument, count, isComplete);
    this.#tell();
  }

  #writerOf(owner: number): MessageWriter | undefined {
    return this.#accountOf(owner)?.reports.begin();
  }

  #accountOf(owner: number): ClientAccount | undefined {
    if (this.#account?.owner !== owner) this.#account = this.#sessions.clients.ofOwner(owner);
    return this.#account;
  }

  /** Hands on the report that has been written for the last `#writerOf`. */
  #tell(): void {
    const { session, reports } = this.#account as ClientAccount;
    reports.added();
    if (session === undefined) return;
    session.reportAdded();
    if (!session.isDirty) this.#sessions.mark(session);
  }

  /** 0 for an owner whose order was touched by somebody else's command. */
  #commandOf(owner: number): number {
    return owner === this.#owner ? this.#number : 0;
  }
}
