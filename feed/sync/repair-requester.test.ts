import { beforeEach, expect, test } from 'vitest';
import { REPAIR_RETRY_LAST_MS, REPAIR_TIMEOUT_MS } from '../limits.ts';
import {
  decodeRepairRequest,
  encodeRepairChunk,
  encodeRepairReject,
  RejectCode,
  type RepairRequest,
  RepairType,
} from '../wire/repair-messages.ts';
import { RepairRequester, type RepairWant } from './repair-requester.ts';

const EPOCH = { seconds: 1, random: 2 };
const WANT: RepairWant = { kind: 'replay', from: 5, to: 9 };

let sent: { endpoint: number; request: RepairRequest }[];
let heard: string[];
let isUseful: boolean;
let unreachable: number[];
let requester: RepairRequester;

beforeEach(() => {
  sent = [];
  heard = [];
  isUseful = true;
  unreachable = [];
  requester = new RepairRequester({
    level: 2,
    shard: 0,
    endpoints: 2,
    random: () => 0.5,
    send: (endpoint, message) => {
      if (unreachable.includes(endpoint)) return false;
      sent.push({ endpoint, request: decodeRepairRequest(message) });
      return true;
    },
    client: {
      repairPackets: (packets, isLast) => {
        heard.push(`${packets.length} packets${isLast ? ', last' : ''}`);
        return isUseful;
      },
      repairRejected: (reject) => heard.push(`reject ${reject.code}`),
      repairFailed: () => heard.push('failed'),
    },
  });
});

const last = (): { endpoint: number; request: RepairRequest } => {
  const entry = sent.findLast(({ request }) => request.type <= RepairType.Snapshot);
  if (entry === undefined) throw new Error('nothing was asked');
  return entry;
};

function chunk(number: number, isLast: boolean, request = last().request.request): Uint8Array {
  return encodeRepairChunk({ level: 2, shard: 0, request, epoch: EPOCH }, number, isLast, []);
}

function reject(code: number): Uint8Array {
  const { request } = last().request;
  const header = { level: 2, shard: 0, request, epoch: EPOCH };
  return encodeRepairReject(header, code as RejectCode, 0, 0);
}

test('grants a chunk for each one received, and closes with the last', () => {
  requester.ask(WANT, EPOCH, 0);
  requester.receive(0, chunk(0, false), 1);
  requester.receive(0, chunk(1, true), 2);
  expect(heard).toEqual(['0 packets', '0 packets, last']);
  expect(sent.map(({ request }) => request.type)).toEqual([RepairType.Replay, RepairType.Credit]);
  expect(requester.isOpen).toBe(false);
  expect(requester.mayAsk(2)).toBe(true);
});

test('passes over answers to other requests and from other endpoints', () => {
  requester.ask(WANT, EPOCH, 0);
  requester.receive(0, chunk(0, true, 77), 1);
  requester.receive(1, chunk(0, true), 1);
  expect(heard).toEqual([]);
  expect(requester.isOpen).toBe(true);
});

test('tries the next endpoint when one is silent, and says when all were', () => {
  requester.ask(WANT, EPOCH, 0);
  requester.poll(REPAIR_TIMEOUT_MS - 1);
  expect(requester.isOpen).toBe(true);
  requester.poll(REPAIR_TIMEOUT_MS);
  expect(heard).toEqual([]);
  expect(requester.mayAsk(REPAIR_TIMEOUT_MS)).toBe(true);
  requester.ask(WANT, EPOCH, REPAIR_TIMEOUT_MS);
  expect(last().endpoint).toBe(1);
  requester.poll(2 * REPAIR_TIMEOUT_MS);
  expect(heard).toEqual(['failed']);
  expect(requester.mayAsk(2 * REPAIR_TIMEOUT_MS)).toBe(false);
  expect(requester.mayAsk(3 * REPAIR_TIMEOUT_MS)).toBe(true);
});

test('waits longer after each round that failed, up to a bound', () => {
  unreachable = [0, 1];
  let nowMs = 0;
  const waits: number[] = [];
  for (let round = 0; round < 10; round++) {
    requester.ask(WANT, EPOCH, nowMs);
    requester.ask(WANT, EPOCH, nowMs);
    let waited = 0;
    while (!requester.mayAsk(nowMs + waited)) waited += 10;
    waits.push(waited);
    nowMs += waited;
  }
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
  expect(waits[0]).toBe(20);
  expect(waits.at(-1)).toBe(REPAIR_RETRY_LAST_MS);
});

test('a lost chunk fails the request, for the rest would not fit', () => {
  requester.ask(WANT, EPOCH, 0);
  requester.receive(0, chunk(1, false), 1);
  expect(heard).toEqual([]);
  expect(requester.isOpen).toBe(false);
  expect(sent.at(-1)?.request.type).toBe(RepairType.Cancel);
});

test('an answer that is of no use is not asked for again at once', () => {
  isUseful = false;
  requester.ask(WANT, EPOCH, 0);
  requester.receive(0, chunk(0, true), 1);
  requester.ask(WANT, EPOCH, 1);
  requester.receive(1, chunk(0, true), 2);
  expect(heard).toEqual(['0 packets, last', '0 packets, last', 'failed']);
  expect(requester.mayAsk(2)).toBe(false);
});

test('asks a server that is only a moment behind again soon, a busy one later', () => {
  requester.ask(WANT, EPOCH, 0);
  requester.receive(0, reject(RejectCode.AHEAD_OF_ME), 0);
  expect(requester.mayAsk(19)).toBe(false);
  expect(requester.mayAsk(20)).toBe(true);
  for (let i = 0; i < 4; i++) {
    requester.ask(WANT, EPOCH, 100);
    requester.receive(last().endpoint, reject(RejectCode.BUSY), 100);
  }
  expect(requester.mayAsk(150)).toBe(false);
  expect(heard.at(-1)).toBe(`reject ${RejectCode.BUSY}`);
});

test('bytes that are no answer fail the request of that endpoint', () => {
  requester.ask(WANT, EPOCH, 0);
  requester.receive(1, Uint8Array.of(1, 2, 3), 1);
  expect(requester.isOpen).toBe(true);
  requester.receive(0, Uint8Array.of(1, 2, 3), 1);
  expect(requester.isOpen).toBe(false);
  expect(requester.stats.badAnswers).toBe(2);
});

test('a cancel tells the server, and what still comes is passed over', () => {
  requester.ask(WANT, EPOCH, 0);
  const late = chunk(0, true);
  requester.cancel();
  requester.receive(0, late, 1);
  expect(heard).toEqual([]);
  expect(sent.at(-1)?.request.type).toBe(RepairType.Cancel);
});
