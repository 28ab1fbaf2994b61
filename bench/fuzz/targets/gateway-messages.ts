/** Messages of the gateway to begin with: one of every type, and some whose parts belong together. */

import {
  CANDLE_ROW_SHAPE,
  EVENT_SHAPES,
  type GatewayEvent,
  INSTRUMENT_ROW_SHAPE,
  LATENCY_ROW_SHAPE,
  MessageType,
  parseShape,
  REQUEST_SHAPES,
  type Request,
  SUBSCRIPTION_ROW_SHAPE,
} from '../../../gateway/protocol/index.ts';

const WRITTEN: readonly (Request | GatewayEvent)[] = [
  [MessageType.Hello, 1, null, 'test'],
  [MessageType.Subscribe, 2, 'book', 'ONE', { depth: 10, resume: [1, 2, 3, -4, null] }],
  [MessageType.Ack, 17],
  [MessageType.Snapshot, 7, 9, 8, 1_700_000_000_000_000, 850, [-1, 5, 1], [1, 6, 2], 1, 2, 0],
  [MessageType.Diff, 7, 10, 1, 9, 1_700_000_000_000_000, -5, 3, [-1, 0, 0], []],
  [MessageType.Status, 7, 1, 2, 'LIVE', 'NONE'],
  [MessageType.Trades, 7, 11, 1_700_000_000_000_000, 3, [1, 2, 3, 0, 5]],
  [MessageType.Seek, 13, 15, { position: 4711, epochSeconds: 1_700_000_000, epochRandom: 7 }],
  [MessageType.Play, 14, 15, 100, 0],
  [MessageType.History, 15, 13, 'playing', 10, 4711, 1_700_000_000_000_000, 1, 90_001, 3, 4],
  [MessageType.History, 15, 13, 'refused', 0, 0, 0, 1, 9, 3, 4, 115, 'NOT_HELD: no', false, 0],
];

const ROW_SHAPES: Readonly<Record<number, string>> = {
  [MessageType.Instruments]: INSTRUMENT_ROW_SHAPE,
  [MessageType.Subscriptions]: SUBSCRIPTION_ROW_SHAPE,
  [MessageType.Latency]: LATENCY_ROW_SHAPE,
  [MessageType.Candles]: CANDLE_ROW_SHAPE,
  [MessageType.Statistics]: CANDLE_ROW_SHAPE,
};

export function gatewayMessages(): (Request | GatewayEvent)[] {
  return [...oneOfEach(), ...WRITTEN];
}

/** Of every type, also of those that come later: each element as its shape says. */
function oneOfEach(): (Request | GatewayEvent)[] {
  const shapes = Object.entries<string>({ ...REQUEST_SHAPES, ...EVENT_SHAPES });
  return shapes.map(([type, text]): Request | GatewayEvent => {
    const elements = parseShape(text).fields.map(({ kind }) => exampleOf(kind, Number(type)));
    return [Number(type), ...elements] as unknown as Request | GatewayEvent;
  });
}

function exampleOf(kind: string, type: number): unknown {
  switch (kind) {
    case 'n':
      return 7;
    case 'i':
      return -5;
    case 's':
    case 't':
      return '0.01';
    case 'b':
      return true;
    case 'L':
    case 'O':
      return [-1, 5, 1, 4, 6, 2];
    case 'T':
      return [1, 2, 3, 0, 5];
    case 'm':
      return { depth: 10, interval: 100, grouping: 5, position: 4711 };
    default: {
      const { fields } = parseShape(ROW_SHAPES[type] ?? '');
      return [fields.map((field) => exampleOf(field.kind, type))];
    }
  }
}
