/** How a session begins: LOGON and LOGGED_ON to bytes and back. */

import { DecodeError, type Epoch } from '../../feed/index.ts';
import {
  ENTRY_HEARTBEAT_INTERVAL_MS,
  KEY_PROOF_BYTES,
  MAX_CLIENT_NAME_BYTES,
  MAX_ENTRY_HEARTBEAT_MS,
  MIN_ENTRY_HEARTBEAT_MS,
  ORDER_ENTRY_VERSION,
  SESSION_TOKEN_BYTES,
} from './limits.ts';
import type { MessageReader } from './message-reader.ts';
import type { MessageWriter } from './message-writer.ts';
import { MESSAGE_BYTES, MessageType } from './messages.ts';
import { OrderEntryError } from './order-entry-error.ts';
import {
  LOGON_WITH_CHOICE_BYTES,
  LONGEST_LOGON_BYTES,
  LoggedOnOffset,
  LogonOffset,
} from './session-layouts.ts';

const NAME = /^[!-~]{1,32}$/;
const TOKEN = /^[0-9a-f]{32}$/;
const KEY_PROOF = /^[0-9a-f]{64}$/;

/** 1 to 32 printable ASCII characters without spaces. */
export function isClientName(name: string): boolean {
  return NAME.test(name);
}

/** No token: the client has none yet. */
export const NO_TOKEN = '0'.repeat(SESSION_TOKEN_BYTES * 2);

/** No proof: the client has no key, or the engine asks for none. */
export const NO_KEY_PROOF = '0'.repeat(KEY_PROOF_BYTES * 2);

export interface LogonRequest {
  readonly name: string;
  /** As LOGGED_ON gave it, in hexadecimal. Default: `NO_TOKEN`. */
  readonly token?: string;
  /** Whoever gives this name may come back to it without the token. Default: false. */
  readonly isOpen?: boolean;
  /** Reports after this one are told again. Default: only those from now on are told. */
  readonly lastReport?: number | undefined;
  /** How often each end speaks, `MIN_ENTRY_HEARTBEAT_MS` to `MAX_ENTRY_HEARTBEAT_MS`. */
  readonly heartbeatMs?: number;
  /** Open orders are cancelled when the client leaves, or is not heard for ten heartbeats. */
  readonly cancelOnDisconnect?: boolean;
  /** What the client asks for is done later instead of refused while the engine is overloaded. */
  readonly waitsWhenOverloaded?: boolean;
  /** Of a key, in hexadecimal; see PROTOCOL.md. Default: `NO_KEY_PROOF`. */
  readonly keyProof?: string;
}

export interface Logon {
  readonly version: number;
  readonly name: string;
  readonly token: string;
  readonly isOpen: boolean;
  readonly lastReport: number | undefined;
  readonly heartbeatMs: number;
  readonly cancelOnDisconnect: boolean;
  readonly waitsWhenOverloaded: boolean;
  readonly keyProof: string;
}

export interface LoggedOn {
  readonly version: number;
  readonly owner: number;
  readonly heartbeatMs: number;
  readonly epoch: Epoch;
  readonly token: string;
  /** True: the token was known, so commands that are sent again are not done again. */
  readonly isResumed: boolean;
  /** Number of the last command that the engine has taken from this client. */
  readonly lastCommand: number;
  /** The number that the client's next report will have, replayed ones aside. */
  readonly nextReport: number;
}

/** Throws `OrderEntryError` BAD_FIELD for a field that is not allowed. */
export function encodeLogon(writer: MessageWriter, request: LogonRequest): void {
  const { name, token = NO_TOKEN, isOpen = false, lastReport } = request;
  const { heartbeatMs = ENTRY_HEARTBEAT_INTERVAL_MS, cancelOnDisconnect = false } = request;
  const { keyProof = NO_KEY_PROOF, waitsWhenOverloaded = false } = request;
  checkLogon(name, token, heartbeatMs, keyProof);
  const isPlain = !cancelOnDisconnect && !waitsWhenOverloaded;
  const bytes = logonBytes(heartbeatMs, isPlain, keyProof);
  writer.open(MessageType.Logon, bytes);
  writer.u8(LogonOffset.Version, ORDER_ENTRY_VERSION);
  writer.u8(LogonOffset.IsOpen, isOpen ? 1 : 0);
  writer.u8(LogonOffset.Replay, lastReport === undefined ? 0 : 1);
  writer.text(LogonOffset.Name, MAX_CLIENT_NAME_BYTES, name);
  writer.hex(LogonOffset.Token, SESSION_TOKEN_BYTES, token);
  writer.i64(LogonOffset.LastReport, lastReport ?? 0);
  if (bytes < LOGON_WITH_CHOICE_BYTES) return;
  writer.u32(LogonOffset.HeartbeatMs, heartbeatMs);
  writer.u8(LogonOffset.CancelOnDisconnect, cancelOnDisconnect ? 1 : 0);
  writer.u8(LogonOffset.WaitsWhenOverloaded, waitsWhenOverloaded ? 1 : 0);
  if (bytes === LONGEST_LOGON_BYTES) writer.hex(LogonOffset.KeyProof, KEY_PROOF_BYTES, keyProof);
}

/** A log-on that asks for nothing special ends before the fields that would say so. */
function logonBytes(heartbeatMs: number, isPlain: boolean, keyProof: string): number {
  if (keyProof !== NO_KEY_PROOF) return LONGEST_LOGON_BYTES;
  const isUsual = heartbeatMs === ENTRY_HEARTBEAT_INTERVAL_MS && isPlain;
  return isUsual ? MESSAGE_BYTES.Logon : LOGON_WITH_CHOICE_BYTES;
}

function checkLogon(name: string, token: string, heartbeatMs: number, keyProof: string): void {
  if (!NAME.test(name)) {
    throw new OrderEntryError(
      'BAD_FIELD',
      `A name is 1 to ${MAX_CLIENT_NAME_BYTES} printable ASCII characters without spaces, not "${name.slice(0, 80)}".`,
    );
  }
  if (!TOKEN.test(token)) {
    throw new OrderEntryError('BAD_FIELD', `A token is ${NO_TOKEN.length} hexadecimal digits.`);
  }
  if (!isHeartbeat(heartbeatMs)) {
    const bounds = `${MIN_ENTRY_HEARTBEAT_MS} to ${MAX_ENTRY_HEARTBEAT_MS}`;
    throw new OrderEntryError('BAD_FIELD', `A heartbeat is ${bounds} ms, not ${heartbeatMs}.`);
  }
  if (!KEY_PROOF.test(keyProof)) {
    throw new OrderEntryError('BAD_FIELD', `A proof is ${NO_KEY_PROOF.length} hexadecimal digits.`);
  }
}

function isHeartbeat(ms: number): boolean {
  return Number.isInteger(ms) && ms >= MIN_ENTRY_HEARTBEAT_MS && ms <= MAX_ENTRY_HEARTBEAT_MS;
}

/** Throws `DecodeError`. The version is the caller's to judge. */
export function decodeLogon(reader: MessageReader): Logon {
  const name = reader.text(LogonOffset.Name, MAX_CLIENT_NAME_BYTES);
  if (!NAME.test(name)) {
    throw new DecodeError('BAD_TEXT', reader.offset + LogonOffset.Name, 'It is not a name.');
  }
  const lastReport = reader.u64(LogonOffset.LastReport);
  const hasChoice = reader.length >= LOGON_WITH_CHOICE_BYTES;
  const hasProof = reader.length >= LONGEST_LOGON_BYTES;
  const heartbeatMs = reader.u32OrZero(LogonOffset.HeartbeatMs) || ENTRY_HEARTBEAT_INTERVAL_MS;
  if (!isHeartbeat(heartbeatMs)) {
    reader.refuse(LogonOffset.HeartbeatMs, `A heartbeat of ${heartbeatMs} ms is not allowed.`);
  }
  return {
    version: reader.u8(LogonOffset.Version),
    name,
    token: reader.hex(LogonOffset.Token, SESSION_TOKEN_BYTES),
    isOpen: reader.choice(LogonOffset.IsOpen, 1) === 1,
    lastReport: reader.choice(LogonOffset.Replay, 1) === 1 ? lastReport : undefined,
    heartbeatMs,
    cancelOnDisconnect: hasChoice && reader.choice(LogonOffset.CancelOnDisconnect, 1) === 1,
    waitsWhenOverloaded: hasChoice && reader.choice(LogonOffset.WaitsWhenOverloaded, 1) === 1,
    keyProof: hasProof ? reader.hex(LogonOffset.KeyProof, KEY_PROOF_BYTES) : NO_KEY_PROOF,
  };
}

export function encodeLoggedOn(writer: MessageWriter, loggedOn: Omit<LoggedOn, 'version'>): void {
  const { owner, heartbeatMs, epoch, token, isResumed, lastCommand, nextReport } = loggedOn;
  writer.open(MessageType.LoggedOn, MESSAGE_BYTES.LoggedOn);
  writer.u8(LoggedOnOffset.Version, ORDER_ENTRY_VERSION);
  writer.u8(LoggedOnOffset.Resumed, isResumed ? 1 : 0);
  writer.u32(LoggedOnOffset.Owner, owner);
  writer.u32(LoggedOnOffset.HeartbeatMs, heartbeatMs);
  writer.u32(LoggedOnOffset.EpochSeconds, epoch.seconds);
  writer.u32(LoggedOnOffset.EpochRandom, epoch.random);
  writer.hex(LoggedOnOffset.Token, SESSION_TOKEN_BYTES, token);
  writer.i64(LoggedOnOffset.LastCommand, lastCommand);
  writer.i64(LoggedOnOffset.NextReport, nextReport);
}

/** Throws `DecodeError`. */
export function decodeLoggedOn(reader: MessageReader): LoggedOn {
  return {
    version: reader.u8(LoggedOnOffset.Version),
    owner: reader.u32(LoggedOnOffset.Owner),
    heartbeatMs: reader.u32(LoggedOnOffset.HeartbeatMs),
    epoch: {
      seconds: reader.u32(LoggedOnOffset.EpochSeconds),
      random: reader.u32(LoggedOnOffset.EpochRandom),
    },
    token: reader.hex(LoggedOnOffset.Token, SESSION_TOKEN_BYTES),
    isResumed: reader.choice(LoggedOnOffset.Resumed, 1) === 1,
    lastCommand: reader.u64(LoggedOnOffset.LastCommand),
    nextReport: reader.u64(LoggedOnOffset.NextReport),
  };
}
