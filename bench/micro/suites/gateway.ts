/** A snapshot and a diff as bytes and back: our codec beside msgpackr, JSON and protobufjs. */

import { decode as msgpackDecode } from '@msgpack/msgpack';
import { Packr } from 'msgpackr';
import protobuf from 'protobufjs';
import {
  EventReader,
  type GatewayEvent,
  MessageType,
  msgpackEncoding,
} from '../../../gateway/protocol/index.ts';
import { type MicroCase, type MicroRun, type MicroSuite, witness } from '../micro-suite.ts';

const OPERATIONS = 1000;
const SNAPSHOT_LEVELS = 20;
const DIFF_LEVELS = 3;
const ENGINE_TIME_US = 1_760_000_000_123_456;

/** What travels, once as the gateway's tuple and once as the objects that other feeds send. */
interface Sample {
  readonly name: string;
  readonly tuple: GatewayEvent;
  readonly object: Record<string, unknown>;
  readonly protobuf: Record<string, unknown>;
}

const SAMPLES: readonly Sample[] = [snapshotSample(), diffSample()];

export const gatewaySuite: MicroSuite = {
  name: 'gateway codec',
  measures:
    'A snapshot of 20 levels a side and a diff of 3 levels a side, to bytes and back, with the bytes of each: our tuples through our encoder and our checking reader; the same tuples through msgpackr and JSON; the same fields through protobufjs, its types made beforehand as its manual asks; and JSON with names and decimal texts, as exchanges send it.',
  leavesOut:
    'The browser: it all runs in Node. What the reader checks (the shape of every message, its depth, its length) the others do not; protobufjs is without a check, too.',
  wouldLie:
    'msgpackr reads with native code where its binary fits the machine, which no browser has; what is decoded is thrown away, so nothing is said of how long it lives.',
  cases: SAMPLES.flatMap(casesOf),
};

function casesOf(sample: Sample): MicroCase[] {
  const ours = msgpackEncoding();
  const reader = new EventReader();
  const packr = new Packr({ useRecords: false });
  const type = protobufType();
  const utf8 = new TextEncoder();
  const text = new TextDecoder();
  const json = (value: unknown): Uint8Array => utf8.encode(JSON.stringify(value));
  const parse = (bytes: Uint8Array): unknown => JSON.parse(text.decode(bytes));
  const { tuple, object, protobuf: fields } = sample;
  const make = (
    library: string,
    encode: () => Uint8Array,
    decode: (bytes: Uint8Array) => unknown,
  ): MicroCase[] => {
    const isOurs = library === 'ours';
    const more = isOurs ? ({ isGuarded: true } as const) : { peer: library };
    const common = { unit: 'message', operations: OPERATIONS, ...more };
    return [
      { name: `encode a ${sample.name}, ${library}`, setUp: () => encoding(encode), ...common },
      {
        name: `decode a ${sample.name}, ${library}`,
        setUp: () => decoding(encode, decode),
        ...common,
      },
    ];
  };
  return [
    ...make(
      'ours',
      () => ours.encode(tuple),
      (bytes) => reader.read(bytes),
    ),
    ...make(
      '@msgpack/msgpack',
      () => ours.encode(tuple),
      (bytes) => msgpackDecode(bytes),
    ),
    ...make(
      'msgpackr',
      () => packr.pack(tuple),
      (bytes) => packr.unpack(bytes),
    ),
    ...make('JSON, the same tuple', () => json(tuple), parse),
    ...make('JSON, names and decimals', () => json(object), parse),
    ...make(
      'protobufjs',
      () => type.encode(type.create(fields)).finish(),
      (bytes) => type.decode(bytes),
    ),
  ];
}

function encoding(encode: () => Uint8Array): MicroRun {
  return {
    bytes: encode().length,
    round: () => {
      for (let i = 0; i < OPERATIONS; i += 1) witness.sum += encode().length;
    },
  };
}

function decoding(encode: () => Uint8Array, decode: (bytes: Uint8Array) => unknown): MicroRun {
  const bytes = encode().slice();
  return {
    bytes: bytes.length,
    round: () => {
      for (let i = 0; i < OPERATIONS; i += 1) {
        if (decode(bytes) === undefined) throw new Error('Nothing was decoded.');
      }
    },
  };
}

function flat(levels: number, sign: number): number[] {
  return Array.from({ length: levels }, (_, i) => [
    sign * (3 * i + 1),
    100 + ((i * 7919) % 900),
    1 + (i % 7),
  ]).flat();
}

function snapshotSample(): Sample {
  const [bids, asks] = [flat(SNAPSHOT_LEVELS, -1), flat(SNAPSHOT_LEVELS, 1)];
  const lanes = [0x89ab_cdef, 0x0123_4567] as const;
  return {
    name: 'snapshot',
    tuple: [
      MessageType.Snapshot,
      7,
      1_234_567,
      345_678,
      ENGINE_TIME_US,
      850,
      bids,
      asks,
      ...lanes,
      0,
    ],
    object: objectOf('snapshot', bids, asks),
    protobuf: {
      kind: 3,
      sequence: 1_234_567,
      transaction: 345_678,
      time: ENGINE_TIME_US,
      delay: 850,
      bids,
      asks,
      lanes,
    },
  };
}

function diffSample(): Sample {
  const [bids, asks] = [flat(DIFF_LEVELS, -1), flat(DIFF_LEVELS, 1)];
  return {
    name: 'diff',
    tuple: [MessageType.Diff, 7, 1_234_567, 12, 345_678, ENGINE_TIME_US, 850, 3, bids, asks],
    object: objectOf('update', bids, asks),
    protobuf: {
      kind: 4,
      sequence: 1_234_567,
      transaction: 345_678,
      time: ENGINE_TIME_US,
      delay: 850,
      bids,
      asks,
    },
  };
}

/** As a venue's public feed would write it. */
function objectOf(
  type: string,
  bids: readonly number[],
  asks: readonly number[],
): Record<string, unknown> {
  const levels = (
    numbers: readonly number[],
  ): { price: string; quantity: string; orders: number }[] =>
    Array.from({ length: numbers.length / 3 }, (_, i) => ({
      price: ((227_500 + (numbers[3 * i] ?? 0)) / 1000).toFixed(3),
      quantity: `${numbers[3 * i + 1]}`,
      orders: numbers[3 * i + 2] ?? 0,
    }));
  return {
    channel: 'book',
    type,
    symbol: 'BTC-USD',
    sequence: 1_234_567,
    timestamp: '2025-10-09T08:53:20.123456Z',
    bids: levels(bids),
    asks: levels(asks),
    checksum: 2_309_737_967,
  };
}

/** Packed and zigzag where the values want it: its smallest form. */
function protobufType(): protobuf.Type {
  const { root } = protobuf.parse(`
    syntax = "proto3";
    message Book {
      uint32 kind = 1;
      uint64 sequence = 2;
      uint64 transaction = 3;
      uint64 time = 4;
      sint32 delay = 5;
      repeated sint32 bids = 6 [packed = true];
      repeated sint32 asks = 7 [packed = true];
      repeated uint32 lanes = 8 [packed = true];
    }`);
  return root.lookupType('Book');
}
