/**
 * The engine's process of late-join runs: a thousand books, changed by the clock whatever becomes of
 * the changes before, each charged from the moment that it was due to the end of its turn.
 */

import { ENGINE_OWNER, Engine } from '../../engine/index.ts';
import {
  CommandType,
  OrderType,
  PegTo,
  PostOnly,
  SelfTrade,
  TimeInForce,
} from '../../engine/protocol/index.ts';
import { Spine } from '../../engine/spine/index.ts';
import {
  BookKind,
  type InstrumentId,
  PACKET_RING_BYTES,
  Side,
  StreamLevel,
} from '../../feed/index.ts';
import { FeedPublisher } from '../../feed/node.ts';
import { crc32, wallClock } from '../../feed/process/index.ts';
import {
  type JoinEnginePlan,
  type JoinMessage,
  type JoinPhase,
  tellJoin,
} from './join-messages.ts';
import { LatencyCounts } from './latency-counts.ts';
import { planOf, sharedUs } from './messages.ts';
import { SILENT_REPORTS } from './silent-reports.ts';

const EPOCH = { seconds: 1_700_000_000, random: 7 };
const OWNER = 1;
/** Orders of each book, one a level: half of them bids. */
const ORDERS = 40;
const MIDDLE = 50_000;
/** As order entry while it always has more. */
const COMMANDS_PER_TURN = 4096;
/** What is late by so much is left out, and counted. */
const LATE_US = 1e6;
const LONGEST_SLEEP_MS = 1;

const { instruments, deltasPerSecond } = planOf<JoinEnginePlan>();
const log = { info: () => {}, warn: () => {} };
const ringBytes = PACKET_RING_BYTES;
const ports = { epoch: EPOCH, crc32, wallClock };
const spine = new Spine({ ...ports, levels: [StreamLevel.L2], relays: [], ringBytes, log });
const keep = spine.sink(StreamLevel.L2);
const engine = new Engine({
  ...ports,
  reports: SILENT_REPORTS,
  expectedOrders: instruments * ORDERS,
  sink: (packet, first, count) => {
    keep(packet, first, count);
    publisher.send(packet);
  },
});
const publisher = new FeedPublisher({ heartbeat: () => engine.heartbeat() });
const replace = {
  type: CommandType.Replace,
  instrument: 1 as InstrumentId,
  clientOrderId: 0,
  price: 0,
  quantity: 0,
};
let number = 0;

function listBooks(): void {
  for (let id = 1; id <= instruments; id += 1) {
    engine.sequencer.submit(ENGINE_OWNER, 0, {
      type: CommandType.ListInstrument,
      symbol: `JOIN-${id}`,
      tickSize: '0.01',
      lotSize: '1',
      bookKind: BookKind.Orders,
      lowestPrice: 1,
      highestPrice: 1_000_000,
    });
    for (let order = 0; order < ORDERS; order += 1) placeOrder(id, order);
    engine.flush();
  }
}

function placeOrder(instrument: number, order: number): void {
  number += 1;
  engine.sequencer.submit(OWNER, number, {
    type: CommandType.NewOrder,
    instrument: instrument as InstrumentId,
    clientOrderId: instrument * ORDERS + order,
    side: order % 2 === 0 ? Side.Bid : Side.Ask,
    orderType: OrderType.Limit,
    timeInForce: TimeInForce.Gtc,
    price: priceOf(order),
    quantity: 10,
    minimumQuantity: 0,
    displayQuantity: 0,
    postOnly: PostOnly.Off,
    selfTrade: SelfTrade.Allow,
    isHidden: false,
    linkedTo: 0,
    triggerPrice: 0,
    trailBy: 0,
    pegTo: PegTo.None,
    pegOffset: 0,
    expiresAtMs: 0,
  });
}

function priceOf(order: number): number {
  const away = 1 + (order >> 1);
  return order % 2 === 0 ? MIDDLE - away : MIDDLE + away;
}

/** Another quantity at one level: one delta. */
function change(index: number): void {
  const order = (index * 7) % ORDERS;
  number += 1;
  replace.instrument = (1 + ((index * 13) % instruments)) as InstrumentId;
  replace.clientOrderId = replace.instrument * ORDERS + order;
  replace.price = priceOf(order);
  replace.quantity = 1 + (index % 997);
  engine.sequencer.submit(OWNER, number, replace);
}

const counts = {
  'warming-up': new LatencyCounts(),
  quiet: new LatencyCounts(),
  joining: new LatencyCounts(),
};
let phase: JoinPhase = 'warming-up';
let hasEnded = false;
process.on('message', (message: JoinMessage) => {
  if (message.type === 'phase') phase = message.phase;
  else if (message.type === 'end') hasEnded = true;
});
listBooks();
const publish = await publisher.bind('tcp://127.0.0.1:*');
tellJoin({ type: 'bound', publish, spine: await spine.bind('tcp://127.0.0.1:*', [engine.levels]) });

const usPerDelta = 1e6 / deltasPerSecond;
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const begunUs = sharedUs();
let startUs = begunUs;
let done = 0;
let skipped = 0;
while (!hasEnded) {
  const lateUs = sharedUs() - startUs - done * usPerDelta;
  if (lateUs > LATE_US) {
    startUs += lateUs;
    skipped += Math.floor(lateUs / usPerDelta);
  }
  const due = Math.floor((sharedUs() - startUs) / usPerDelta) + 1;
  const until = Math.min(due, done + COMMANDS_PER_TURN);
  for (let i = done; i < until; i += 1) change(i);
  engine.flush();
  const nowUs = sharedUs() - startUs;
  for (let i = done; i < until; i += 1) counts[phase].add(nowUs - i * usPerDelta);
  done = until;
  await new Promise(setImmediate);
  const leftMs = (startUs + done * usPerDelta - sharedUs()) / 1000;
  if (leftMs > 0.05) Atomics.wait(sleeper, 0, 0, Math.min(LONGEST_SLEEP_MS, leftMs));
}
tellJoin({
  type: 'ended',
  p99Us: { quiet: counts.quiet.percentile(0.99), joining: counts.joining.percentile(0.99) },
  skipped,
  deltasPerSecond: (done * 1e6) / (sharedUs() - begunUs),
});
publisher.close();
await spine.close();
process.disconnect?.();
