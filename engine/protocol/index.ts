/** What order-entry clients share with the engine. The client end with its socket is in node.ts. */

export * from './client-codec.ts';
export * from './command-decoder.ts';
export * from './command-encoder.ts';
export * from './commands.ts';
export * from './limits.ts';
export * from './logon-codec.ts';
export * from './message-reader.ts';
export * from './message-writer.ts';
export * from './messages.ts';
export * from './open-orders-codec.ts';
export * from './operator-layouts.ts';
export * from './order-codec.ts';
export * from './order-entry-error.ts';
export * from './order-layouts.ts';
export * from './report-decoder.ts';
export * from './report-encoder.ts';
export * from './report-layouts.ts';
export * from './report-writers.ts';
export * from './reports.ts';
export * from './session-codec.ts';
export * from './session-layouts.ts';
export * from './venue-layouts.ts';
