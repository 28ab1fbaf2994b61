/** Whether a client has been let in, as whom, and until when. */

import type { Authenticator, Identity, NoIdentity } from '../guard/identity.ts';
import type { UserGuard } from '../guard/user-guard.ts';
import { MAX_WAITING_REQUESTS } from '../protocol/index.ts';

export interface AdmissionOptions {
  readonly authenticator: Authenticator;
  readonly users: UserGuard;
  readonly nowMs: number;
  readonly helloDeadlineMs: number;
}

/**
 * ```
 *  silent --hello--> checking --genuine--> welcome --refresh--> welcome
 *     |                 |                     |
 *  no hello in time   not genuine         the token's end
 * ```
 * A token may take a moment to check; what the client says meanwhile waits.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #startedAtMs: number;
  #waiting: Uint8Array[] | undefined;
  #identity: Identity | undefined;
  #endsAtMs = Number.POSITIVE_INFINITY;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#startedAtMs = options.nowMs;
  }

  get isWelcome(): boolean {
    return this.#identity !== undefined;
  }

  get user(): string {
    return this.#identity?.user ?? '';
  }

  mayRead(channel: string, symbol: string): boolean {
    return this.#identity?.mayRead(channel, symbol) ?? false;
  }

  /** True when a token is being checked, and the request has been kept; throws nothing away. */
  keeps(bytes: Uint8Array): boolean {
    if (this.#waiting === undefined) return false;
    this.#waiting.push(bytes.slice());
    return true;
  }

  get isWaitingTooMuch(): boolean {
    return (this.#waiting?.length ?? 0) > MAX_WAITING_REQUESTS;
  }

  /** Calls back with the outcome: at once where the token can be checked at once. */
  check(token: string | null, done: (answer: Identity | NoIdentity) => void): void {
    const answer = this.#options.authenticator.check(token);
    if (!(answer instanceof Promise)) {
      done(answer);
      return;
    }
    const failed = (error: unknown): NoIdentity => ({
      problem: `It could not be checked: ${error instanceof Error ? error.message : error}.`,
    });
    void answer.catch(failed).then(done);
  }

  /** From here to `welcome`, requests wait. */
  startWaiting(): void {
    this.#waiting = [];
  }

  /** What has waited; from now on nothing does. */
  stopWaiting(): readonly Uint8Array[] {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    return waiting;
  }

  /** False when the user has too many connections. */
  welcome(identity: Identity, nowMs: number): boolean {
    if (!this.#options.users.enter(identity.user, nowMs)) return false;
    this.refresh(identity, nowMs);
    return true;
  }

  refresh(identity: Identity, nowMs: number): void {
    this.#identity = identity;
    this.#endsAtMs = nowMs + identity.validForMs;
  }

  /** Takes a request of the user's share. */
  take(nowMs: number): boolean {
    return this.#options.users.take(this.user, nowMs);
  }

  isLate(nowMs: number): boolean {
    return !this.isWelcome && nowMs - this.#startedAtMs > this.#options.helloDeadlineMs;
  }

  hasExpired(nowMs: number): boolean {
    return nowMs >= this.#endsAtMs;
  }

  leave(): void {
    if (this.#identity !== undefined) this.#options.users.leave(this.#identity.user);
    this.#identity = undefined;
  }
}
