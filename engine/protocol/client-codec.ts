/** What an operator asks about other clients: FIND_CLIENT and CLIENT_FOUND to bytes and back. */

import { DecodeError } from '../../feed/index.ts';
import { MAX_CLIENT_NAME_BYTES } from './limits.ts';
import { isClientName } from './logon-codec.ts';
import type { MessageReader } from './message-reader.ts';
import type { MessageWriter } from './message-writer.ts';
import { MESSAGE_BYTES, MessageType } from './messages.ts';
import { OrderEntryError } from './order-entry-error.ts';
import { readReason } from './report-decoder.ts';
import type { Reason } from './reports.ts';
import { ClientFoundOffset, FindClientOffset } from './session-layouts.ts';

export interface FindClient {
  readonly name: string;
  /** True: the next one who gives the name without a token shall have it, with its orders. */
  readonly release: boolean;
}

export interface ClientFound {
  readonly name: string;
  /** `None`; NotPermitted; NameInUse: it is logged on, and cannot be released. */
  readonly reason: Reason;
  /** 0: there is no client of this name. */
  readonly owner: number;
  readonly openOrders: number;
  readonly isLoggedOn: boolean;
  readonly cancelOnDisconnect: boolean;
}

/** Throws `OrderEntryError` BAD_FIELD for a name that no client can have. */
export function encodeFindClient(writer: MessageWriter, { name, release }: FindClient): void {
  if (!isClientName(name)) throw new OrderEntryError('BAD_FIELD', `It is name: "${name}".`);
  writer.open(MessageType.FindClient, MESSAGE_BYTES.FindClient);
  writer.u8(FindClientOffset.Release, release ? 1 : 0);
  writer.text(FindClientOffset.Name, MAX_CLIENT_NAME_BYTES, name);
}

/** Throws `DecodeError`. */
export function decodeFindClient(reader: MessageReader): FindClient {
  const name = reader.text(FindClientOffset.Name, MAX_CLIENT_NAME_BYTES);
  if (!isClientName(name)) {
    throw new DecodeError('BAD_TEXT', reader.offset + FindClientOffset.Name, 'It is not a name.');
  }
  return { name, release: reader.choice(FindClientOffset.Release, 1) === 1 };
}

export function encodeClientFound(writer: MessageWriter, found: ClientFound): void {
  writer.open(MessageType.ClientFound, MESSAGE_BYTES.ClientFound);
  writer.u16(ClientFoundOffset.Reason, found.reason);
  writer.u32(ClientFoundOffset.Owner, found.owner);
  writer.u32(ClientFoundOffset.OpenOrders, found.openOrders);
  writer.u8(ClientFoundOffset.IsLoggedOn, found.isLoggedOn ? 1 : 0);
  writer.u8(ClientFoundOffset.CancelOnDisconnect, found.cancelOnDisconnect ? 1 : 0);
  writer.text(ClientFoundOffset.Name, MAX_CLIENT_NAME_BYTES, found.name);
}

/** Throws `DecodeError`. */
export function decodeClientFound(reader: MessageReader): ClientFound {
  return {
    name: reader.text(ClientFoundOffset.Name, MAX_CLIENT_NAME_BYTES),
    reason: readReason(reader, ClientFoundOffset.Reason),
    owner: reader.u32(ClientFoundOffset.Owner),
    openOrders: reader.u32(ClientFoundOffset.OpenOrders),
    isLoggedOn: reader.choice(ClientFoundOffset.IsLoggedOn, 1) === 1,
    cancelOnDisconnect: reader.choice(ClientFoundOffset.CancelOnDisconnect, 1) === 1,
  };
}
