/** The far end of a transport, as the conformance suite sees it: the same for every transport. */

import {
  type CodecName,
  EventReader,
  type GatewayEvent,
  JsonDecoder,
  MAX_MESSAGE_BYTES,
  MAX_MESSAGE_DEPTH,
  type Request,
} from '../../protocol/index.ts';

export interface PeerEnd {
  /** Of CLOSE_CODES, or an HTTP status when the door was not opened. */
  readonly code: number;
  readonly reason: string;
}

/** What a transport has to offer to be run by the suite: one file each, beside it. */
export interface TransportUnderTest {
  readonly name: string;
  /** Resolves when the door is open, or was refused (then `end` is settled). */
  connect(http: string, origin?: string): Promise<TestPeer>;
}

export abstract class TestPeer {
  readonly events: GatewayEvent[] = [];
  readonly end: Promise<PeerEnd>;
  protected readonly ended: (end: PeerEnd) => void;
  readonly #reader: EventReader;

  constructor(codec: CodecName) {
    const { promise, resolve } = Promise.withResolvers<PeerEnd>();
    this.end = promise;
    this.ended = resolve;
    this.#reader =
      codec === 'msgpack'
        ? new EventReader()
        : new EventReader(new JsonDecoder(MAX_MESSAGE_BYTES, MAX_MESSAGE_DEPTH));
  }

  send(...requests: readonly Request[]): void {
    this.sendRaw(requests.map((request) => this.encode(request)));
  }

  /** Messages as they are, right or wrong. */
  abstract sendRaw(messages: readonly Uint8Array[]): void;
  protected abstract encode(request: Request): Uint8Array;
  /** Stops reading, as a frozen page does; nothing is lost yet. */
  abstract pause(): void;
  abstract resume(): void;
  /** The network is gone: nobody says good-bye. */
  abstract drop(): void;

  protected received(bytes: Uint8Array): void {
    const event = this.#reader.read(bytes);
    if (event !== undefined) this.events.push(event);
  }
}
