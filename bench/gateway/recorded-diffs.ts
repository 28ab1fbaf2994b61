/** Records what the gateway sends, for peers to send the same and for the sizes of messages. */

import { WebSocket } from 'ws';
import {
  createCodecs,
  EventReader,
  type GatewayEvent,
  type Message,
  MessageType,
  SUBPROTOCOL_MSGPACK,
} from '../../gateway/protocol/index.ts';

export type Diff = Message<typeof MessageType.Diff>;
export type Snapshot = Message<typeof MessageType.Snapshot>;
export type Subscribed = Message<typeof MessageType.Subscribed>;

/** What one book's class has sent. */
export interface RecordedBook {
  readonly subscribed: Subscribed;
  readonly snapshot: Snapshot;
  readonly diffs: readonly Diff[];
}

export interface WhatToRecord {
  readonly url: string;
  readonly symbols: readonly string[];
  readonly depth: number;
  readonly interval: number;
  readonly ms: number;
}

export async function recordBooks(what: WhatToRecord): Promise<RecordedBook[]> {
  const { encode } = createCodecs().msgpack;
  const events: GatewayEvent[] = [];
  const reader = new EventReader();
  const socket = new WebSocket(what.url, SUBPROTOCOL_MSGPACK);
  socket.on('message', (data: Buffer) => {
    const event = reader.read(data);
    if (event !== undefined) events.push(event);
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.send(encode([MessageType.Hello, 1, null, 'bench']));
  for (const [i, symbol] of what.symbols.entries()) {
    const { depth, interval } = what;
    socket.send(encode([MessageType.Subscribe, 2 + i, 'book', symbol, { depth, interval }]));
  }
  await new Promise((resolve) => setTimeout(resolve, what.ms));
  socket.terminate();
  return events
    .filter((event) => event[0] === MessageType.Subscribed)
    .map((subscribed) => {
      const ofClass = events.filter((event) => event[1] === subscribed[2]);
      const snapshot = ofClass.find((event) => event[0] === MessageType.Snapshot);
      if (snapshot === undefined) throw new Error(`no snapshot of ${subscribed[4]}`);
      return {
        subscribed,
        snapshot,
        diffs: ofClass.filter((event) => event[0] === MessageType.Diff),
      };
    });
}

/** The names of all instruments, from the gateway's list. */
export async function listSymbols(url: string): Promise<string[]> {
  const { encode } = createCodecs().msgpack;
  const reader = new EventReader();
  const socket = new WebSocket(url, SUBPROTOCOL_MSGPACK);
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  socket.on('open', () => {
    socket.send(encode([MessageType.Hello, 1, null, 'bench']));
    socket.send(encode([MessageType.Subscribe, 2, 'instruments', '']));
  });
  socket.on('error', reject);
  socket.on('message', (data: Buffer) => {
    const event = reader.read(data);
    if (event?.[0] === MessageType.Instruments)
      resolve(event[3].map(([, symbol]) => String(symbol)));
  });
  return promise.finally(() => socket.terminate());
}
