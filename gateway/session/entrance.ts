/** How a client gets in and stays in: hello, welcome, and a new token before the old one ends. */

import type { ClassTime } from '../conflation/conflation-class.ts';
import type { Identity, NoIdentity } from '../guard/identity.ts';
import {
  CLIENT_HEARTBEAT_MS,
  type CloseName,
  type ErrorName,
  type GatewayEvent,
  MAX_SUBSCRIPTIONS,
  MAX_UNACKED_BYTES,
  type Message,
  MessageType,
} from '../protocol/index.ts';
import type { Admission } from './admission.ts';

/** What a session does for its entrance. */
export interface EntranceHost {
  readonly isOver: boolean;
  now(): ClassTime;
  answer(event: GatewayEvent): void;
  refuse(id: number, error: ErrorName, detail: string): void;
  close(name: CloseName): void;
  /** Was kept while a token was being checked. */
  receive(bytes: Uint8Array): void;
  /** The client may read what it may not before, or no longer what it did. */
  readingChanged(): void;
  said(fields: object, message: string): void;
}

export class Entrance {
  readonly #connection: string;
  readonly #admission: Admission;
  readonly #host: EntranceHost;

  /** `connection` names it to the client. */
  constructor(connection: string, admission: Admission, host: EntranceHost) {
    this.#connection = connection;
    this.#admission = admission;
    this.#host = host;
  }

  hello([, id, token, client]: Message<typeof MessageType.Hello>): void {
    if (this.#admission.isWelcome) {
      this.#host.refuse(id, 'ALREADY_WELCOME', '');
      return;
    }
    this.#admission.startWaiting();
    this.#admission.check(token, (answer) => {
      const waiting = this.#admission.stopWaiting();
      if (this.#host.isOver) return;
      this.#admit(id, client, answer);
      for (const bytes of waiting) this.#host.receive(bytes);
    });
  }

  refresh([, id, token]: Message<typeof MessageType.Refresh>): void {
    const host = this.#host;
    this.#admission.check(token, (answer) => {
      if (host.isOver) return;
      if ('problem' in answer) {
        host.refuse(id, 'UNAUTHENTICATED', answer.problem);
      } else if (answer.user !== this.#admission.user) {
        host.refuse(id, 'FORBIDDEN', 'It is another user’s.');
      } else {
        this.#admission.refresh(answer, host.now().nowMs);
        const validForMs = Number.isFinite(answer.validForMs) ? millis(answer.validForMs) : 0;
        host.answer([MessageType.Refreshed, id, validForMs]);
        host.readingChanged();
      }
    });
  }

  #admit(id: number, client: string, answer: Identity | NoIdentity): void {
    const host = this.#host;
    if ('problem' in answer) {
      host.refuse(id, 'UNAUTHENTICATED', answer.problem);
      host.close('NO_HELLO');
      return;
    }
    const { nowMs, nowUs } = host.now();
    if (!this.#admission.welcome(answer, nowMs)) {
      host.refuse(id, 'LIMIT_REACHED', 'The user has too many connections.');
      host.close('USER_LIMIT');
      return;
    }
    const { user, validForMs } = answer;
    host.said({ client: client.slice(0, 64), ...(user === '' ? {} : { user }) }, 'said hello');
    const welcome = [
      MessageType.Welcome,
      id,
      this.#connection,
      nowUs,
      CLIENT_HEARTBEAT_MS,
      MAX_UNACKED_BYTES,
      MAX_SUBSCRIPTIONS,
    ] as const;
    host.answer(Number.isFinite(validForMs) ? [...welcome, millis(validForMs)] : welcome);
  }
}

/** A token may have ended by the time it was checked. */
function millis(validForMs: number): number {
  return Math.max(0, Math.floor(validForMs));
}
