/** From the packets of a run to the books they tell, as a consumer of the feed gets them. */

import type { ListedInstrument } from '../../engine/index.ts';
import { FeedConsumer, type FeedInstrument, FeedState, Side } from '../../feed/index.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';

/**
 * Follows the whole stream with the public consumer and compares its book with the engine's, level
 * by level. Throws unless it is LIVE, every hash record was right, and every level is equal.
 */
export function checkLevels(packets: readonly Uint8Array[], listed: ListedInstrument): void {
  const instrument = follow(packets, listed.symbol);
  for (const side of [Side.Bid, Side.Ask]) {
    let index = 0;
    listed.orders?.forEachLevel(side, (price, quantity, orderCount) => {
      const { book } = instrument;
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
    const told = instrument.book.levelCount(side);
    if (told !== index)
      throw new Error(`Side ${side}: the bytes say ${told} levels, not ${index}.`);
  }
}

/** The instrument as a consumer holds it that has heard all packets. */
function follow(packets: readonly Uint8Array[], symbol: string): FeedInstrument {
  const consumer = new FeedConsumer({
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
