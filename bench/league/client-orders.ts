/** Who sends a league message, and what its sender calls the order: the league knows neither. */

import { type LeagueStream, MessageType } from './league-stream.ts';

/** Buyers have even places and sellers odd ones: so nobody ever trades with itself. */
export const CLIENTS = 8;
const CLIENTS_PER_SIDE = CLIENTS / 2;

export interface ClientOrders {
  /** Place of the client that sends each message: 0 to `CLIENTS - 1`. */
  readonly clients: Uint8Array;
  /** The client's own id of the order. */
  readonly orderIds: Float64Array;
  /** The league's id of a client order id that is not the same number. */
  readonly renamed: ReadonlyMap<number, number>;
}

/**
 * A client order id is the league's id. Where the league uses an id again once its order has ended,
 * the client takes a new one, for it may use each only once: the next one that the stream has not.
 */
export function clientOrders(stream: LeagueStream): ClientOrders {
  const clients = new Uint8Array(stream.count);
  const orderIds = new Float64Array(stream.count);
  const renamed = new Map<number, number>();
  const latest = new Map<number, { readonly client: number; readonly orderId: number }>();
  let lastId = highestId(stream);
  for (let i = 0; i < stream.count; i += 1) {
    const id = stream.orderIds[i] as number;
    let order = latest.get(id);
    if (stream.types[i] === MessageType.New) {
      let orderId = id;
      if (order !== undefined) {
        lastId += 1;
        orderId = lastId;
        renamed.set(orderId, id);
      }
      const client = (stream.sides[i] as number) + 2 * (id % CLIENTS_PER_SIDE);
      order = { client, orderId };
      latest.set(id, order);
    }
    clients[i] = order?.client ?? 0;
    orderIds[i] = order?.orderId ?? id;
  }
  return { clients, orderIds, renamed };
}

function highestId({ orderIds }: LeagueStream): number {
  let highest = 0;
  for (const id of orderIds) if (id > highest) highest = id;
  return highest;
}
