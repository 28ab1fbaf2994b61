/** Whether a packet is of the stream that it is taken for: of its shard, and of its level. */

import { DecodeError } from '../wire/decode-error.ts';
import { TOPIC_BYTES } from '../wire/topic.ts';

/** Of the level within a topic; see `topic.ts`. */
const LEVEL_AT = 1;

/** Throws `DecodeError`: WRONG_LEVEL where L2 came for L3 or the other way round, else BAD_TOPIC. */
export function expectTopic(packet: Uint8Array, topic: Uint8Array): void {
  for (let i = 0; i < TOPIC_BYTES; i++) {
    if (i !== LEVEL_AT && packet[i] !== topic[i]) throw new DecodeError('BAD_TOPIC', i, '');
  }
  if (packet[LEVEL_AT] === topic[LEVEL_AT]) return;
  const detail = `It is of level ${packet[LEVEL_AT]}, not ${topic[LEVEL_AT]}.`;
  throw new DecodeError('WRONG_LEVEL', LEVEL_AT, detail);
}
