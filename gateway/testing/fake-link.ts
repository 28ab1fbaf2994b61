/** A connection that keeps what it is sent, for tests of sessions without a transport. */

import {
  type CodecName,
  EventReader,
  type GatewayEvent,
  JsonDecoder,
  MAX_MESSAGE_BYTES,
  MAX_MESSAGE_DEPTH,
} from '../protocol/index.ts';
import type { TransportLink } from '../transports/transport.ts';

/** A reader for each codec. */
export const eventReaders: Readonly<Record<CodecName, EventReader>> = {
  msgpack: new EventReader(),
  json: new EventReader(new JsonDecoder(MAX_MESSAGE_BYTES, MAX_MESSAGE_DEPTH)),
};

export class FakeLink implements TransportLink {
  readonly frames: Uint8Array[] = [];
  readonly probes: number[] = [];
  isPaused = false;
  closed: { readonly code: number; readonly reason: string } | undefined;
  readonly #reader: EventReader;
  #read = 0;

  constructor(codec: CodecName = 'msgpack') {
    this.#reader = eventReaders[codec];
  }

  send(bytes: Uint8Array): void {
    this.frames.push(bytes);
  }

  probe(frames: number): void {
    this.probes.push(frames);
  }

  pause(isPaused: boolean): void {
    this.isPaused = isPaused;
  }

  close(code: number, reason: string): void {
    this.closed ??= { code, reason };
  }

  /** The messages since the last call, checked against their shapes. */
  take(): GatewayEvent[] {
    const taken = this.frames.slice(this.#read).map((bytes) => {
      const event = this.#reader.read(bytes);
      if (event === undefined) throw new Error('an unknown message type');
      return event;
    });
    this.#read = this.frames.length;
    return taken;
  }
}
