/**
 * A LOBSTER message file with its order-book file, read for checking: each row is the book after
 * the message on the same line (lobsterdata.com, "Data structure").
 */

import { DecimalScale } from '../../../../feed/decimal.ts';
import { UserError } from '../../../../feed/process/index.ts';
import { captureLines } from '../capture-lines.ts';
import type { CaptureReader, CaptureUnits, Expectation } from '../expectation.ts';
import { LobsterKnowledge } from '../lobster-knowledge.ts';
import { endOfView, isBehind, type LobsterRow, parseLobsterRow } from './lobster-row.ts';

const UNITS: CaptureUnits = { price: new DecimalScale('0.0001'), quantity: new DecimalScale('1') };
/** Events up to this one concern an order of the book. */
const LAST_ORDER_EVENT = 4;

export class LobsterCapture implements CaptureReader {
  readonly isLockstep = false;
  readonly tellsTrades = false;
  unreadable = 0;
  knowledge = new LobsterKnowledge(false);
  readonly #messages: string;
  readonly #rows: string;

  constructor(messagePath: string, orderBookPath: string) {
    this.#messages = messagePath;
    this.#rows = orderBookPath;
  }

  async *expectations(): AsyncGenerator<Expectation> {
    this.knowledge = new LobsterKnowledge(await this.#holdsAllEvents());
    const { knowledge } = this;
    for await (const { line, row } of this.#lines()) {
      if (row === undefined) {
        this.unreadable++;
        continue;
      }
      const checks = [{ kind: 'order-book-row', row, knowledge } as const];
      yield { line, symbol: undefined, units: UNITS, book: undefined, checks, trades: [] };
    }
  }

  /** Whether any message changed an order that its row, and the row before, cannot show. */
  async #holdsAllEvents(): Promise<boolean> {
    let before: LobsterRow | undefined;
    for await (const { message, row } of this.#lines()) {
      const [, event = 0, , , price = 0, direction = 0] = message.split(',').map(Number);
      const side = direction === 1 ? 'bids' : 'asks';
      const isOrderEvent = event >= 1 && event <= LAST_ORDER_EVENT;
      if (isOrderEvent && before !== undefined && row !== undefined) {
        const isOutside = [before, row].every((one) => isBehind(price, endOfView(one, side), side));
        if (isOutside) return true;
      }
      before = row;
    }
    return false;
  }

  /** Both files side by side. */
  async *#lines(): AsyncGenerator<{ line: number; message: string; row: LobsterRow | undefined }> {
    const rows = captureLines(this.#rows);
    try {
      for await (const { number, text } of captureLines(this.#messages)) {
        const next = await rows.next();
        if (next.done === true) {
          const message = `${this.#rows} ends before line ${number}: it must have a row per message.`;
          throw new UserError('ORDERBOOK_TOO_SHORT', message);
        }
        if (text.trim() === '') continue;
        yield { line: number, message: text, row: parseLobsterRow(next.value.text) };
      }
    } finally {
      await rows.return(undefined);
    }
  }
}
