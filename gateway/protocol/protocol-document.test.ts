import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BookHash, OrderBook, Side } from '../../feed/index.ts';
import { ClientView } from '../testing/client-view.ts';
import { PROTOCOL_TABLES, protocolTables } from '../testing/protocol-tables.ts';
import { PROTOCOL_TEXT, protocolVectors } from '../testing/protocol-vectors.ts';
import { createCodecs, jsonEncoding, msgpackEncoding } from './codec.ts';
import { CLOSE_CODES, ERROR_CODES, mayReconnect } from './codes.ts';
import { EventReader } from './events.ts';
import { JsonDecoder } from './json-decode.ts';
import * as limits from './limits.ts';
import {
  CANDLE_ROW_SHAPE,
  Channel,
  EVENT_SHAPES,
  type GatewayEvent,
  INSTRUMENT_ROW_SHAPE,
  LATENCY_ROW_SHAPE,
  type Message,
  REQUEST_SHAPES,
  type Request,
  SUBSCRIPTION_ROW_SHAPE,
} from './messages.ts';
import { encodeRequest } from './request-encode.ts';
import { RequestReader } from './requests.ts';

const text = PROTOCOL_TEXT;

/** The rows of the table under a heading, cells trimmed, without its header. */
function table(heading: string): string[][] {
  const [, after = ''] = text.split(`\n## ${heading}\n`);
  const [section = ''] = after.split('\n## ');
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

function shapeRows(shapes: Readonly<Record<string, string>>): string[][] {
  return Object.entries(shapes).map(([type, shape]) => {
    const [name = '', ...fields] = shape.split(' ');
    return [type, name, fields.map((field) => `\`${field}\``).join(' ')];
  });
}

function codeRows(codes: Readonly<Record<string, readonly [number, boolean, string]>>): string[][] {
  return Object.entries(codes).map(([name, [code, isYes, words]]) => {
    return [String(code), name, isYes ? 'yes' : 'no', words];
  });
}

describe('PROTOCOL.md', () => {
  it('has the tables of the code', () => {
    expect(table('What a client sends')).toEqual(shapeRows(REQUEST_SHAPES));
    expect(table('What a gateway sends')).toEqual(shapeRows(EVENT_SHAPES));
    expect(table('Errors')).toEqual(codeRows(ERROR_CODES));
    expect(table('Close codes')).toEqual(codeRows(CLOSE_CODES));
  });

  it('says of each close code what a client does with it', () => {
    for (const [code, mayComeBack] of Object.values(CLOSE_CODES)) {
      expect([code, mayReconnect(code)]).toEqual([code, mayComeBack]);
    }
  });

  it('has the limits of the code', () => {
    const limitNamed: Readonly<Record<string, unknown>> = { ...limits };
    const rows = table('Limits');
    expect(rows.length).toBeGreaterThan(10);
    for (const [name, value] of rows) {
      expect([name, Number(value)]).toEqual([name, limitNamed[name as string]]);
    }
  });

  it('has the rows and ladders of the code', () => {
    expect(text).toContain(`\`${INSTRUMENT_ROW_SHAPE}\``);
    expect(text).toContain(`\`${SUBSCRIPTION_ROW_SHAPE}\``);
    expect(text).toContain(`\`${LATENCY_ROW_SHAPE}\``);
    expect(text).toContain(`\`${CANDLE_ROW_SHAPE}\``);
    const candles = limits.CANDLE_LADDER_MS;
    const told = `${candles.slice(0, -1).join(', ')} or ${candles.at(-1)} ms`;
    expect(text.replace(/\s+/g, ' ')).toContain(told);
    const channels = Object.values(Channel).map((name) => `\`${name}\``);
    expect(text).toContain(
      `Channels are ${channels.slice(0, -1).join(', ')} and ${channels.at(-1)}`,
    );
    const speeds = limits.HISTORY_SPEED_LADDER.join(', ');
    expect(text).toContain(`0 stands still; served are ${speeds}.`);
    expect(text).toContain(`intervals from ${limits.HISTORY_INTERVAL_LADDER[0]} ms on`);
    expect(text).toContain(`depths are ${limits.DEPTH_LADDER.join(', ')} levels`);
    expect(text).toContain(`intervals ${limits.INTERVAL_LADDER.join(', ')} ms`);
    expect(text).toContain(`groupings\n${limits.GROUPING_LADDER.join(', ')} ticks`);
    for (const { subprotocol } of Object.values(createCodecs()))
      expect(text).toContain(subprotocol);
    expect(text).toContain(
      `Every ${limits.ACK_EVERY_FRAMES} messages, ${limits.ACK_EVERY_BYTES / 1024} KiB or second`,
    );
    expect(limits.ACK_EVERY_MS).toBe(1000);
  });

  it('has the same for machines, in protocol.json', () => {
    // When this fails, `node gateway/testing/protocol-tables.ts` writes the file anew.
    expect(JSON.parse(readFileSync(PROTOCOL_TABLES, 'utf8'))).toEqual(protocolTables());
  });

  it('has a vector for every message', () => {
    const names = [...shapeRows(REQUEST_SHAPES), ...shapeRows(EVENT_SHAPES)].map(
      ([, name]) => name,
    );
    expect(protocolVectors().map(({ name }) => name)).toEqual(names);
  });

  it.each(protocolVectors())('has bytes that encode and decode: $name', ({ message, bytes }) => {
    expect(msgpackEncoding().encode(message)).toEqual(bytes);
    if (message[0] in REQUEST_SHAPES) {
      expect(encodeRequest(message as Request)).toEqual(bytes);
      expect(new RequestReader().read(bytes).request).toEqual(message);
    } else {
      expect(new EventReader().read(bytes)).toEqual(message);
    }
  });

  it.each(protocolVectors())('has JSON that encodes and decodes: $name', ({ message, json }) => {
    const bytes = new TextEncoder().encode(json);
    expect(jsonEncoding().encode(message)).toEqual(bytes);
    const { requests } = createCodecs().json;
    if (message[0] in REQUEST_SHAPES) {
      expect(new RequestReader(requests).read(bytes).request).toEqual(message);
    } else {
      const decoder = new JsonDecoder(limits.MAX_MESSAGE_BYTES, limits.MAX_MESSAGE_DEPTH);
      expect(new EventReader(decoder).read(bytes)).toEqual(message);
    }
  });

  it('has an example whose hashes are those of its levels', () => {
    const view = new ClientView();
    const lanes: (readonly [number, number])[] = [];
    for (const { message } of protocolVectors()) {
      view.apply(message as GatewayEvent);
      const told = message[0] === 24 ? message.slice(4) : message[0] === 18 && message.slice(8, 10);
      if (told === false) continue;
      const hash = new BookHash(3);
      for (const [price, quantity, orders] of view.side('bids')) {
        hash.add(Side.Bid, price, quantity, orders);
      }
      for (const [price, quantity, orders] of view.side('asks')) {
        hash.add(Side.Ask, price, quantity, orders);
      }
      lanes.push([hash.laneA, hash.laneB]);
      expect(told).toEqual(lanes.at(-1));
    }
    expect(lanes).toHaveLength(2);
  });

  it('has an example of orders whose hash is that of its queues', () => {
    const [vector] = protocolVectors().filter(({ name }) => name === 'orders-snapshot');
    const message = vector?.message as Message<31>;
    const [bids, asks, laneA, laneB] = message.slice(6) as [number[], number[], number, number];
    const book = new OrderBook(3);
    for (const [side, flat] of [bids, asks].entries()) {
      for (let i = 0; i < flat.length; i += 3) {
        const [price, id, quantity] = flat.slice(i, i + 3) as [number, number, number];
        book.add(side as Side, 10_012 + price, id, quantity);
      }
    }
    expect([laneA, laneB]).toEqual([book.hash.laneA, book.hash.laneB]);
  });
});
