/** Long endings: so many orders a command, the rest at once but not before, through saved states too. */

import { describe, expect, it } from 'vitest';
import { type InstrumentId, Side, TradingStatus } from '../../feed/index.ts';
import { Market } from '../market.ts';
import type { StreamOutput } from '../market-output.ts';
import { type Command, CommandType, ENGINE_OWNER, Reason, TimeInForce } from '../protocol/index.ts';
import { StateReader, StateWriter } from '../state.ts';
import { ReportRows } from '../testing/engine-fixture.ts';
import { cancel, limit, listing } from '../testing/orders.ts';

const { Closed, Continuous, Delisted } = TradingStatus;
const ADVANCE: Command = { type: CommandType.AdvanceTime };
const NOTHING = (): void => {};
const NOBODY = new Proxy({}, { get: () => NOTHING }) as StreamOutput;

/** A market whose commands end two orders each. */
function small(from?: Market) {
  const reports = new ReportRows();
  const market = new Market({ stream: NOBODY, reports, limits: { ended: 2 } });
  if (from !== undefined) {
    const writer = new StateWriter();
    from.saveState(writer);
    market.loadState(new StateReader(writer.written.slice()));
  }
  /** The client order ids that the command has ended, and why. */
  const ended = (command: Command, owner = 1): (readonly unknown[])[] => {
    const before = reports.rows.length;
    expect(market.apply(owner, command, { high: 400_000_000, low: 0 })).toBe(Reason.None);
    const rows = reports.rows.slice(before).filter(([, name]) => name === 'cancelled');
    return rows.map((row) => [row[4], row.at(-1)]);
  };
  return { market, ended };
}

function status(to: TradingStatus, instrument = 1): Command {
  return { type: CommandType.SetStatus, instrument: instrument as InstrumentId, status: to };
}

const { Day } = TimeInForce;

describe('a long ending', () => {
  it('ends so many orders a command, by arrival, and is due until none is left', () => {
    const { market, ended } = small();
    ended(listing('ONE'));
    for (let id = 1; id <= 5; id += 1) ended(limit(1, id, Side.Bid, 10 - id, 5, Day));
    expect(market.nextDueMs).toBe(Number.POSITIVE_INFINITY);
    expect(ended(status(Closed))).toEqual([
      [1, Reason.EndOfDay],
      [2, Reason.EndOfDay],
    ]);
    expect(market.nextDueMs).toBe(0);
    expect(ended(ADVANCE, ENGINE_OWNER).map(([id]) => id)).toEqual([3, 4]);
    expect(ended(ADVANCE, ENGINE_OWNER).map(([id]) => id)).toEqual([5]);
    expect(market.nextDueMs).toBe(Number.POSITIVE_INFINITY);
    expect(ended(ADVANCE, ENGINE_OWNER)).toEqual([]);
  });

  it('goes on where it was after the state was saved, one instrument after the other', () => {
    const first = small();
    for (const symbol of ['ONE', 'TWO']) first.ended(listing(symbol));
    for (let id = 1; id <= 4; id += 1) first.ended(limit(1, id, Side.Bid, 5, 5, Day));
    for (let id = 5; id <= 8; id += 1) first.ended(limit(2, id, Side.Ask, 5, 5));
    expect(first.ended(status(Delisted, 2)).map(([id]) => id)).toEqual([5, 6]);
    expect(first.ended(status(Closed)).map(([id]) => id)).toEqual([1, 2]);
    for (const { market, ended } of [small(first.market), first]) {
      expect(market.nextDueMs).toBe(0);
      expect(ended(ADVANCE, ENGINE_OWNER).map(([id]) => id)).toEqual([3, 4]);
      expect(ended(ADVANCE, ENGINE_OWNER)).toEqual([
        [7, Reason.Delisted],
        [8, Reason.Delisted],
      ]);
      expect(market.nextDueMs).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it('passes over what has ended meanwhile, and does not stop when the status changes again', () => {
    const { market, ended } = small();
    ended(listing('ONE'));
    for (let id = 1; id <= 5; id += 1) ended(limit(1, id, Side.Bid, 10 - id, 5, Day));
    ended(status(Closed));
    expect(ended(cancel(1, 3))).toEqual([[3, Reason.ByRequest]]);
    expect(ended(status(Continuous))).toEqual([]);
    expect(ended(ADVANCE, ENGINE_OWNER).map(([id]) => id)).toEqual([4, 5]);
    expect(market.openOrders).toBe(0);
  });
});
