/** What makes a socket secure: options for its constructor, and who decides about its peers. */

import type { AllowedKey, AllowList, Grant } from './allow-list.ts';
import type { KeyPair } from './curve-keys.ts';
import { admit } from './zap-handler.ts';

/** Options of a zeromq socket that connects: spread them into its constructor. */
export interface ClientCurve {
  readonly curvePublicKey: string;
  readonly curveSecretKey: string;
  readonly curveServerKey: string;
}

/** Options of a zeromq socket that binds. */
export interface ServerCurve {
  readonly curveServer: true;
  readonly curvePublicKey: string;
  readonly curveSecretKey: string;
  readonly zapDomain: string;
  /** Without a handler nobody is let in, instead of everybody. */
  readonly zapEnforceDomain: true;
}

/** A socket as far as it is watched: zeromq's, or one that another thread has. */
export interface WatchedSocket {
  readonly events: {
    on(event: 'handshake:error:protocol' | 'handshake:error:other', listener: () => void): unknown;
  };
}

/** One socket that binds: how it is made secure, and what is told of peers that are not. */
export interface SecureEndpoint {
  /** To be spread into its constructor. */
  readonly curve: ServerCurve;
  /** Tells of peers that do not even come as far as a key. */
  watch(socket: WatchedSocket): void;
}

/** As much of a logger as is needed; pino's fits. */
export interface SecurityLog {
  warn(fields: object, message: string): void;
}

/** `serverKey`: the public key of the process that is connected to. */
export function clientCurve({ publicKey, secretKey }: KeyPair, serverKey: string): ClientCurve {
  return {
    curvePublicKey: publicKey,
    curveSecretKey: secretKey,
    curveServerKey: serverKey,
  };
}

/** What encryption adds to a message: a name of 8 bytes, a nonce of 8, a proof of 16, flags (RFC 26). */
const CURVE_BYTES = 33;

/**
 * For `maxMessageSize`, which counts what comes over the connection: how long a message of so many
 * bytes is there. A socket gives up a connection over a byte too many.
 */
export function frameBytes(messageBytes: number, curve: object | undefined): number {
  return curve === undefined ? messageBytes : messageBytes + CURVE_BYTES;
}

/** At most so many refusals a second are told: a stranger must not fill the log. */
const REFUSALS_PER_SECOND = 10;

const NO_HANDSHAKE = 'it speaks no CURVE, or expected another server key';

let domains = 0;

/** The keys of a process that others connect to, and the list of those who may. */
export class ServerSecurity {
  readonly keys: KeyPair;
  readonly #allow: AllowList;
  readonly #log: SecurityLog;
  readonly #nowMs: () => number;
  readonly #closers: (() => void)[] = [];
  /** Peers that were not let in. */
  refused = 0;
  #second = 0;
  #toldInSecond = 0;

  constructor(keys: KeyPair, allow: AllowList, log: SecurityLog, nowMs: () => number) {
    this.keys = keys;
    this.#allow = allow;
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /** For one socket; from now on whoever has the grant may connect to it. */
  async endpoint(grant: Grant): Promise<SecureEndpoint> {
    domains += 1;
    const zapDomain = `${grant}-${domains}`;
    const close = await admit(zapDomain, ({ address, publicKey }) => {
      const allowed = this.#allow.find(publicKey);
      if (allowed?.grants.has(grant)) return true;
      this.#refuse({ endpoint: grant, address, publicKey, name: allowed?.name });
      return false;
    });
    this.#closers.push(close);
    return {
      curve: {
        curveServer: true,
        curvePublicKey: this.keys.publicKey,
        curveSecretKey: this.keys.secretKey,
        zapDomain,
        zapEnforceDomain: true,
      },
      watch: (socket) => this.#watch(socket, grant),
    };
  }

  keysOf(name: string): AllowedKey[] {
    return this.#allow.keysOf(name);
  }

  close(): void {
    for (const close of this.#closers.splice(0)) close();
  }

  #watch(socket: WatchedSocket, grant: Grant): void {
    // Which of the two it is depends on which end gives up first.
    const tell = () => this.#refuse({ endpoint: grant, problem: NO_HANDSHAKE });
    socket.events.on('handshake:error:protocol', tell);
    socket.events.on('handshake:error:other', tell);
  }

  #refuse(fields: object): void {
    this.refused += 1;
    const second = Math.floor(this.#nowMs() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#toldInSecond = 0;
    }
    this.#toldInSecond += 1;
    if (this.#toldInSecond > REFUSALS_PER_SECOND) return;
    this.#log.warn({ ...fields, refused: this.refused }, 'security: connection refused');
  }
}
