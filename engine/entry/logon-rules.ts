/** Who may log on under which name: tokens, keys, and how many at once. */

import { type Logon, MAX_SESSIONS, NO_TOKEN, Reason } from '../protocol/index.ts';
import type { ClientAccount } from './client-account.ts';
import type { ClientDirectory } from './client-directory.ts';
import type { EntryKeys } from './entry-keys.ts';

export interface LogonRulesOptions {
  readonly clients: ClientDirectory;
  readonly maxSessions?: number;
  readonly keys?: EntryKeys | undefined;
}

export interface LogonVerdict {
  readonly reason: Reason;
  /** The client is the one that the engine knows by this name, and goes on where it was. */
  readonly isOwn: boolean;
}

export class LogonRules {
  readonly #options: LogonRulesOptions;

  constructor(options: LogonRulesOptions) {
    this.#options = options;
  }

  /** `known`: who had the name so far; `sessions`: how many there are now. */
  judge(
    logon: Logon,
    known: ClientAccount | undefined,
    sessions: number,
    nowMs: number,
  ): LogonVerdict {
    const { clients, keys, maxSessions = MAX_SESSIONS } = this.#options;
    if (keys?.proves(logon.name, logon.keyProof) === false) return refused(Reason.WrongKey);
    const hasToken = known !== undefined && logon.token === known.token;
    const isTakeover = hasToken && known.session !== undefined;
    if (sessions >= maxSessions && !isTakeover) return refused(Reason.TooManyClients);
    if (known === undefined) return { reason: Reason.None, isOwn: false };
    if (hasToken) return { reason: Reason.None, isOwn: true };
    // Also with the key: a second process of the same configuration must not push out the first.
    if (known.session !== undefined) return refused(Reason.NameInUse);
    if (keys !== undefined) return { reason: Reason.None, isOwn: true };
    // Whoever is invited to come back without a token is refused with a wrong one all the same.
    const isInvited = known.isOpen && logon.token === NO_TOKEN;
    if (isInvited || !clients.hasState(known, nowMs)) return { reason: Reason.None, isOwn: false };
    return refused(Reason.WrongToken);
  }
}

function refused(reason: Reason): LogonVerdict {
  return { reason, isOwn: false };
}
