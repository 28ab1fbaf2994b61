/** Orders of one client, and the naive engine that is given those that were done, in their order. */

import { NaiveMarket } from '../../engine/naive/index.ts';
import {
  ALL_INSTRUMENTS,
  type Command,
  CommandType,
  MassCancelSide,
} from '../../engine/protocol/index.ts';
import type { OrderEntryConnection } from '../../engine/protocol/node.ts';
import type { InstrumentId } from '../../feed/index.ts';
import { LISTINGS, OrderFlow } from '../sim/order-flow.ts';
import type { Seeded } from '../sim/seeded.ts';
import { MARK_LISTING, markRound } from './round-mark.ts';

/** Commands that may be unanswered. */
const WINDOW = 100;
const COMMANDS_PER_TURN = 3;
/** More open orders than this, and all are cancelled: the naive engine looks at each of them, each time. */
const ENOUGH_ORDERS = 300;
const LOOK_EVERY_MS = 5;
const ANSWERED_WITHIN_MS = 60_000;
const OWNER = 1;
const MARK_ID = (LISTINGS.length + 1) as InstrumentId;

export class OrderLoad {
  readonly naive = new NaiveMarket();
  readonly #connection: OrderEntryConnection;
  readonly #random: Seeded;
  readonly #flow = new OrderFlow();
  readonly #sent: Command[] = [];
  /** The transaction of each command that was answered by one. */
  readonly #transactions = new Map<number, number>();
  #done = 0;
  #isOn = false;

  constructor(connection: OrderEntryConnection, random: Seeded) {
    this.#connection = connection;
    this.#random = random;
    connection.onReport(({ command, transaction }) => {
      if (command !== 0 && transaction !== 0) this.#transactions.set(command, transaction);
    });
    for (const listing of [...LISTINGS, MARK_LISTING]) this.#send(listing);
  }

  get commands(): number {
    return this.#sent.length;
  }

  start(): void {
    this.#isOn = true;
    if (this.naive.world.orders.length > ENOUGH_ORDERS) {
      const { MassCancel } = CommandType;
      this.#send({ type: MassCancel, instrument: ALL_INSTRUMENTS, side: MassCancelSide.Both });
    }
    const turn = (): void => {
      if (!this.#isOn) return;
      for (let i = 0; i < COMMANDS_PER_TURN && this.#connection.unanswered < WINDOW; i++) {
        this.#send(this.#flow.next(this.#random));
      }
      setTimeout(turn, this.#random.below(12));
    };
    turn();
  }

  /** Stops, marks the round, and waits until every command has its answer; the naive engine follows. */
  async stop(round: number): Promise<void> {
    this.#isOn = false;
    this.#send(markRound(MARK_ID, round));
    const deadline = performance.now() + ANSWERED_WITHIN_MS;
    while (this.#connection.unanswered > 0) {
      if (performance.now() > deadline) {
        throw new Error(`${this.#connection.unanswered} commands of ${this.commands} unanswered.`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    this.#follow();
  }

  #send(command: Command): void {
    this.#connection.send(command);
    this.#sent.push(command);
  }

  /** Nothing here depends on time, and this client is the only one: its numbers are the order. */
  #follow(): void {
    let last = 0;
    for (let number = this.#done + 1; number <= this.#sent.length; number++) {
      const transaction = this.#transactions.get(number);
      // Refused before it was sequenced.
      if (transaction === undefined) continue;
      if (transaction <= last) throw new Error(`Command ${number} was done before the one before.`);
      last = transaction;
      this.naive.apply(OWNER, this.#sent[number - 1] as Command, { high: 0, low: 0 });
      this.naive.take();
    }
    this.#done = this.#sent.length;
  }
}
