/** From the packets of a run to the books they tell, as a consumer of the feed gets them. */

import type { ListedInstrument } from '../../engine/index.ts';
import {
  FeedConsumer,
  type FeedInstrument,
  FeedState,
  type LevelBook,
  OrderBook,
  Side,
  StreamLevel,
} from '../../feed/index.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';

/**
 * Follows the whole L2 stream with the public consumer and compares its book with the engine's, level
 * by level. Throws unless it is LIVE, every hash record was right, and every level is equal.
 */
export function checkLevels(packets: readonly Uint8Array[], listed: ListedInstrument): void {
  compareLevels(follow(StreamLevel.L2, packets, listed.symbol).book, listed);
}

/** The same of the L3 stream: its levels, and in each the orders in the order in which they fill. */
export function checkOrders(packets: readonly Uint8Array[], listed: ListedInstrument): void {
  const { book } = follow(StreamLevel.L3, packets, listed.symbol);
  compareLevels(book, listed);
  if (!(book instanceof OrderBook)) throw new Error('The L3 stream gives no book of orders.');
  for (const side of [Side.Bid, Side.Ask]) {
    listed.orders?.forEachLevel(side, (price) => {
      const wanted: number[] = [];
      listed.orders?.forEachOrder(side, price, (orderId, _owner, open) => {
        wanted.push(orderId, open);
      });
      const told = book.queue(side, price).flatMap(({ orderId, quantity }) => [orderId, quantity]);
      if (told.length !== wanted.length || told.some((value, i) => value !== wanted[i])) {
        throw new Error(`Side ${side}, price ${price}: the bytes say other orders.`);
      }
    });
  }
}

function compareLevels(book: LevelBook, listed: ListedInstrument): void {
  for (const side of [Side.Bid, Side.Ask]) {
    let index = 0;
    listed.orders?.forEachLevel(side, (price, quantity, orderCount) => {
      const found = [
        book.priceAt(side, index),
        book.quantityAt(side, index),
        book.orderCountAt(side, index),
      ];
      const wanted = [price, quantity, orderCount];
      if (found.some((value, i) => value !== wanted[i])) {
        throw new Error(`Side ${side}, level ${index}: the bytes say ${found}, not ${wanted}.`);
      }
      index += 1;
    });
    const told = book.levelCount(side);
    if (told !== index)
      throw new Error(`Side ${side}: the bytes say ${told} levels, not ${index}.`);
  }
}

/** The instrument as a consumer holds it that has heard all packets. */
function follow(
  level: StreamLevel,
  packets: readonly Uint8Array[],
  symbol: string,
): FeedInstrument<LevelBook> {
  const consumer = new FeedConsumer({
    level,
    listener: {},
    crc32,
    wallClock,
    nowMs: monotonicMs,
    random: () => 0.5,
    repairEndpoints: 0,
    sendRepair: () => false,
  });
  for (const packet of packets) consumer.receive(packet);
  const { hashMismatches, gaps, badPackets } = consumer.stats;
  if (hashMismatches + gaps + badPackets > 0) {
    const what = `${hashMismatches} wrong hashes, ${gaps} gaps, ${badPackets} bad packets`;
    throw new Error(`The stream is not whole: ${what}.`);
  }
  const instrument = consumer.find(symbol);
  if (instrument?.state !== FeedState.Live) {
    throw new Error(`The book of ${symbol} is ${instrument?.state} (${instrument?.reason}).`);
  }
  return instrument;
}
