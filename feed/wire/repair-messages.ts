/** What consumers and relays say to each other, in one place. */

export * from './history-messages.ts';
export * from './instrument-names.ts';
export * from './repair-answers.ts';
export * from './repair-layout.ts';
export * from './repair-requests.ts';
