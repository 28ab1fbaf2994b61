/** The messages of a session itself (log-on, heartbeat, log-off) to bytes and back. */

import { DecodeError, type Epoch } from '../../feed/index.ts';
import { MAX_CLIENT_NAME_BYTES, ORDER_ENTRY_VERSION } from './limits.ts';
import type { MessageReader } from './message-reader.ts';
import type { MessageWriter } from './message-writer.ts';
import {
  LoggedOnOffset,
  LogoffOffset,
  LogonOffset,
  MESSAGE_BYTES,
  MessageType,
} from './messages.ts';
import { OrderEntryError } from './order-entry-error.ts';
import { readReason } from './report-codec.ts';
import type { Reason } from './reports.ts';

const NAME = /^[!-~]{1,32}$/;

export interface Logon {
  readonly version: number;
  readonly name: string;
}

export interface LoggedOn {
  readonly version: number;
  readonly owner: number;
  readonly heartbeatMs: number;
  readonly epoch: Epoch;
}

/** Throws `OrderEntryError` BAD_FIELD for a name that is not allowed. */
export function encodeLogon(writer: MessageWriter, name: string): void {
  if (!NAME.test(name)) {
    throw new OrderEntryError(
      'BAD_FIELD',
      `A name is 1 to ${MAX_CLIENT_NAME_BYTES} printable ASCII characters without spaces, not "${name.slice(0, 80)}".`,
    );
  }
  writer.open(MessageType.Logon, MESSAGE_BYTES.Logon);
  writer.u8(LogonOffset.Version, ORDER_ENTRY_VERSION);
  writer.text(LogonOffset.Name, MAX_CLIENT_NAME_BYTES, name);
}

/** Throws `DecodeError`. The version is the caller's to judge. */
export function decodeLogon(reader: MessageReader): Logon {
  const name = reader.text(LogonOffset.Name, MAX_CLIENT_NAME_BYTES);
  if (!NAME.test(name)) {
    throw new DecodeError('BAD_TEXT', reader.offset + LogonOffset.Name, 'It is not a name.');
  }
  return { version: reader.u8(LogonOffset.Version), name };
}

export function encodeLoggedOn(
  writer: MessageWriter,
  owner: number,
  heartbeatMs: number,
  epoch: Epoch,
): void {
  writer.open(MessageType.LoggedOn, MESSAGE_BYTES.LoggedOn);
  writer.u8(LoggedOnOffset.Version, ORDER_ENTRY_VERSION);
  writer.u32(LoggedOnOffset.Owner, owner);
  writer.u32(LoggedOnOffset.HeartbeatMs, heartbeatMs);
  writer.u32(LoggedOnOffset.EpochSeconds, epoch.seconds);
  writer.u32(LoggedOnOffset.EpochRandom, epoch.random);
}

export function decodeLoggedOn(reader: MessageReader): LoggedOn {
  return {
    version: reader.u8(LoggedOnOffset.Version),
    owner: reader.u32(LoggedOnOffset.Owner),
    heartbeatMs: reader.u32(LoggedOnOffset.HeartbeatMs),
    epoch: {
      seconds: reader.u32(LoggedOnOffset.EpochSeconds),
      random: reader.u32(LoggedOnOffset.EpochRandom),
    },
  };
}

export function encodeHeartbeat(writer: MessageWriter): void {
  writer.open(MessageType.Heartbeat, MESSAGE_BYTES.Heartbeat);
}

export function encodeLogoff(writer: MessageWriter, reason: Reason): void {
  writer.open(MessageType.Logoff, MESSAGE_BYTES.Logoff);
  writer.u16(LogoffOffset.Reason, reason);
}

/** Throws `DecodeError`. */
export function decodeLogoff(reader: MessageReader): Reason {
  return readReason(reader, LogoffOffset.Reason);
}
