/** The feed's core: words, bytes and books. Loads in a browser; sockets are in node.ts. */

export * from './book/book-hash.ts';
export * from './book/level-book.ts';
export * from './book/order-book.ts';
export * from './book/order-hash.ts';
export * from './instruments.ts';
export * from './limits.ts';
export * from './listener.ts';
export * from './market.ts';
export * from './nanos.ts';
export * from './sync/feed-consumer.ts';
export * from './sync/feed-consumer-options.ts';
export * from './sync/feed-stats.ts';
export * from './sync/gap-detector.ts';
export * from './sync/packet-ring.ts';
export * from './sync/repair-service.ts';
export * from './sync/repair-transfer.ts';
export * from './sync/snapshot-encoder.ts';
export * from './wire/decode-error.ts';
export * from './wire/packet.ts';
export * from './wire/position-rotation.ts';
export * from './wire/record-reader.ts';
export * from './wire/record-writer.ts';
export * from './wire/records.ts';
export * from './wire/repair-messages.ts';
export * from './wire/stream-writer.ts';
export * from './wire/topic.ts';
export { wordsOf } from './wire/words.ts';
