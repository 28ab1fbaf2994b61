/** The journal in process: opened, written and done again, for measurements and simulations. */

export { matcherFingerprint } from './fingerprint.ts';
export { Journal, type JournalOptions } from './journal.ts';
export { replayTarget } from './replay.ts';
export { loadWhole, saveWhole } from './whole-state.ts';
