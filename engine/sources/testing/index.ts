/** Made-up recordings, for the tests of other folders too. */

export { type LobsterFiles, type LobsterFilesOptions, makeLobsterFiles } from './lobster-files.ts';
