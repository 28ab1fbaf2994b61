/** What tests outside this folder use of it. */

export {
  type LobsterFiles,
  type LobsterFilesOptions,
  makeLobsterFiles,
} from './lobster-files.ts';
