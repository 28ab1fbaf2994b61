/**
 * The port between a session and whatever carries its bytes. A new transport is one file: it makes
 * a `TransportLink` per connection, asks the gateway for a session, and passes on what it receives.
 * It knows nothing of messages; a session knows nothing of it.
 */

import type { ClientAddress } from '../guard/client-address.ts';
import type { CodecName } from '../protocol/index.ts';
import type { OriginRule } from './origin.ts';

/** What a session asks of a connection. */
export interface TransportLink {
  /**
   * Sends one message, in order, or drops it if the connection has ended. The bytes may be shared
   * by many connections: never change them. What is sent within one turn of the event loop should
   * leave as one write.
   */
  send(bytes: Uint8Array): void;
  /**
   * Asks the peer, below the level of messages, to confirm that `frames` messages have arrived;
   * the transport then calls `delivered(frames)`. Left out where a transport cannot.
   */
  probe?(frames: number): void;
  /**
   * Nothing more should be read from the peer, or again: its requests wait. Left out where a
   * transport cannot; what has been read already may still be handed over.
   */
  pause?(isPaused: boolean): void;
  /** Ends the connection with a code of CLOSE_CODES and words; later calls do nothing. */
  close(code: number, reason: string): void;
}

/** What a connection tells its session. */
export interface SessionPort {
  /** One whole message; the bytes are read before the call returns. */
  receive(bytes: Uint8Array): void;
  /** The peer has confirmed a probe. */
  delivered(frames: number): void;
  /** The connection has ended, however it did. */
  closed(): void;
}

/** What the door of a transport needs to know of those who come. */
export interface DoorOptions {
  readonly origins: OriginRule;
  readonly guard: DoorGuard;
  readonly accept: AcceptSession;
  readonly addressOf: ClientAddress;
  /** Counts what is written. */
  readonly tally?: { socketWrites: number };
}

/** Asked before a connection is taken: anything but `undefined` refuses. */
export interface DoorGuard {
  ask(address: string): string | undefined;
  entered(address: string): void;
  left(address: string): void;
}

/** Makes the session of a new connection; `undefined` when the gateway takes no more. */
export type AcceptSession = (
  link: TransportLink,
  peer: string,
  codec: CodecName,
) => SessionPort | undefined;
