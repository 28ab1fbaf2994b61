import { describe, expect, it } from 'vitest';
import { BookKind, FeedState, type InstrumentId, OrderBook, Side } from '../../feed/index.ts';
import { type GatewayEvent, type Message, MessageType } from '../protocol/index.ts';
import { FakeInstrument } from '../testing/fake-feed.ts';
import { forEachSeed, type Seeded } from '../testing/seeded.ts';
import { SessionBench, type TestClient } from '../testing/session-bench.ts';

/** One order as a client keeps it; queues are plain lists by price. */
type Queues = Map<number, [id: number, quantity: number][]>;

/** A client written from PROTOCOL.md with plain lists. */
class OrdersView {
  readonly sides: [Queues, Queues] = [new Map(), new Map()];
  sequence = -1;
  anchor = 0;
  lanes: readonly [number, number] | undefined;
  snapshots = 0;
  readonly #ids = new Set<number>();

  apply(event: GatewayEvent): void {
    if (event[0] === MessageType.Subscribed) this.anchor = event[10];
    if (event[0] === MessageType.OrdersSnapshot) {
      for (const side of this.sides) side.clear();
      this.#ids.clear();
      this.snapshots += 1;
      this.sequence = event[2];
      this.#apply(event[6], event[7]);
      this.lanes = [event[8], event[9]];
    }
    if (event[0] === MessageType.OrdersDiff) {
      expect(event[2] - event[3]).toBe(this.sequence);
      this.sequence = event[2];
      this.#apply(event[8], event[9]);
      this.lanes = lanesOf(event);
    }
  }

  #apply(bids: readonly number[], asks: readonly number[]): void {
    for (const [side, flat] of [bids, asks].entries()) {
      const queues = this.sides[side as Side];
      for (let i = 0; i < flat.length; i += 3) {
        const price = this.anchor + (flat[i] as number);
        const id = flat[i + 1] as number;
        const quantity = flat[i + 2] as number;
        const queue = queues.get(price) ?? [];
        const at = queue.findIndex(([known]) => known === id);
        if (quantity === 0) {
          if (at < 0) throw new Error(`order ${id} is not at ${price}`);
          queue.splice(at, 1);
          this.#ids.delete(id);
        } else if (at >= 0) {
          queue[at] = [id, quantity];
        } else {
          // An order is in one place: one that moves has been taken away before.
          if (this.#ids.has(id)) throw new Error(`order ${id} is somewhere else already`);
          this.#ids.add(id);
          queue.push([id, quantity]);
        }
        if (queue.length === 0) queues.delete(price);
        else queues.set(price, queue);
      }
    }
  }
}

function lanesOf(
  event: Message<typeof MessageType.OrdersDiff>,
): readonly [number, number] | undefined {
  return event[10] === undefined || event[11] === undefined ? undefined : [event[10], event[11]];
}

class OrderInstrument extends FakeInstrument {
  override readonly bookKind: typeof FakeInstrument.prototype.bookKind;
  override book: OrderBook;

  constructor(id: number, symbol: string) {
    super(id, symbol, '0.01', '1');
    this.bookKind = BookKind.Orders as never;
    this.book = new OrderBook(id);
  }
}

/** A gateway whose feed of orders is done by hand. */
class OrdersBench {
  readonly bench: SessionBench;
  readonly instrument = new OrderInstrument(1, 'ABC');
  wanted = 0;
  #transaction = 0;

  constructor() {
    this.bench = new SessionBench({
      onOrdersWanted: () => {
        this.wanted += 1;
      },
    });
    this.bench.feed.list('ABC');
  }

  list(): void {
    const { orderMarket } = this.bench.gateway;
    orderMarket.instrumentChanged(this.instrument);
    this.change(() => {});
    this.instrument.state = FeedState.Live;
    this.instrument.reason = 'NONE';
    orderMarket.stateChanged(this.instrument);
  }

  change(body: (book: OrderBook) => void): void {
    this.#transaction += 1;
    this.instrument.sequence += 1;
    this.instrument.transaction = this.#transaction;
    const { orderMarket } = this.bench.gateway;
    body(this.instrument.book);
    orderMarket.bookReset(this.instrument);
    const time = { high: 0, low: 0 };
    orderMarket.transactionApplied({
      transaction: this.#transaction,
      instrument: 1 as InstrumentId,
      epoch: this.bench.feed.epoch,
      engineTime: time,
      publishTime: time,
    });
  }

  subscribe(depth: number, interval: number): { client: TestClient; view: OrdersView } {
    const client = this.bench.join();
    client.send([MessageType.Subscribe, 2, 'orders', 'ABC', { depth, interval }]);
    const view = new OrdersView();
    for (const event of client.take()) view.apply(event);
    return { client, view };
  }
}

/** The queues of the best levels, in the plainest way. */
function bestQueues(book: OrderBook, side: Side, depth: number): Queues {
  const count = Math.min(depth, book.levelCount(side));
  return new Map(
    Array.from({ length: count }, (_, i) => {
      const price = book.priceAt(side, i);
      return [price, book.queue(side, price).map(({ orderId, quantity }) => [orderId, quantity])];
    }),
  );
}

/** The hash of a book that holds these orders only, as the feed's own replica keeps it. */
function hashOf(sides: readonly [Queues, Queues]): readonly [number, number] {
  const book = new OrderBook(1);
  for (const side of [Side.Bid, Side.Ask]) {
    for (const [price, queue] of sides[side]) {
      for (const [id, quantity] of queue) book.add(side, price, id, quantity);
    }
  }
  return [book.hash.laneA, book.hash.laneB];
}

/** Adds, shows less, takes away, and sends to the end of the queue, around a price that walks. */
function shake(random: Seeded, book: OrderBook, ids: number[], middle: number): void {
  for (let i = random.integer(1, 6); i > 0; i -= 1) {
    const chosen = ids[random.integer(0, Math.max(0, ids.length - 1))];
    const kind = random.next();
    if (chosen === undefined || kind < 0.45) {
      const id = random.integer(1, 2 ** 40);
      if (book.findRow(id) !== 0) continue;
      const side = random.next() < 0.5 ? Side.Bid : Side.Ask;
      const away = random.integer(1, 8);
      book.add(side, side === Side.Bid ? middle - away : middle + away, id, random.integer(1, 50));
      ids.push(id);
      continue;
    }
    const row = book.findRow(chosen);
    const [side, price, shown] = [book.sideOf(row), book.priceOf(row), book.shownOf(row)];
    if (kind < 0.65 && shown > 1) {
      book.show(row, random.integer(1, shown - 1));
    } else {
      book.show(row, 0);
      if (kind < 0.85) {
        // With the same id: behind the others of its price, or at another one.
        const moved = side === Side.Bid ? middle - 3 : middle + 3;
        book.add(side, kind < 0.75 ? price : moved, chosen, shown);
      } else {
        ids.splice(ids.indexOf(chosen), 1);
      }
    }
  }
}

describe('the channel of orders', () => {
  it('keeps every queue of the window as the whole book has it, whatever happens between two frames', () => {
    forEachSeed(15, (random) => {
      const orders = new OrdersBench();
      orders.list();
      const depth = [1, 5, 10][random.integer(0, 2)] as number;
      const interval = [0, 100][random.integer(0, 1)] as number;
      const ids: number[] = [];
      let middle = 1000;
      orders.change((book) => shake(random, book, ids, middle));
      const { client, view } = orders.subscribe(depth, interval);
      let hashes = 0;
      for (let step = 0; step < 80; step += 1) {
        if (random.next() < 0.2) middle += random.integer(-4, 4);
        orders.change((book) => shake(random, book, ids, middle));
        if (random.next() < 0.5) continue;
        orders.bench.timer.pass(100);
        for (const event of client.take()) view.apply(event);
        client.ack();
        const { book } = orders.instrument;
        for (const side of [Side.Bid, Side.Ask]) {
          expect(view.sides[side]).toEqual(bestQueues(book, side, depth));
        }
        if (view.lanes === undefined) continue;
        expect(view.lanes).toEqual(hashOf(view.sides));
        hashes += 1;
      }
      expect(hashes).toBeGreaterThan(0);
      // Prices are counted from the first one, which comes as a snapshot.
      expect(view.snapshots).toBeLessThanOrEqual(2);
    });
  });

  it('shows a held client the queues as they are', () => {
    const orders = new OrdersBench();
    orders.list();
    orders.change((book) => book.add(Side.Bid, 1000, 1, 5));
    const { client, view } = orders.subscribe(5, 0);
    client.ack();
    // Unacknowledged for longer than a client may be.
    orders.change((book) => book.add(Side.Bid, 1000, 2, 5));
    orders.bench.timer.pass(4000);
    orders.change((book) => book.add(Side.Bid, 1001, 3, 5));
    client.ack();
    for (const event of client.take()) view.apply(event);
    expect(view.sides[Side.Bid]).toEqual(bestQueues(orders.instrument.book, Side.Bid, 5));
  });

  it('asks for the feed of orders when somebody wants it, and says to try again until it is there', () => {
    const orders = new OrdersBench();
    const client = orders.bench.join();
    client.send([MessageType.Subscribe, 2, 'orders', 'ABC', {}]);
    const [refusal] = client.take();
    expect(refusal?.slice(0, 3)).toEqual([MessageType.Error, 2, 102]);
    expect(refusal?.[4]).toBe(true);
    expect(orders.wanted).toBe(1);
    orders.list();
    client.send([MessageType.Subscribe, 3, 'orders', 'ABC', {}]);
    expect(client.take()[0]?.slice(0, 2)).toEqual([MessageType.Subscribed, 3]);
  });

  it('says so where an instrument has levels only, and where there is no such instrument', () => {
    const orders = new OrdersBench();
    orders.bench.gateway.orderMarket.instrumentChanged(new FakeInstrument(1, 'ABC', '0.01', '1'));
    const client = orders.bench.join();
    const levels = new FakeInstrument(1, 'ABC', '0.01', '1');
    levels.state = FeedState.Live;
    orders.bench.gateway.orderMarket.stateChanged(levels);
    client.send([MessageType.Subscribe, 2, 'orders', 'ABC', {}]);
    client.send([MessageType.Subscribe, 3, 'orders', 'NOPE', {}]);
    expect(client.take().map((event) => event.slice(0, 3))).toEqual([
      [MessageType.Error, 2, 103],
      [MessageType.Error, 3, 102],
    ]);
    expect(orders.wanted).toBe(1);
  });
});
