/** The journal in process: opened, written and done again, for measurements and simulations. */

export { matcherFingerprint } from './fingerprint.ts';
export { Journal, type JournalOptions } from './journal.ts';
export { restartFrom } from './restart.ts';
