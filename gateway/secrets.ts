/** Reads the files that a configuration names: what signs tokens, and what opens the admin's view. */

import { readFileSync } from 'node:fs';
import { UserError } from '../feed/process/index.ts';
import type { GatewayConfig } from './config.ts';
import { type Authenticator, OPEN_TO_ALL } from './guard/identity.ts';
import { MIN_SECRET_BYTES, TokenCheck, type TokenKey, TokenKeyError } from './guard/token-check.ts';

export type ReadFile = (path: string) => Uint8Array;

const readAll: ReadFile = (path) => readFileSync(path);

/** Throws a `UserError` that names the file. */
export function authenticatorOf(
  config: GatewayConfig,
  nowMs: () => number,
  read: ReadFile = readAll,
): Authenticator {
  if (config.auth === 'off') return OPEN_TO_ALL;
  const { authSecret, authKey, authKeySet, authIssuer, authAudience } = config;
  const path = authSecret ?? authKey ?? authKeySet ?? '';
  const bytes = readOrSay(path, read);
  const key: TokenKey =
    authSecret !== undefined
      ? { kind: 'secret', bytes: withoutLineEnd(bytes) }
      : authKey !== undefined
        ? { kind: 'public', pem: textOf(bytes) }
        : { kind: 'jwks', json: textOf(bytes) };
  try {
    return new TokenCheck(key, { issuer: authIssuer, audience: authAudience }, nowMs);
  } catch (error) {
    if (!(error instanceof TokenKeyError)) throw error;
    throw new UserError('BAD_TOKEN_KEY', `"${path}": ${error.message}.`);
  }
}

/** `undefined` where there is none. Throws a `UserError`. */
export function adminTokenOf(config: GatewayConfig, read: ReadFile = readAll): string | undefined {
  const { adminToken: path } = config;
  if (path === undefined) return undefined;
  const token = textOf(withoutLineEnd(readOrSay(path, read)));
  if (token.length >= MIN_SECRET_BYTES) return token;
  throw new UserError(
    'BAD_ADMIN_TOKEN',
    `"${path}": the token has ${token.length} characters, and must have ${MIN_SECRET_BYTES} or more.`,
  );
}

function readOrSay(path: string, read: ReadFile): Uint8Array {
  try {
    return read(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError('NO_FILE', `Cannot read "${path}" (${code}).`);
  }
}

/** Editors end a file with one. */
function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end -= 1;
  return bytes.subarray(0, end);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
