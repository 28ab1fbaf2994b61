import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BookHash, Side } from '../../feed/index.ts';
import { ClientView } from '../testing/client-view.ts';
import { createCodecs, jsonEncoding, msgpackEncoding } from './codec.ts';
import { CLOSE_CODES, ERROR_CODES, mayReconnect } from './codes.ts';
import { EventReader } from './events.ts';
import { JsonDecoder } from './json-decode.ts';
import * as limits from './limits.ts';
import {
  EVENT_SHAPES,
  type GatewayEvent,
  INSTRUMENT_ROW_SHAPE,
  REQUEST_SHAPES,
  type Request,
  SUBSCRIPTION_ROW_SHAPE,
} from './messages.ts';
import { encodeRequest } from './request-encode.ts';
import { RequestReader } from './requests.ts';

const text = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');

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

interface Vector {
  readonly name: string;
  /** The first line of the block: what the JSON codec sends. */
  readonly json: string;
  readonly message: Request | GatewayEvent;
  readonly bytes: Uint8Array;
}

function vectors(): Vector[] {
  return [...text.matchAll(/```vector (\S+)\n(.*)\n([^`]*)```/g)].map(([, name, json, hex]) => ({
    name: name as string,
    json: json as string,
    message: JSON.parse(json as string),
    bytes: Uint8Array.from(
      (hex as string)
        .split('\n')
        .flatMap((line) => (line.split(';')[0] as string).trim().split(' '))
        .filter((byte) => byte !== '')
        .map((byte) => Number.parseInt(byte, 16)),
    ),
  }));
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
    expect(text).toContain(`depths are ${limits.DEPTH_LADDER.join(', ')} levels`);
    expect(text).toContain(`intervals ${limits.INTERVAL_LADDER.join(', ')} ms`);
    expect(text).toContain(`groupings\n${limits.GROUPING_LADDER.join(', ')} ticks`);
    for (const { subprotocol } of Object.values(createCodecs()))
      expect(text).toContain(subprotocol);
    expect(text).toContain(
      `Every ${limits.ACK_EVERY_FRAMES} messages, ${limits.ACK_EVERY_BYTES / 1024} KiB`,
    );
  });

  it('has a vector for every message', () => {
    const names = [...shapeRows(REQUEST_SHAPES), ...shapeRows(EVENT_SHAPES)].map(
      ([, name]) => name,
    );
    expect(vectors().map(({ name }) => name)).toEqual(names);
  });

  it.each(vectors())('has bytes that encode and decode: $name', ({ message, bytes }) => {
    expect(msgpackEncoding().encode(message)).toEqual(bytes);
    if (message[0] in REQUEST_SHAPES) {
      expect(encodeRequest(message as Request)).toEqual(bytes);
      expect(new RequestReader().read(bytes).request).toEqual(message);
    } else {
      expect(new EventReader().read(bytes)).toEqual(message);
    }
  });

  it.each(vectors())('has JSON that encodes and decodes: $name', ({ message, json }) => {
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
    for (const { message } of vectors()) {
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
});
