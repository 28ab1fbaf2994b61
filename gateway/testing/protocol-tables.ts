/**
 * protocol.json: the tables and vectors of PROTOCOL.md for machines. Run by itself, it writes the
 * file anew; a test says when that is due.
 */

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as protocol from '../protocol/index.ts';
import { parseShape } from '../protocol/index.ts';
import { protocolVectors } from './protocol-vectors.ts';

export const PROTOCOL_TABLES = new URL('../protocol.json', import.meta.url);

/** What protocol.json has to hold. */
export function protocolTables(): object {
  const { EVENT_SHAPES, REQUEST_SHAPES, ERROR_CODES, CLOSE_CODES } = protocol;
  return {
    protocol: 'touchline-gateway',
    path: protocol.FEED_PATH,
    subprotocols: [protocol.SUBPROTOCOL_MSGPACK, protocol.SUBPROTOCOL_JSON],
    channels: Object.values(protocol.Channel),
    kinds: protocol.KIND_WORDS,
    requests: messages(REQUEST_SHAPES),
    events: messages(EVENT_SHAPES),
    rows: [
      protocol.INSTRUMENT_ROW_SHAPE,
      protocol.SUBSCRIPTION_ROW_SHAPE,
      protocol.LATENCY_ROW_SHAPE,
      protocol.CANDLE_ROW_SHAPE,
    ].map(parseShape),
    widths: {
      level: protocol.LEVEL_WIDTH,
      order: protocol.ORDER_WIDTH,
      trade: protocol.TRADE_WIDTH,
    },
    ladders: {
      depth: protocol.DEPTH_LADDER,
      interval: protocol.INTERVAL_LADDER,
      grouping: protocol.GROUPING_LADDER,
      candle: protocol.CANDLE_LADDER_MS,
      historyInterval: protocol.HISTORY_INTERVAL_LADDER,
      historySpeed: protocol.HISTORY_SPEED_LADDER,
    },
    limits: limits(),
    errors: Object.entries(ERROR_CODES).map(([name, [code, retryable, words]]) => {
      return { code, name, retryable, words };
    }),
    closeCodes: Object.entries(CLOSE_CODES).map(([name, [code, comeBack, words]]) => {
      return { code, name, comeBack, words };
    }),
    vectors: protocolVectors().map(({ name, json, bytes }) => {
      return { name, json, msgpack: Buffer.from(bytes).toString('hex') };
    }),
  };
}

function messages(shapes: Readonly<Record<number, string>>): object[] {
  return Object.entries(shapes).map(([type, shape]) => ({
    type: Number(type),
    ...parseShape(shape),
  }));
}

function limits(): Record<string, number> {
  const all = Object.entries(protocol).filter(([, value]) => typeof value === 'number');
  const isCode = (name: string) => name in protocol.ERROR_CODES || name.endsWith('_WIDTH');
  return Object.fromEntries(all.filter(([name]) => !isCode(name))) as Record<string, number>;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(PROTOCOL_TABLES, `${JSON.stringify(protocolTables(), undefined, 2)}\n`);
}
