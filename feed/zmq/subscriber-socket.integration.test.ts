/** A SUB socket with thousands of topics: none is lost, whatever becomes of the publisher. */

import { afterEach, test } from 'vitest';
import type { InstrumentId } from '../market.ts';
import { bindAgain, cleanUp, cleanUps, until } from '../testing/socket-market.ts';
import { encodeTopic, TopicKind } from '../wire/topic.ts';
import { PublisherSocket } from './publisher-socket.ts';
import { SubscriberSocket } from './subscriber-socket.ts';

afterEach(cleanUp);

const TOPICS = 5_000;
const RESTARTS = 3;

function topicOf(id: number): Uint8Array {
  const instrument = id as InstrumentId;
  return encodeTopic({ kind: TopicKind.TopOfBook, level: 2, shard: 0, instrument });
}

test(`${TOPICS} subscriptions survive ${RESTARTS} restarts of the publisher`, async () => {
  const heard = new Set<number>();
  const topics = Array.from({ length: TOPICS }, (_, i) => topicOf(i + 1));
  const newPublisher = () => {
    const publisher = new PublisherSocket({ highWaterMark: 0, failed: () => {} });
    cleanUps.push(() => publisher.close());
    return publisher;
  };
  let publisher = newPublisher();
  const endpoint = await publisher.bind('tcp://127.0.0.1:*');
  const socket = new SubscriberSocket({
    endpoints: [endpoint],
    topic: topics[0] as Uint8Array,
    pollMs: 20,
    packet: (packet) => heard.add(new DataView(packet.buffer, packet.byteOffset).getUint32(4)),
    idle: () => {},
  });
  cleanUps.push(() => socket.close());
  socket.start(() => {});
  for (const topic of topics.slice(1)) socket.subscribe(topic);

  for (let round = 0; round <= RESTARTS; round++) {
    if (round > 0) {
      publisher.close();
      publisher = newPublisher();
      await bindAgain(() => publisher.bind(endpoint));
    }
    heard.clear();
    // One topic after the other until all have been heard: subscriptions take a while to come back.
    let sends = 0;
    await until(`all topics are heard in round ${round}`, () => {
      if (sends % 10 === 0) for (const topic of topics) publisher.send(Uint8Array.from(topic));
      sends += 1;
      return heard.size === TOPICS;
    });
  }
});
