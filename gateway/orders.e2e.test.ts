import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startStack } from '../clients/cli/index.ts';
import { OrderBook } from '../feed/index.ts';
import {
  createCodecs,
  EventReader,
  type GatewayEvent,
  MessageType,
  SUBPROTOCOL_JSON,
  SUBPROTOCOL_MSGPACK,
} from './protocol/index.ts';

/** A client of one instrument's orders, who proves each hash with the feed's own replica. */
class OrdersClient {
  proved = 0;
  readonly problems: string[] = [];
  symbol = '';
  #book = new OrderBook(0);
  #anchor = 0;
  readonly #socket: WebSocket;
  readonly #reader = new EventReader();

  constructor(url: string) {
    this.#socket = new WebSocket(url, SUBPROTOCOL_MSGPACK);
    this.#socket.on('open', () => this.#say([MessageType.Hello, 1, null, 'test']));
    this.#socket.on('message', (data: Buffer) => {
      const event = this.#reader.read(data);
      if (event !== undefined) this.#hear(event);
    });
  }

  close(): void {
    this.#socket.terminate();
  }

  #say(message: Parameters<ReturnType<typeof createCodecs>['msgpack']['encode']>[0]): void {
    this.#socket.send(createCodecs().msgpack.encode(message));
  }

  #hear(event: GatewayEvent): void {
    switch (event[0]) {
      case MessageType.Welcome:
        this.#say([MessageType.Subscribe, 2, 'instruments', '']);
        break;
      case MessageType.Instruments:
        this.symbol = String(event[3][0]?.[1]);
        this.#subscribe();
        break;
      case MessageType.Error:
        // The feed of orders is being joined.
        setTimeout(() => this.#subscribe(), event[5]);
        break;
      case MessageType.Subscribed:
        this.#book = new OrderBook(event[5]);
        this.#anchor = event[10];
        break;
      case MessageType.OrdersSnapshot:
        this.#book.clear();
        this.#apply(event[6], event[7]);
        this.#prove(event[8], event[9]);
        break;
      case MessageType.OrdersDiff:
        this.#apply(event[8], event[9]);
        if (event[10] !== undefined) this.#prove(event[10], event[11]);
        break;
      default:
    }
  }

  #subscribe(): void {
    const options = { depth: 25, interval: 50 };
    this.#say([MessageType.Subscribe, 3, 'orders', this.symbol, options]);
  }

  #apply(bids: readonly number[], asks: readonly number[]): void {
    for (const [side, flat] of [bids, asks].entries()) {
      for (let i = 0; i < flat.length; i += 3) {
        const [price, id, lots] = flat.slice(i, i + 3) as [number, number, number];
        const row = this.#book.findRow(id);
        if (row !== 0) this.#book.show(row, lots);
        else this.#book.add(side as 0 | 1, this.#anchor + price, id, lots);
      }
    }
  }

  #prove(laneA: number, laneB: number | undefined): void {
    const { hash } = this.#book;
    if (hash.laneA === laneA && hash.laneB === laneB) this.proved += 1;
    else this.problems.push(`${hash.laneA} is not ${laneA}`);
  }
}

/** The first sum of 24 hours in which something was traded. */
function traded(url: string, symbol: string): Promise<readonly number[]> {
  const socket = new WebSocket(url, SUBPROTOCOL_JSON);
  const { promise, resolve, reject } = Promise.withResolvers<readonly number[]>();
  socket.on('error', reject);
  socket.on('open', () => {
    socket.send(JSON.stringify([MessageType.Hello, 1, null, 'test']));
    socket.send(JSON.stringify([MessageType.Subscribe, 2, 'statistics', symbol]));
  });
  socket.on('message', (data: Buffer) => {
    const [type, , rows] = JSON.parse(data.toString()) as [number, unknown, number[][]];
    if (type === MessageType.Statistics && rows[0] !== undefined) resolve(rows[0]);
  });
  return promise.finally(() => socket.terminate());
}

it('tells a browser every order of a live market, as the engine’s hash has them; and what was traded', async () => {
  const stack = await startStack({ source: 'sim:7' });
  const url = `${stack.endpoints.gateway.replace('http', 'ws')}feed`;
  const client = new OrdersClient(url);
  try {
    for (let i = 0; i < 3000 && client.proved < 4 && client.problems.length === 0; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(client.problems).toEqual([]);
    expect(client.proved).toBeGreaterThanOrEqual(4);
    const [, open, high, low, close, volume, trades] = await traded(url, client.symbol);
    expect(high).toBeGreaterThanOrEqual(Math.max(open ?? 0, close ?? 0));
    expect(low).toBeLessThanOrEqual(Math.min(open ?? 0, close ?? 0));
    expect(volume).toBeGreaterThanOrEqual(trades ?? 0);
  } finally {
    client.close();
    await stack.stop();
  }
});
