/** What order-entry clients share with the engine. */

export * from './commands.ts';
export * from './reports.ts';
