/** What both streams tell of an uncross, line by line as feed/PROTOCOL.md shows it. */

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  type InstrumentId,
  type Nanos,
  RecordReader,
  RecordType,
  Side,
  setNanos,
  TradingStatus,
} from '../../feed/index.ts';
import { crc32 } from '../../feed/process/index.ts';
import { Engine } from '../engine.ts';
import { type Command, CommandType } from '../protocol/index.ts';
import { ReportRows } from '../testing/engine-fixture.ts';
import { limit, listing } from '../testing/orders.ts';

const ONE = 1 as InstrumentId;
const NAMES = new Map<number, string>(
  Object.entries(RecordType).map(([name, type]) => [type, name]),
);

const DOCUMENT = readFileSync(new URL('../../feed/PROTOCOL.md', import.meta.url), 'utf8');

/** The lines of the example, of L3 and then of L2. */
function documented(block: number): string[] | undefined {
  const [, section = ''] = DOCUMENT.split('### An uncross, record by record');
  const blocks = [...section.matchAll(/```text\n([\s\S]*?)\n```/g)];
  return blocks[block]?.[1]?.split('\n');
}

/** The records of the last transaction, as the document writes them. */
function lastTransaction(packets: readonly Uint8Array[]): string[] {
  const reader = new RecordReader(crc32);
  let lines: string[] = [];
  for (const packet of packets) {
    reader.open(packet);
    while (reader.next()) {
      if (reader.type === RecordType.Transaction) lines = [];
      else if (reader.type !== RecordType.BookHash) lines.push(line(reader));
    }
  }
  return lines;
}

function line(reader: RecordReader): string {
  const name = NAMES.get(reader.type) ?? '';
  switch (reader.type) {
    case RecordType.OrderExecuted: {
      const { orderId, orderQuantity, orderPrice, executedTradeId, detail } = reader;
      return `${name} | order ${orderId}: ${orderQuantity} lots at ${orderPrice}, trade ${executedTradeId}, aggressor ${detail}`;
    }
    case RecordType.OrderReduced:
      return `${name} | order ${reader.orderId}: shows ${reader.orderQuantity}`;
    case RecordType.OrderRemoved:
      return `${name} | order ${reader.orderId}`;
    case RecordType.OrderAdded:
      return `${name} | order ${reader.orderId}: shows ${reader.orderQuantity} at ${reader.orderPrice}`;
    case RecordType.Trade:
      return `${name} | ${reader.quantity} lots at ${reader.price}, trade ${reader.tradeId}, aggressor ${reader.detail}`;
    case RecordType.Level:
      return `${name} | side ${reader.detail}: ${reader.quantity} lots in ${reader.orderCount} orders at ${reader.price}`;
    default:
      return `${name} | ${reader.detail}`;
  }
}

it('is told as the protocol says', () => {
  const levels: Uint8Array[] = [];
  const orders: Uint8Array[] = [];
  let timeNs = 1_700_000_000_000_000_000n;
  const engine = new Engine({
    epoch: { seconds: 1, random: 1 },
    wallClock: (out: Nanos) => setNanos(out, timeNs),
    crc32,
    sink: (packet) => levels.push(packet),
    orderSink: (packet) => orders.push(packet),
    reports: new ReportRows(),
  });
  const act = (command: Command): void => {
    timeNs += 1_000_000n;
    engine.sequencer.submit(1, 0, command);
  };
  act(listing('ONE'));
  act({ type: CommandType.SetStatus, instrument: ONE, status: TradingStatus.Auction });
  act(limit(ONE, 1, Side.Bid, 101, 50));
  act(limit(ONE, 2, Side.Ask, 99, 30));
  act({ ...limit(ONE, 3, Side.Ask, 100, 40), displayQuantity: 15 });
  act({ ...limit(ONE, 4, Side.Bid, 101, 5), isHidden: true });
  act({ type: CommandType.SetStatus, instrument: ONE, status: TradingStatus.Continuous });
  engine.flush();
  expect(lastTransaction(orders)).toEqual(documented(0));
  expect(lastTransaction(levels)).toEqual(documented(1));
});
