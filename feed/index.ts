/** The feed's core: words, bytes and books. Loads in a browser; sockets are in node.ts. */

export * from './instruments.ts';
export * from './limits.ts';
export * from './listener.ts';
export * from './market.ts';
export * from './nanos.ts';
export * from './wire/decode-error.ts';
export * from './wire/packet.ts';
export * from './wire/record-reader.ts';
export * from './wire/record-writer.ts';
export * from './wire/records.ts';
export * from './wire/topic.ts';
