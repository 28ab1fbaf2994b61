import { decode as libraryDecode, encode as libraryEncode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forEachSeed } from '../testing/seeded.ts';
import { msgpackEncoding } from './codec.ts';
import { EventReader } from './events.ts';
import { MAX_REQUEST_BYTES, MAX_REQUEST_DEPTH } from './limits.ts';
import { MessageError } from './message-error.ts';
import { MessageType, type Request } from './messages.ts';
import { MsgpackDecoder } from './msgpack-decode.ts';
import { encodeRequest } from './request-encode.ts';
import { RequestReader } from './requests.ts';

const decoder = new MsgpackDecoder(1_000_000, 16);

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.maxSafeInteger(),
    fc.double({ noNaN: true }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(
      fc.string({ maxLength: 8 }).filter((key) => key !== '__proto__'),
      tie('value'),
      {
        maxKeys: 20,
      },
    ),
  ),
})).value;

describe('the MessagePack decoder', () => {
  it('reads whatever the library writes', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = libraryEncode(value);
        // Integers that the library wrote as floats come back equal, minus zero as zero included.
        expect(decoder.decode(bytes)).toEqual(libraryDecode(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('reads the widest forms too, which the library never writes', () => {
    const read = (...bytes: number[]) => decoder.decode(Uint8Array.from(bytes));
    expect(read(0xd3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe)).toBe(-2);
    expect(read(0xcf, 0, 0, 0, 0, 0, 0, 0, 5)).toBe(5);
    expect(read(0xdd, 0, 0, 0, 1, 7)).toEqual([7]);
    expect(read(0xdf, 0, 0, 0, 1, 0xdb, 0, 0, 0, 1, 0x61, 7)).toEqual({ a: 7 });
    expect(read(0xca, 0x3f, 0x80, 0, 0)).toBe(1);
  });

  it('refuses integers that a number cannot hold, where the library rounds', () => {
    const bytes = Uint8Array.of(0xcf, 0x00, 0x20, 0, 0, 0, 0, 0, 1);
    expect(libraryDecode(bytes)).toBe(9007199254740992);
    expect(() => decoder.decode(bytes)).toThrow(MessageError);
  });

  it.each([
    ['an array that claims 2^32 - 1 elements', [0xdd, 0xff, 0xff, 0xff, 0xff]],
    ['a map that claims 2^32 - 1 pairs', [0xdf, 0xff, 0xff, 0xff, 0xff]],
    ['a text that claims 2^32 - 1 bytes', [0xdb, 0xff, 0xff, 0xff, 0xff]],
    ['bytes', [0xc4, 0x01, 0x00]],
    ['an extension', [0xd6, 0xff, 0, 0, 0, 0]],
    ['the byte that is never used', [0xc1]],
    ['nothing', []],
    ['two values', [1, 2]],
    ['a text that is not UTF-8', [0xa2, 0xc3, 0x28]],
    ['a key that reaches for the prototype', [0x81, 0xa9, ...Buffer.from('__proto__'), 1]],
    ['a key that is no text', [0x81, 1, 1]],
  ])('refuses %s', (_what, bytes) => {
    expect(() => decoder.decode(Uint8Array.from(bytes))).toThrow(MessageError);
  });

  it('refuses what is nested deeper than allowed', () => {
    const shallow = new MsgpackDecoder(MAX_REQUEST_BYTES, MAX_REQUEST_DEPTH);
    const nested = (depth: number) => Uint8Array.from([...Array(depth).fill(0x91), 0xc0]);
    expect(() => shallow.decode(nested(MAX_REQUEST_DEPTH))).not.toThrow();
    expect(() => shallow.decode(nested(MAX_REQUEST_DEPTH + 1))).toThrow(MessageError);
    expect(() => shallow.decode(nested(MAX_REQUEST_BYTES - 1))).toThrow(MessageError);
  });
});

describe('any bytes at all', () => {
  const requests = new RequestReader();
  const events = new EventReader();
  const encoding = msgpackEncoding();

  /** Random bytes, and messages with some of their bytes changed. */
  function eachInput(use: (bytes: Uint8Array) => void): void {
    const samples = [
      encodeRequest([MessageType.Subscribe, 1, 'book', 'ABC', { depth: 10, interval: 0 }]),
      encodeRequest([MessageType.Hello, 1, 'token', 'x']),
      encoding.encode([MessageType.Diff, 1, 500, 2, 9, 1e15, 30, 1, [1, 2, 3], [-4, 5, 6], 7, 8]),
      encoding.encode([MessageType.Instruments, 1, true, [[1, 'A', '1', '1', 2, 'LIVE', 'NONE']]]),
    ];
    forEachSeed(40, (random) => {
      for (let i = 0; i < 100; i += 1) {
        const sample = samples[random.integer(0, samples.length - 1)] as Uint8Array;
        const bytes =
          random.next() < 0.3 ? new Uint8Array(random.integer(0, 64)) : Uint8Array.from(sample);
        const changes = random.next() < 0.3 ? bytes.length : random.integer(1, 3);
        for (let c = 0; c < changes; c += 1) {
          bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
        }
        use(random.next() < 0.2 ? bytes.subarray(0, random.integer(0, bytes.length)) : bytes);
      }
    });
  }

  it('are a request or a problem with a code', () => {
    let good = 0;
    eachInput((bytes) => {
      const { request, problem } = requests.read(bytes);
      if (request !== undefined) good += 1;
      else expect(problem.detail).not.toBe('');
    });
    expect(good).toBeGreaterThan(0);
  });

  it('are an event, an unknown type, or a MessageError', () => {
    eachInput((bytes) => {
      try {
        events.read(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(MessageError);
      }
    });
  });
});

describe('a request', () => {
  it('is the same bytes from the small encoder and from the library', () => {
    const requests: Request[] = [
      [MessageType.Hello, 1, null, 'touchline'],
      [MessageType.Hello, 1, 'é'.repeat(900), 'x'.repeat(40)],
      [MessageType.Subscribe, 127, 'book', 'BTC-USD', { depth: 25, interval: 100 }],
      [MessageType.Ack, 128],
      [MessageType.Ack, 65_535],
      [MessageType.Ack, 65_536],
      [MessageType.Ack, 2 ** 32 - 1],
      [MessageType.Ack, 2 ** 32],
      [MessageType.Ping, Number.MAX_SAFE_INTEGER],
    ];
    for (const request of requests) {
      expect(encodeRequest(request)).toEqual(libraryEncode(request));
    }
    const negative: Request = [MessageType.Ping, -(2 ** 40) - 7];
    expect(libraryDecode(encodeRequest(negative))).toEqual(negative);
  });

  it.each([
    [[2, 1, 'book'], 'subscribe: element 3 (symbol) must be a text.'],
    [[2, -1, 'book', 'A'], 'subscribe: element 1 (id) must be an integer from 0 to 2^53 - 1.'],
    [[2, 1, 'book', 'A', 3], 'subscribe: element 4 (options) must be a map.'],
    [[6, 1.5], 'ping: element 1 (clientTime) must be an integer within +-(2^53 - 1).'],
    [{}, 'A message is an array.'],
  ])('that is wrong says where and what: %j', (value, words) => {
    expect(new RequestReader().check(value).problem?.detail).toBe(words);
  });

  it('may carry more elements than this version knows', () => {
    const { request } = new RequestReader().check([MessageType.List, 3, 'new', { and: 'more' }]);
    expect(request?.[1]).toBe(3);
  });

  it('of an unknown type is refused with its own id', () => {
    expect(new RequestReader().check([99, 7]).problem).toMatchObject({
      id: 7,
      error: 'UNKNOWN_TYPE',
    });
  });
});
