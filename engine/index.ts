/** The engine in process, without its sockets and files: for measurements and simulations. */

export * from './engine.ts';
export { ClientDirectory, ENGINE_OWNER } from './entry/client-directory.ts';
export { ReportRouter } from './entry/report-router.ts';
export { SessionTable } from './entry/session-table.ts';
export { JournalCommandLog } from './journal/command-log.ts';
export type { SealedBatch } from './journal/record-batch.ts';
export { RecordPlayer } from './journal/record-player.ts';
export { COMMANDS_PER_CLOCK_READING, EXPECTED_OPEN_ORDERS } from './limits.ts';
export { ListedInstrument } from './listed-instrument.ts';
export { MarketFileError, parseMarketFile } from './market-file.ts';
export { OrderDirectory } from './order-directory.ts';
export { EquilibriumFinder } from './rules/auction.ts';
export type { CommandLog, SequencedReports, Sequencer } from './sequencer.ts';
export { StateError, StateReader, StateWriter } from './state.ts';
