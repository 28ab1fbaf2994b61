/** A relay that answers with books of the other level is refused, and another one is asked. */

import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { BookKind, FeedState } from '../market.ts';
import { Random } from '../testing/random.ts';
import { ToyEngine } from '../testing/toy-engine.ts';
import { World } from '../testing/world.ts';
import { RepairOffset } from '../wire/repair-messages.ts';
import { StreamLevel } from '../wire/topic.ts';
import { FeedConsumer } from './feed-consumer.ts';
import { RepairService } from './repair-service.ts';
import type { SnapshotProvider } from './snapshot-encoder.ts';

const { L2, L3 } = StreamLevel;
const LIAR = 0;
const HONEST = 1;

const LIES: readonly (readonly [string, StreamLevel, StreamLevel])[] = [
  // What is wanted; of which level the liar's books are; as which level its packets go.
  ['levels for orders', L3, L2],
  ['levels for orders, as packets of L3', L3, L3],
  ['orders for levels', L2, L3],
  ['orders for levels, as packets of L2', L2, L2],
];

function otherThan(level: StreamLevel): StreamLevel {
  return level === L2 ? L3 : L2;
}

/** A market and a consumer that has missed its beginning, with the liar as the first relay to ask. */
function marketWithLiar(wanted: StreamLevel, told: StreamLevel) {
  const world = new World(new Random(5), 1 << 20, wanted);
  world.run(60, 4);
  // As far on as the stream is, so that nothing but the level is wrong with its books.
  const liarsBooks = new ToyEngine({
    level: otherThan(wanted),
    epoch: world.engine.epoch,
    instruments: 6,
    wallClock: world.clock,
    sink: () => {},
  });
  const random = new Random(6);
  while (liarsBooks.nextSequence < 10_000) liarsBooks.act(random);
  const asked = [0, 0];
  const liar = new RepairService({
    level: told,
    ring: liarsBooks.ring,
    snapshots: sameKinds(liarsBooks, world.engine),
    crc32,
    wallClock: world.clock,
    nowMs: () => world.nowMs,
    send: (_, message) => {
      const answer = withLevel(message, wanted);
      world.later(() => world.consumer.receiveRepair(LIAR, answer));
      return true;
    },
  });
  const honest = world.options().sendRepair;
  world.consumer = new FeedConsumer({
    ...world.options(),
    repairEndpoints: 2,
    sendRepair: (endpoint, message) => {
      asked[endpoint] = (asked[endpoint] ?? 0) + 1;
      if (endpoint === HONEST) return honest(HONEST, message);
      world.later(() => liar.receive('consumer', withLevel(message, told)));
      return true;
    },
  });
  world.answeredBy = HONEST;
  return { world, liar, asked };
}

/** Books of the other level under the definitions of the true ones. */
function sameKinds(books: ToyEngine, truth: ToyEngine): SnapshotProvider {
  return {
    isReady: true,
    epoch: books.epoch,
    nextSequence: books.nextSequence,
    instrumentIds: () => books.instrumentIds(),
    findId: (symbol) => books.findId(symbol),
    instrument(id) {
      const instrument = books.instrument(id);
      const bookKind = truth.instrument(id)?.bookKind ?? BookKind.Orders;
      if (instrument === undefined) return undefined;
      const { book, orderList } = instrument;
      // Of which level an encoder writes it follows from the kind and from what the book has.
      const kind = orderList === undefined ? bookKind : BookKind.Orders;
      return { ...instrument, bookKind: kind, book };
    },
  };
}

/** The liar passes for a relay of the level that is wanted. */
function withLevel(message: Uint8Array, level: StreamLevel): Uint8Array {
  const copy = message.slice();
  copy[RepairOffset.Level] = level;
  return copy;
}

test.each(LIES)('refuses %s and asks the next relay', (_, wanted, told) => {
  const { world, liar, asked } = marketWithLiar(wanted, told);
  world.run(60, 4);
  world.expectHealed();
  expect(liar.stats.chunks).toBeGreaterThan(0);
  expect(asked[HONEST]).toBeGreaterThan(0);
  const refused = world.events.filter((event) => event.type === 'bad-packet');
  expect(refused.length).toBeGreaterThan(0);
  for (const { code } of refused) expect(code).toBe('WRONG_LEVEL');
  expect(world.consumer.stats.snapshots).toBe(1);
  expect(world.count('hash-mismatch')).toBe(0);
});

test.each(LIES)('with no other relay, %s leave the books SYNCING', (_, wanted, told) => {
  const { world } = marketWithLiar(wanted, told);
  world.isRelayUp = false;
  world.run(200, 4);
  expect(world.consumer.state).toBe(FeedState.Syncing);
  expect(world.consumer.stats.snapshots).toBe(0);
});
