/** Tells an operator who has a name, and gives a name back to whoever asks for it. */

import {
  decodeFindClient,
  encodeClientFound,
  type MessageReader,
  Reason,
} from '../protocol/index.ts';
import type { ClientDirectory } from './client-directory.ts';
import type { EntryKeys } from './entry-keys.ts';
import type { EntrySession } from './session.ts';

/** The question under the reader's cursor; true when a name was released. Throws `DecodeError`. */
export function answerFindClient(
  reader: MessageReader,
  session: EntrySession,
  clients: ClientDirectory,
  keys: EntryKeys | undefined,
): boolean {
  const { name, release } = decodeFindClient(reader);
  const isPermitted = keys === undefined || keys.may(session.account.name, 'operator');
  const account = isPermitted ? clients.ofName(name) : undefined;
  const isReleased = release && account !== undefined && account.session === undefined;
  if (isReleased) clients.release(account);
  let reason: Reason = isPermitted ? Reason.None : Reason.NotPermitted;
  if (release && account?.session !== undefined) reason = Reason.NameInUse;
  encodeClientFound(session.writer(), {
    name,
    reason,
    owner: account?.owner ?? 0,
    openOrders: account === undefined ? 0 : clients.openOrdersOf(account),
    isLoggedOn: account?.session !== undefined,
    cancelOnDisconnect: account?.cancelOnDisconnect ?? false,
  });
  return isReleased;
}
