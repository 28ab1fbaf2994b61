/** The feed's decoders: packets, repair messages, topics, a whole consumer, archives. */

import {
  DecodeError,
  decodeHistoryRequest,
  decodeMoment,
  decodeRepairAnswer,
  decodeRepairRequest,
  FeedConsumer,
  InstrumentReader,
  MAX_PACKET_BYTES,
  RecordReader,
  StreamLevel,
  splitPackets,
  TopicKind,
} from '../../../feed/index.ts';
import { entriesOf } from '../../../feed/relay/archive/index.ts';
import { decodeTrading } from '../../../feed/relay/trading/index.ts';
import { expecting, type FuzzTarget, must } from '../fuzz-target.ts';
import {
  archiveSegment,
  instrumentPackets,
  NO_CRC,
  repairMessages,
  samplePackets,
  savedTrading,
} from './feed-samples.ts';

const MIB = 2 ** 20;

export const feedTargets: readonly FuzzTarget[] = [
  {
    name: 'packet',
    covers: ['feed/wire/packet', 'feed/wire/record-reader', 'feed/wire/words'],
    maxBytes: MAX_PACKET_BYTES,
    maxBufferBytes: 0,
    seeds: samplePackets,
    run: readPacket,
  },
  {
    name: 'repair-message',
    covers: ['feed/wire/repair', 'feed/wire/history', 'feed/wire/instrument-names'],
    maxBytes: 4096,
    maxBufferBytes: MIB,
    seeds: repairMessages,
    run: (input) => {
      expecting([DecodeError], () => decodeRepairRequest(input));
      expecting([DecodeError], () => decodeHistoryRequest(input));
      expecting([DecodeError], () => decodeMoment(input));
      expecting([DecodeError], () => {
        const answer = decodeRepairAnswer(input);
        if ('packets' in answer) splitPackets(answer.packets);
      });
    },
  },
  {
    name: 'instrument-stream',
    covers: ['feed/streams/', 'feed/wire/relay'],
    maxBytes: 8192,
    maxBufferBytes: 64 * MIB,
    seeds: () => [joined([...samplePackets(), ...repairMessages()]), joined(instrumentPackets())],
    run: readInstruments,
  },
  {
    name: 'consumer',
    covers: ['feed/sync/', 'feed/book/'],
    maxBytes: 8192,
    // Two levels, each with its join buffer.
    maxBufferBytes: 160 * MIB,
    seeds: () => [joined(samplePackets()), joined([...samplePackets(), ...repairMessages()])],
    run: consume,
  },
  {
    name: 'archive',
    covers: ['feed/relay/archive/format', 'feed/relay/archive/segment-reader'],
    maxBytes: 8192,
    maxBufferBytes: MIB,
    seeds: () => [archiveSegment()],
    run: (input) => {
      let payload = 0;
      for (const entry of entriesOf(input, NO_CRC)) payload += entry.payload.byteLength;
      must(payload <= input.byteLength, 'entries hold no more than the file');
    },
  },
  {
    name: 'saved-trading',
    covers: ['feed/relay/trading/trading-state'],
    maxBytes: 8192,
    // The tape grows to its bound by doubling: 5 MiB and the half of it before.
    maxBufferBytes: 16 * MIB,
    seeds: () => [savedTrading()],
    run: (input) => {
      decodeTrading(input, NO_CRC);
    },
  },
];

/** Every field of every record is read; a decoder may refuse any of it, and no more. */
function readPacket(input: Uint8Array): void {
  const reader = new RecordReader(NO_CRC);
  let records = 0;
  expecting([DecodeError], () => {
    reader.open(input);
    while (reader.next()) {
      records += 1;
      for (const name of FIELDS) must(reader[name] !== undefined, `${name} is there`);
    }
  });
  must(records <= input.length / 8, 'a packet has no more records than words');
  expecting([DecodeError], () => {
    reader.open(input);
    reader.survey();
  });
}

const FIELDS = [
  'type',
  'instrument',
  'sequenceLow',
  'transaction',
  'price',
  'quantity',
  'orderCount',
  'tradeId',
  'orderId',
  'detail',
] as const satisfies readonly (keyof RecordReader)[];

/** Frames one behind the other, each with its length before it. */
function joined(frames: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(frames.reduce((sum, frame) => sum + 4 + frame.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const frame of frames) {
    view.setUint32(at, frame.length, true);
    bytes.set(frame, at + 4);
    at += 4 + frame.length;
  }
  return bytes;
}

/** A consumer of each level is given whatever comes, as packets and as answers of a relay. */
function consume(input: Uint8Array): void {
  for (const level of [StreamLevel.L2, StreamLevel.L3]) {
    let nowMs = 1000;
    const consumer = new FeedConsumer({
      level,
      listener: {},
      crc32: NO_CRC,
      wallClock: (out) => {
        out.high = 395_812_503;
        out.low = nowMs;
      },
      nowMs: () => nowMs,
      random: () => 0.5,
      repairEndpoints: 1,
      sendRepair: () => true,
      bufferBytes: MIB,
    });
    for (const frame of framesOf(input)) {
      consumer.receive(frame);
      consumer.receiveRepair(0, frame);
      nowMs += 50;
      consumer.poll();
    }
    for (const { book, id } of consumer.instruments.values()) {
      must(book.instrument === id, 'a book is its instrument’s');
    }
  }
}

/** A reader of the streams of single instruments is given whatever comes. */
function readInstruments(input: Uint8Array): void {
  let nowMs = 1000;
  const reader = new InstrumentReader({
    kinds: Object.values(TopicKind),
    symbols: ['ONE'],
    listener: {},
    subscribe: () => {},
    crc32: NO_CRC,
    nowMs: () => nowMs,
    random: () => 0.5,
    repairEndpoints: 1,
    sendRepair: () => true,
  });
  for (const frame of framesOf(input)) {
    reader.receive(frame);
    reader.receiveRepair(0, frame);
    nowMs += 50;
    reader.poll();
  }
}

/** The inverse of `joined`, of any bytes. */
function framesOf(input: Uint8Array): Uint8Array[] {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const frames: Uint8Array[] = [];
  for (let at = 0; at + 4 <= input.length; ) {
    const length = Math.min(view.getUint32(at, true), input.length - at - 4);
    frames.push(input.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return frames;
}
