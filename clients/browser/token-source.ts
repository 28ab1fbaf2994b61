/** Where a client's token comes from, and when the next one is due. */

/** A text; or what gives a new one, asked for each connection and before a token ends. */
export type Token = string | (() => string | Promise<string>);

/** A token is replaced when this share of its time has passed, so that one attempt may fail. */
const RENEW_AT = 0.75;
/** Timers of browsers count in 32 bits; a day is often enough. */
const LONGEST_WAIT_MS = 86_400_000;

/** Calls back with the token: at once where it is a text, so that nothing waits that need not. */
export function readToken(
  token: Token | null,
  then: (token: string | null) => void,
  failed: (error: unknown) => void,
): void {
  if (typeof token !== 'function') {
    then(token);
    return;
  }
  // Also when it throws before there is a promise.
  new Promise<string>((resolve) => resolve(token())).then(then, failed);
}

/** How long to wait before the next token is asked for; `undefined` when this one will do for ever. */
export function renewAfterMs(
  token: Token | null,
  validForMs: number | undefined,
): number | undefined {
  if (typeof token !== 'function' || validForMs === undefined || validForMs === 0) return undefined;
  return Math.min(LONGEST_WAIT_MS, validForMs * RENEW_AT);
}
