import { crc32 } from 'node:zlib';
import { beforeEach, expect, test } from 'vitest';
import {
  MAX_CHUNK_PAYLOAD_BYTES,
  MAX_REPAIR_TRANSFERS,
  REPAIR_TRANSFER_IDLE_MS,
} from '../limits.ts';
import { NO_EPOCH } from '../market.ts';
import { Random } from '../testing/random.ts';
import { ToyEngine } from '../testing/toy-engine.ts';
import { RecordReader } from '../wire/record-reader.ts';
import {
  CHUNK_HEADER_BYTES,
  decodeRepairAnswer,
  encodeRepairRequest,
  RejectCode,
  type RepairAnswer,
  RepairType,
  type ReplayRequest,
  type SnapshotRequest,
  splitPackets,
} from '../wire/repair-messages.ts';
import { RepairService } from './repair-service.ts';
import { SnapshotLoader } from './snapshot-loader.ts';

const EPOCH = { seconds: 9, random: 9 };
const HEADER = { level: 2, shard: 0, request: 1, epoch: EPOCH };

let answers: RepairAnswer[];
let engine: ToyEngine;
let service: RepairService;
let nowMs: number;

function start(ringBytes: number): void {
  const wallClock = (): void => {};
  const random = new Random(1);
  engine = new ToyEngine({ epoch: EPOCH, instruments: 4, wallClock, ringBytes, sink: () => {} });
  for (let i = 0; i < 400; i++) engine.act(random);
  engine.writer.flush();
  service = new RepairService({
    ring: engine.ring,
    snapshots: engine,
    crc32,
    wallClock,
    nowMs: () => nowMs,
    send: (_, message) => {
      expect(message.length).toBeLessThanOrEqual(MAX_CHUNK_PAYLOAD_BYTES + CHUNK_HEADER_BYTES);
      answers.push(decodeRepairAnswer(message.slice()));
      return true;
    },
  });
}

beforeEach(() => {
  answers = [];
  nowMs = 0;
  start(1 << 20);
});

function replay(request: Partial<ReplayRequest>, peer = 'a'): void {
  const whole = { ...HEADER, from: 1, to: engine.nextSequence, credit: 16, ...request };
  service.receive(peer, encodeRepairRequest({ ...whole, type: RepairType.Replay }));
}

function snapshot(request: Partial<SnapshotRequest>, peer = 'a'): void {
  const whole = { ...HEADER, minimumSequence: 0, credit: 16, ids: [], symbols: [], ...request };
  service.receive(peer, encodeRepairRequest({ ...whole, type: RepairType.Snapshot }));
}

function grant(chunks: number, peer = 'a'): void {
  service.receive(peer, encodeRepairRequest({ ...HEADER, type: RepairType.Credit, chunks }));
}

function packets(): Uint8Array[] {
  return answers.flatMap((answer) =>
    answer.type === RepairType.Chunk ? splitPackets(answer.packets) : [],
  );
}

function expectReject(code: number): void {
  expect(answers).toHaveLength(1);
  expect(answers[0]).toMatchObject({ type: RepairType.Reject, code, epoch: EPOCH, request: 1 });
}

test('a replay holds exactly the published packets, in numbered chunks', () => {
  replay({});
  const published = [...engine.ring.packetsFrom(1)].map(({ packet }) => packet);
  expect(packets()).toEqual(published);
  expect(answers.map((answer) => 'number' in answer && answer.number)).toEqual(
    answers.map((_, i) => i),
  );
  expect(answers.map((answer) => 'isLast' in answer && answer.isLast).indexOf(true)).toBe(
    answers.length - 1,
  );
  expect(service.openAnswers).toBe(0);
});

test('a replay of a part holds every record of it', () => {
  replay({ from: 333, to: 555 });
  const reader = new RecordReader(crc32);
  const [first, last] = [packets().at(0), packets().at(-1)];
  expect(reader.open(first ?? new Uint8Array(0)).firstSequence).toBeLessThanOrEqual(333);
  const { firstSequence, count } = reader.open(last ?? new Uint8Array(0));
  expect(firstSequence + count).toBeGreaterThanOrEqual(555);
});

test('sends no more chunks than were granted', () => {
  replay({ credit: 0 });
  expect(answers).toHaveLength(0);
  grant(1);
  expect(answers).toHaveLength(1);
  snapshot({ credit: 1 });
  expect(answers).toHaveLength(2);
});

test('a snapshot builds the books that the engine has', () => {
  snapshot({});
  const loader = new SnapshotLoader(crc32);
  for (const packet of packets()) loader.add(packet);
  expect(loader.isComplete).toBe(true);
  expect(loader.firstSequence).toBe(engine.nextSequence);
  expect(loader.loaded.map(({ id, sequence }) => [id, sequence])).toEqual(
    engine.instruments.map(({ id, sequence }) => [id, sequence]),
  );
});

test('a snapshot holds the named instruments only, and leaves out symbols not listed', () => {
  snapshot({ ids: [3], symbols: ['TOY1', 'NONE', 'TOY3'] });
  const loader = new SnapshotLoader(crc32);
  for (const packet of packets()) loader.add(packet);
  expect(loader.loaded.map(({ id }) => id)).toEqual([3, 1]);
});

test('a book that nobody vouches for is left out', () => {
  engine.instruments.splice(0);
  snapshot({});
  const [packet = new Uint8Array(0)] = packets();
  expect(new RecordReader(crc32).open(packet).firstSequence).toBe(engine.nextSequence);
  expect(answers[0]).toMatchObject({ isLast: true });
});

test('rejects what it cannot serve, each with its code', () => {
  start(2000);
  replay({ from: 1 });
  expectReject(RejectCode.TOO_OLD);
  expect(answers.pop()).toMatchObject({
    oldest: engine.ring.firstSequence,
    next: engine.nextSequence,
  });
  replay({ from: engine.nextSequence, to: engine.nextSequence + 1 });
  expectReject(RejectCode.AHEAD_OF_ME);
  answers.pop();
  snapshot({ minimumSequence: engine.nextSequence + 1 });
  expectReject(RejectCode.AHEAD_OF_ME);
  answers.pop();
  snapshot({ ids: [99] });
  expectReject(RejectCode.UNKNOWN_INSTRUMENT);
  answers.pop();
  snapshot({ epoch: { seconds: 8, random: 9 } });
  expectReject(RejectCode.WRONG_EPOCH);
  answers.pop();
  replay({ shard: 5 });
  expectReject(RejectCode.BAD_REQUEST);
  answers.pop();
  replay({ from: 5, to: 5 });
  expectReject(RejectCode.BAD_REQUEST);
  answers.pop();
  engine.isReady = false;
  snapshot({});
  expectReject(RejectCode.NOT_READY);
});

test('any epoch will do when the client names none', () => {
  snapshot({ epoch: NO_EPOCH });
  expect(answers[0]).toMatchObject({ type: RepairType.Chunk, epoch: EPOCH });
});

test('bytes that are no request are refused when they say whose they are, else passed over', () => {
  service.receive('a', Uint8Array.of(1, 2, 3));
  expect(answers).toHaveLength(0);
  const unknown = encodeRepairRequest({ ...HEADER, type: RepairType.Cancel });
  unknown[0] = 99;
  service.receive('a', unknown);
  expectReject(RejectCode.BAD_REQUEST);
  expect(service.stats.badRequests).toBe(2);
});

test('a new request replaces the old one of the same peer, and a cancel ends it', () => {
  replay({ credit: 0 });
  replay({ credit: 0, request: 2 });
  expect(service.openAnswers).toBe(1);
  grant(4);
  expect(answers).toHaveLength(0);
  service.receive('a', encodeRepairRequest({ ...HEADER, request: 2, type: RepairType.Cancel }));
  expect(service.openAnswers).toBe(0);
});

test('says BUSY beyond its bound, and forgets answers whose peers went silent', () => {
  for (let i = 0; i < MAX_REPAIR_TRANSFERS; i++) replay({ credit: 0 }, `peer ${i}`);
  replay({ credit: 0 });
  expectReject(RejectCode.BUSY);
  nowMs = REPAIR_TRANSFER_IDLE_MS + 1;
  service.poll();
  expect(service.openAnswers).toBe(0);
});

test('a replay whose rest has left the ring ends with TOO_OLD', () => {
  start(40_000);
  replay({ from: engine.ring.firstSequence, credit: 0 });
  const random = new Random(2);
  for (let i = 0; i < 2000; i++) engine.act(random);
  grant(1);
  expectReject(RejectCode.TOO_OLD);
});

test('an engine that lost its books in the middle of an answer ends it', () => {
  replay({ credit: 0 });
  engine.isReady = false;
  grant(1);
  expectReject(RejectCode.NOT_READY);
});
