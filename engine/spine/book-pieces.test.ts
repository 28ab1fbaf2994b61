/** Books on their way to another thread: a large one is copied at one position and encoded there. */

import { expect, test } from 'vitest';
import {
  LATER,
  RecordReader,
  RepairType,
  Side,
  SnapshotEncoder,
  StreamLevel,
  shardTopic,
  type TransferChunk,
} from '../../feed/index.ts';
import { crc32 } from '../../feed/process/index.ts';
import { EngineFixture } from '../testing/engine-fixture.ts';
import { cancel, limit, listing } from '../testing/orders.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import { BookPieces } from './book-pieces.ts';
import { RemoteBooks } from './remote-books.ts';
import type { BooksRequest } from './spine-messages.ts';

const MOST_AT_ONCE = 300;
const ORDERS = 6000;
const SMALL = 1;
const LARGE = [2, 3] as const;
const wallClock = (): void => {};

/** Three books, of which the last two are large in levels and in orders. */
function market(): EngineFixture {
  const fixture = new EngineFixture(undefined, { orderSink: () => {} });
  for (const symbol of ['AAA', 'BBB', 'CCC']) fixture.do(listing(symbol));
  const random = seededRandom(testSeed());
  for (let i = 1; i <= ORDERS; i += 1) {
    const side = random(2) as Side;
    const distance = 1 + random(3000);
    const price = 5000 + (side === Side.Bid ? -distance : distance);
    const [first, second] = LARGE;
    fixture.do(limit(i % 2 === 0 ? first : second, i, side, price, 1 + random(50)));
    if (i % 100 === 0) fixture.do(limit(SMALL, ORDERS + i, Side.Bid, 900, i));
  }
  return fixture;
}

/** The records of packets one behind the other, and the position that each packet says. */
function recordsOf(packets: readonly Uint8Array[]): { records: string; positions: number[] } {
  const reader = new RecordReader(crc32);
  const positions: number[] = [];
  const records = packets.map((packet) => {
    positions.push(reader.open(packet).firstSequence);
    return Buffer.from(packet.subarray(reader.cursor)).toString('hex');
  });
  return { records: records.join(''), positions };
}

test.each([StreamLevel.L2, StreamLevel.L3])(
  'a large book of L%i comes as the packets that it would have been encoded into at once, though it goes on',
  (level) => {
    const { engine } = market();
    const provider = level === StreamLevel.L2 ? engine.levels : engine.orders;
    const pieces = new BookPieces([provider], { crc32, wallClock }, MOST_AT_ONCE);
    const asked: BooksRequest[] = [];
    const ring = { isEmpty: false, firstSequence: 1, nextSequence: 9, replay: () => expect.fail() };
    const ask = (request: BooksRequest) => asked.push(request);
    const { epoch } = engine.levels;
    const remote = new RemoteBooks({ level, epoch, ring, ask, crc32, wallClock });
    const named = { ids: [], symbols: [], minimumSequence: 0, credit: 1, request: 1, shard: 0 };
    const transfer = remote.open({ type: RepairType.Snapshot, level, epoch, ...named }, () => {});

    const encoder = new SnapshotEncoder({ topic: shardTopic(level), crc32, wallClock });
    const expected: Uint8Array[] = [];
    const packets: Uint8Array[] = [];
    const answers: string[] = [];
    let clientOrderId = 2 * ORDERS;
    for (let isLast = false; !isLast; ) {
      const chunk = transfer.nextChunk() as TransferChunk | typeof LATER;
      if (chunk !== LATER) {
        packets.push(...chunk.packets);
        isLast = chunk.isLast;
        // The market goes on after every packet.
        for (const id of LARGE) {
          clientOrderId += 1;
          engine.sequencer.submit(1, 0, limit(id, clientOrderId, Side.Bid, 150, 7));
          engine.sequencer.submit(1, 0, cancel(id, clientOrderId - 2 * ORDERS));
        }
        continue;
      }
      const request = asked.shift() ?? expect.fail('nothing was asked for');
      // As between two threads: nothing of the one is there in the other.
      const answer = structuredClone(pieces.answer(structuredClone(request)));
      answers.push(answer.type);
      if (answer.type === 'refused-books') expect.fail('it was refused');
      const ids = answer.ids.slice(request.from, answer.next);
      for (let at = 0; at < ids.length; ) at = encoder.encode(provider, ids, at, expected);
      remote.answered(answer);
    }
    expect(answers).toEqual(['books', 'copied-book', 'copied-book']);
    const sent = recordsOf(packets);
    expect(sent.records).toBe(recordsOf(expected).records);
    expect(sent.positions).toEqual([...sent.positions].sort((a, b) => a - b));
    // One of the small book, and those of each copy, which are all of one position.
    expect(packets.length).toBeGreaterThan(4);
    expect(new Set(sent.positions).size).toBe(3);
  },
);
