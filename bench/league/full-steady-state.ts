/**
 * Plays orders through the whole engine over and over, in a process of its own, and prints as JSON
 * what was put on the heap meanwhile: started by allocation.integration.test.ts.
 */

import { readFileSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import {
  CommandType,
  OrderType,
  PostOnly,
  SelfTrade,
  TimeInForce,
} from '../../engine/protocol/index.ts';
import type { Nanos, Side } from '../../feed/index.ts';
import { clientOrders } from './client-orders.ts';
import { FullEngine, INSTRUMENT } from './full-engine.ts';
import { COMMANDS_PER_TURN } from './full-player.ts';
import { type LeagueStream, MessageType } from './league-stream.ts';
import { readRecordFile } from './record-file.ts';

/** Long enough for the compiler to have settled. */
const WARM_UP_ROUNDS = 40;
/** Between two commands. */
const STEP_NS = 1000;
const TWO_32 = 2 ** 32;

export interface FullSteadyState {
  readonly commands: number;
  /** Put on the heap meanwhile; the bytes of packets and frames themselves lie outside. */
  readonly heapBytes: number;
  /** After every round's cancels. */
  readonly openOrders: number;
}

const [path = '', rounds = '1', kind = 'plain'] = process.argv.slice(2);
const stream = readRecordFile(readFileSync(path));
const ids = highestId(stream);
const { clients } = clientOrders(stream);
const time: Nanos = { high: 400_000_000, low: 0 };
const full = new FullEngine((out) => {
  out.high = time.high;
  out.low = time.low;
});
const newOrder = {
  type: CommandType.NewOrder,
  instrument: INSTRUMENT,
  clientOrderId: 0,
  side: 0 as Side,
  orderType: OrderType.Limit,
  timeInForce: TimeInForce.Gtc as TimeInForce,
  price: 0,
  quantity: 0,
  minimumQuantity: 0,
  displayQuantity: 0,
  postOnly: PostOnly.Off as PostOnly,
  selfTrade: SelfTrade.CancelNewest as SelfTrade,
};
const cancel = { type: CommandType.Cancel, instrument: INSTRUMENT, clientOrderId: 0 };
const replace = { ...cancel, type: CommandType.Replace, price: 0, quantity: 0 };
let commands = 0;

/** Each round's ids are new, and its orders are all cancelled at its end. */
function playRound(round: number): void {
  const base = round * ids;
  for (let i = 0; i < stream.count; i += 1) playMessage(i, base);
  for (let i = 0; i < stream.count; i += 1) {
    if (stream.types[i] === MessageType.New) submitCancel(i, base);
  }
  endTurn();
}

function playMessage(i: number, base: number): void {
  const type = stream.types[i]!;
  if (type === MessageType.New) {
    newOrder.clientOrderId = base + stream.orderIds[i]!;
    newOrder.side = stream.sides[i] as Side;
    newOrder.timeInForce = stream.immediate[i] === 1 ? TimeInForce.Ioc : TimeInForce.Gtc;
    newOrder.price = stream.prices[i]!;
    newOrder.quantity = stream.quantities[i]!;
    if (kind === 'conditional') addConditions(i);
    submit(i, newOrder);
  } else if (type === MessageType.Cancel) {
    submitCancel(i, base);
  } else {
    replace.clientOrderId = base + stream.orderIds[i]!;
    replace.price = stream.prices[i]!;
    replace.quantity = stream.quantities[i]!;
    submit(i, replace);
  }
}

/** Icebergs, post-only orders, minimum quantities, every way of self-trade prevention. */
function addConditions(i: number): void {
  const isGtc = newOrder.timeInForce === TimeInForce.Gtc;
  newOrder.displayQuantity = isGtc && i % 3 === 0 ? Math.ceil(newOrder.quantity / 4) : 0;
  newOrder.postOnly = isGtc && i % 5 === 0 ? PostOnly.Slide : PostOnly.Off;
  newOrder.minimumQuantity = !isGtc && i % 2 === 0 ? Math.ceil(newOrder.quantity / 2) : 0;
  newOrder.selfTrade = (i % (SelfTrade.Decrement + 1)) as SelfTrade;
}

function submitCancel(i: number, base: number): void {
  cancel.clientOrderId = base + stream.orderIds[i]!;
  submit(i, cancel);
}

function submit(i: number, command: Parameters<typeof full.sequencer.submit>[2]): void {
  // With conditions one client is on both sides, so that it meets itself.
  const client = kind === 'conditional' ? stream.orderIds[i]! % 2 : clients[i]!;
  advance();
  commands += 1;
  full.sequencer.submit(full.owners[client]!, commands, command);
  if (commands % COMMANDS_PER_TURN === 0) endTurn();
}

function endTurn(): void {
  full.endTurn();
  full.forgetOutput();
}

function advance(): void {
  time.low += STEP_NS;
  if (time.low < TWO_32) return;
  time.low -= TWO_32;
  time.high += 1;
}

function highestId({ orderIds }: LeagueStream): number {
  let highest = 0;
  for (const id of orderIds) if (id > highest) highest = id;
  return highest;
}

let round = 0;
for (; round < WARM_UP_ROUNDS; round += 1) playRound(round);
const before = commands;
const allocatedBefore = allocated();
for (const end = round + Number(rounds); round < end; round += 1) playRound(round);
const result: FullSteadyState = {
  commands: commands - before,
  heapBytes: allocated() - allocatedBefore,
  openOrders: full.engine.market.openOrders,
};
process.stdout.write(`${JSON.stringify(result)}\n`);

function allocated(): number {
  const statistics: Readonly<Record<string, number>> = { ...getHeapStatistics() };
  return statistics['total_allocated_bytes'] ?? Number.NaN;
}
