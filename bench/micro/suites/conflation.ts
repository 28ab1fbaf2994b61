/** What a conflation class does at its tick: the diff of its window, encoded once for everybody in it. */

import { FeedState, LevelBook, Side, TradingStatus } from '../../../feed/index.ts';
import { BookClass, BookHistory, type BookSource } from '../../../gateway/conflation/index.ts';
import { msgpackEncoding } from '../../../gateway/protocol/index.ts';
import { type MicroCase, type MicroRun, type MicroSuite, witness } from '../micro-suite.ts';

const MIDDLE = 10_000;
const BOOK_LEVELS = 200;
const TICKS = 200;
const DEPTHS = [10, 50] as const;

export const conflationSuite: MicroSuite = {
  name: 'conflation',
  measures:
    'One tick of a conflation class: some levels of a book of 200 a side have changed, the window is moved to it, the diff is encoded once. By depth of the window and changes since the last tick; per tick, which serves every client of the class.',
  leavesOut:
    'Marking the change when it arrives, the write to each client, which costs more than all of this, and acknowledgements.',
  wouldLie:
    'Changes are spread evenly over the window. A book that changes far below it costs less, one that runs away costs a window of changes at every tick.',
  cases: DEPTHS.flatMap((depth) => [
    caseOf(depth, 1, 1),
    caseOf(depth, 10, 1),
    caseOf(depth, 10, 5),
    joinCase(depth),
  ]),
};

function caseOf(depth: number, changes: number, grouping: number): MicroCase {
  const grouped = grouping === 1 ? '' : `, grouped by ${grouping}`;
  const run = (): MicroRun => {
    const source = new MovingSource();
    const logic = classOf(source, depth, grouping);
    let tick = 0;
    return {
      round: () => {
        for (let i = 0; i < TICKS; i += 1) {
          tick += 1;
          source.change(changes, tick, depth);
          const frame = logic.flush({ nowMs: tick, nowUs: 6_000_000 + tick }, true);
          witness.sum += frame?.length ?? 0;
        }
      },
    };
  };
  return {
    name: `tick with ${changes} changed, depth ${depth}${grouped}`,
    unit: 'tick',
    operations: TICKS,
    ...(changes === 10 && depth === 50 && grouping === 1 ? { isGuarded: true as const } : {}),
    setUp: run,
  };
}

/** The frames for a client that has just come, each time at another state of the book. */
function joinCase(depth: number): MicroCase {
  const run = (): MicroRun => {
    const source = new MovingSource();
    const logic = classOf(source, depth, 1);
    let tick = 0;
    return {
      round: () => {
        for (let i = 0; i < TICKS; i += 1) {
          tick += 1;
          source.change(1, tick, depth);
          logic.flush({ nowMs: tick, nowUs: 6_000_000 + tick }, true);
          witness.sum += logic.catchUp(-1, { nowMs: tick, nowUs: 6_000_000 + tick }).length;
        }
      },
    };
  };
  return {
    name: `tick and a client that joins, depth ${depth}`,
    unit: 'tick',
    operations: TICKS,
    setUp: run,
  };
}

function classOf(source: BookSource, depth: number, grouping: number): BookClass {
  const key = { channel: 'book', symbol: 'ABC', depth, grouping, interval: 100, phase: 0 };
  return new BookClass(7, { ...key, codec: 'msgpack' }, source, msgpackEncoding());
}

class MovingSource implements BookSource {
  readonly instrument = 3;
  readonly symbol = 'ABC';
  readonly tickSize = '0.01';
  readonly lotSize = '1';
  readonly status = TradingStatus.Continuous;
  readonly statusReason = 0;
  readonly state = FeedState.Live;
  readonly reason = 'NONE';
  readonly epoch = { seconds: 1_700_000_000, random: 7 };
  readonly anchor = MIDDLE;
  readonly generation = 1;
  readonly isJoined = true;
  readonly engineTimeUs = 5_000_000;
  readonly book = new LevelBook(3);
  readonly history = new BookHistory();
  sequence = 1;
  transaction = 1;

  constructor() {
    this.history.begin(1);
    for (let level = 1; level <= BOOK_LEVELS; level += 1) {
      this.book.apply(Side.Bid, MIDDLE - level, 100, 3);
      this.book.apply(Side.Ask, MIDDLE + level, 100, 3);
    }
  }

  change(levels: number, tick: number, depth: number): void {
    for (let i = 0; i < levels; i += 1) {
      const away = 1 + ((tick * 13 + i * 7) % depth);
      const side = ((tick + i) % 2) as Side;
      const price = side === Side.Bid ? MIDDLE - away : MIDDLE + away;
      this.sequence += 1;
      this.book.apply(side, price, 1 + ((tick * 31 + i) % 900), 2);
      this.history.touch(side, price, this.sequence);
    }
    this.transaction += 1;
  }
}
