/** Who a client is, and what it may read. */

export interface Identity {
  /** Names the client in logs and limits. */
  readonly user: string;
  /** From now on; `Infinity` without an end. */
  readonly validForMs: number;
  mayRead(channel: string, symbol: string): boolean;
}

/** Why a token is not taken: words for whoever wrote the client. */
export interface NoIdentity {
  readonly problem: string;
}

/** Looks at the token of a hello; at once, or later. */
export interface Authenticator {
  check(token: string | null): Identity | NoIdentity | Promise<Identity | NoIdentity>;
}

const ANYBODY: Identity = {
  user: '',
  validForMs: Number.POSITIVE_INFINITY,
  mayRead: () => true,
};

/** Lets everybody in, without a token or with any. */
export const OPEN_TO_ALL: Authenticator = { check: () => ANYBODY };
