import { expect, test } from 'vitest';
import { encodeTopic, StreamLevel, shardTopic, TOPIC_BYTES, TopicKind } from './topic.ts';

test('no topic is a prefix of another, and a shorter prefix selects a family', () => {
  const topics = [1, 10, 100, 256, 65_536].map((instrument) =>
    encodeTopic({
      kind: TopicKind.Trades,
      level: StreamLevel.L2,
      shard: 1,
      instrument: instrument as never,
    }),
  );
  expect(new Set(topics.map((topic) => topic.join())).size).toBe(topics.length);
  expect(new Set(topics.map((topic) => topic.length))).toEqual(new Set([TOPIC_BYTES]));
  expect(new Set(topics.map((topic) => topic.subarray(0, 4).join())).size).toBe(1);
});

test('a shard’s stream has instrument 0', () => {
  expect([...shardTopic(StreamLevel.L3, 258)]).toEqual([1, 3, 1, 2, 0, 0, 0, 0]);
});
