/** Made-up orders as a busy market would have them, and the L3 packets that tell of them. */

import { crc32 } from 'node:zlib';
import {
  BookKind,
  OrderBook,
  RECORD_BYTES,
  RecordType,
  Side,
  StreamLevel,
  StreamWriter,
  shardTopic,
  TradingStatus,
} from '../../feed/index.ts';

/** So many prices a side are used, more often near the touch. */
const DEPTH = 20;
const MIDDLE = 50_000;
/** Orders open in each book, about. */
const OPEN_ORDERS = 400;

export interface OrderFlow {
  readonly packets: readonly Uint8Array[];
  /** Records of orders in them. */
  readonly records: number;
  /** The book of each instrument at the end. */
  readonly books: readonly OrderBook[];
}

/** One record of an order in each transaction; ids count from `firstId`. */
export function orderFlow(records: number, instruments: number, firstId: number): OrderFlow {
  let state = 1;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
  const packets: Uint8Array[] = [];
  const writer = new StreamWriter({
    epoch: { seconds: 1, random: 1 },
    topic: shardTopic(StreamLevel.L3),
    firstSequence: 1,
    crc32,
    wallClock: () => {},
    sink: (packet) => packets.push(packet),
  });
  const books = Array.from({ length: instruments }, (_, i) => new OrderBook(i + 1));
  const open = books.map((): number[] => []);
  const sequences = new Array<number>(instruments).fill(1);
  const reserve = (type: keyof typeof RECORD_BYTES): void => writer.reserve(RECORD_BYTES[type]);
  const out = writer.records;
  const begin = (transaction: number, id: number): void => {
    reserve(RecordType.Transaction);
    out.transaction(transaction, 0, transaction, id);
  };
  for (const { instrument: id } of books) {
    begin(id, id);
    reserve(RecordType.Instrument);
    const { Continuous } = TradingStatus;
    out.instrument(id, 1, Continuous, BookKind.Orders, 1, 1e9, '0.01', '1', `FLOW${id}`);
    out.endTransaction();
  }
  let orderId = firstId;
  for (let n = 0; n < records; n += 1) {
    const place = next(instruments);
    const book = books[place] as OrderBook;
    const ids = open[place] as number[];
    const { instrument: id } = book;
    const sequence = (sequences[place] ?? 0) + 1;
    sequences[place] = sequence;
    begin(instruments + 1 + n, id);
    if (next(OPEN_ORDERS) >= ids.length - OPEN_ORDERS / 2) {
      orderId += 1;
      const side = next(2) as Side;
      const away = 1 + Math.floor(next(DEPTH * DEPTH) ** 2 / DEPTH ** 3);
      const price = side === Side.Bid ? MIDDLE - away : MIDDLE + away;
      const shown = 1 + next(1000);
      book.add(side, price, orderId, shown);
      ids.push(orderId);
      reserve(RecordType.OrderAdded);
      out.orderAdded(id, sequence, side, price, orderId, shown);
    } else {
      const at = next(ids.length);
      const chosen = ids[at] as number;
      const row = book.findRow(chosen);
      const [side, price, shown] = [book.sideOf(row), book.priceOf(row), book.shownOf(row)];
      const by = next(3) === 0 ? 1 + next(shown) : shown;
      book.show(row, shown - by);
      if (by === shown) {
        ids[at] = ids[ids.length - 1] as number;
        ids.pop();
      }
      if (next(2) === 0) {
        reserve(RecordType.OrderExecuted);
        out.orderExecuted(id, sequence, 1 - side, 0, chosen, by, price, n);
      } else if (by < shown) {
        reserve(RecordType.OrderReduced);
        out.orderReduced(id, sequence, chosen, shown - by);
      } else {
        reserve(RecordType.OrderRemoved);
        out.orderRemoved(id, sequence, chosen);
      }
    }
    out.endTransaction();
  }
  writer.flush();
  return { packets, records, books };
}
