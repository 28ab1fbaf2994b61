/** What order-entry clients share with the engine. The client end with its socket is in node.ts. */

export * from './commands.ts';
export * from './limits.ts';
export * from './messages.ts';
export * from './reports.ts';
