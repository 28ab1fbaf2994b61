import { describe, expect, it } from 'vitest';
import { forEachSeed } from '../testing/seeded.ts';
import { createCodecs, jsonEncoding } from './codec.ts';
import { EventReader } from './events.ts';
import { JsonDecoder } from './json-decode.ts';
import { MAX_REQUEST_BYTES, MAX_REQUEST_DEPTH } from './limits.ts';
import { MessageError } from './message-error.ts';
import { MessageType } from './messages.ts';
import { RequestReader } from './requests.ts';

const decoder = new JsonDecoder(MAX_REQUEST_BYTES, MAX_REQUEST_DEPTH);
const utf8 = new TextEncoder();

describe('the JSON decoder', () => {
  it.each([
    ['nothing', ''],
    ['half a message', '[1,2'],
    ['two values', '1 2'],
    ['an integer beyond 2^53 - 1', '[6,9007199254740993]'],
    ['a number beyond all', '[6,1e300]'],
    ['a key that reaches for the prototype', '[2,{"__proto__":{"depth":5}}]'],
    ['nesting of a thousand', '['.repeat(1000) + ']'.repeat(1000)],
    ['more bytes than allowed', `"${'x'.repeat(MAX_REQUEST_BYTES)}"`],
  ])('refuses %s', (_what, text) => {
    expect(() => decoder.decode(utf8.encode(text))).toThrow(MessageError);
  });

  it('refuses what is not UTF-8', () => {
    expect(() => decoder.decode(Uint8Array.of(0x22, 0xc3, 0x28, 0x22))).toThrow(MessageError);
  });

  it('reads what a request may be, four deep at most', () => {
    expect(decoder.decode(utf8.encode('[2,1,"book",{"a":[[5]]}]'))).toEqual([
      2,
      1,
      'book',
      { a: [[5]] },
    ]);
    expect(() => decoder.decode(utf8.encode('[[[[[5]]]]]'))).toThrow(MessageError);
  });

  it('lets any bytes be a message or a MessageError, and nothing else', () => {
    const encoding = jsonEncoding();
    const sample = encoding.encode([MessageType.Subscribe, 1, 'book', 'ABC', { depth: 5 }]);
    const requests = new RequestReader(createCodecs().json.requests);
    const events = new EventReader(decoder);
    let good = 0;
    forEachSeed(20, (random) => {
      for (let i = 0; i < 500; i += 1) {
        const bytes = Uint8Array.from(sample);
        for (let c = random.integer(0, 3); c > 0; c -= 1) {
          bytes[random.integer(0, bytes.length - 1)] = random.integer(32, 127);
        }
        const { request, problem } = requests.read(bytes);
        if (request !== undefined) good += 1;
        else expect(problem.detail).not.toBe('');
        try {
          events.read(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(MessageError);
        }
      }
    });
    expect(good).toBeGreaterThan(0);
  });
});
