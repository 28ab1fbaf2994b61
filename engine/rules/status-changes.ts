/** Changes of status, whoever asks for them: a command, the calendar, a pause that begins or ends. */

import { TradingStatus } from '../../feed/index.ts';
import type { ListedInstrument } from '../listed-instrument.ts';
import type { StreamOutput } from '../market-output.ts';
import { Reason } from '../protocol/index.ts';
import type { Auctions } from './auctions.ts';
import type { Calendars } from './calendars.ts';
import type { Endings } from './endings.ts';
import type { Pauses } from './pauses.ts';
import type { PegMoves } from './peg-moves.ts';

const { Auction, Closed, Continuous, Delisted } = TradingStatus;

export interface StatusChangesOptions {
  readonly auctions: Auctions;
  readonly calendars: Calendars;
  readonly endings: Endings;
  readonly pauses: Pauses;
  readonly pegMoves: PegMoves;
  readonly stream: StreamOutput;
  /** It is to be settled after the running command. */
  readonly touch: (instrument: ListedInstrument) => void;
}

export class StatusChanges {
  readonly #options: StatusChangesOptions;

  constructor(options: StatusChangesOptions) {
    this.#options = options;
  }

  /** Without effect where the status holds already. Not from Delisted, which is for good. */
  enter(instrument: ListedInstrument, status: TradingStatus, reason: Reason): void {
    const before = instrument.status;
    if (before === status) return;
    const { auctions, calendars, endings, pauses, pegMoves, stream, touch } = this.#options;
    // What has traded before is of an earlier transaction, unless this is settled already.
    if (!instrument.isTouched) instrument.takeReference();
    if (status === Continuous || (status === Closed && before === Auction)) {
      auctions.uncross(instrument);
    }
    instrument.status = status;
    instrument.session.statusReason = reason;
    if (before === Continuous) pegMoves.parkAll(instrument);
    pauses.end(instrument);
    auctions.forget(instrument);
    stream.statusChanged(instrument, reason);
    if (status === Delisted) calendars.set(instrument, undefined, 0);
    const { orders } = instrument;
    if (orders === undefined) return;
    orders.setMatching(status === Continuous);
    if (status === Closed) endings.begin(instrument, Reason.EndOfDay);
    if (status === Delisted) endings.begin(instrument, Reason.Delisted);
    instrument.watch();
    touch(instrument);
  }
}
