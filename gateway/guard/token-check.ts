/** Reads JSON Web Tokens (RFC 7519): whether they are genuine and still good, and what they allow. */

import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import {
  createLocalJWKSet,
  errors,
  type JWK,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { z } from 'zod';
import type { Authenticator, Identity, NoIdentity } from './identity.ts';

/** Clocks of who signs and who checks may differ by this. */
const CLOCK_TOLERANCE_S = 5;
/** As long as the hash that it keys: a shorter secret can be guessed from one token. */
export const MIN_SECRET_BYTES = 32;
/** RFC 7518 wants it for RS256, and so does the library that verifies. */
const MIN_RSA_BITS = 2048;
export const MAX_USER_CHARACTERS = 128;

/** What signs tokens, as the bytes of a file. */
export type TokenKey =
  | { readonly kind: 'secret'; readonly bytes: Uint8Array }
  | { readonly kind: 'public'; readonly pem: string }
  | { readonly kind: 'jwks'; readonly json: string };

export interface TokenRules {
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
}

/** What cannot be used as a key, in words. */
export class TokenKeyError extends Error {}

const patterns = z.array(z.string().min(1).max(64)).max(1024);

/**
 * The claim "touchline" says what may be read: channels and instruments, by name or with a "*" at
 * the end. What is left out is not limited.
 */
const claims = z.object({
  sub: z.string().min(1).max(MAX_USER_CHARACTERS),
  exp: z.number(),
  touchline: z
    .object({ channels: patterns.optional(), instruments: patterns.optional() })
    .optional(),
});

type Verify = (token: string) => Promise<JWTPayload>;

export class TokenCheck implements Authenticator {
  readonly #verify: Verify;
  readonly #nowMs: () => number;

  /** `nowMs` is the wall clock. Throws `TokenKeyError`. */
  constructor(key: TokenKey, rules: TokenRules, nowMs: () => number) {
    this.#verify = verifierOf(key, rules, nowMs);
    this.#nowMs = nowMs;
  }

  async check(token: string | null): Promise<Identity | NoIdentity> {
    if (token === null) return { problem: 'This gateway wants a token in the hello.' };
    try {
      return this.#identityOf(await this.#verify(token));
    } catch (error) {
      if (error instanceof errors.JOSEError) return { problem: `The token: ${error.message}.` };
      throw error;
    }
  }

  #identityOf(payload: JWTPayload): Identity | NoIdentity {
    const parsed = claims.safeParse(payload);
    if (!parsed.success) {
      const { path = [], message = '' } = parsed.error.issues[0] ?? {};
      return { problem: `The token's claim "${path.join('.')}": ${message}.` };
    }
    const { sub, exp, touchline } = parsed.data;
    const isChannel = matcherOf(touchline?.channels);
    const isInstrument = matcherOf(touchline?.instruments);
    return {
      user: sub,
      validForMs: exp * 1000 - this.#nowMs(),
      // The list of instruments has no symbol, and is told to everybody.
      mayRead: (channel, symbol) => isChannel(channel) && (symbol === '' || isInstrument(symbol)),
    };
  }
}

function verifierOf(key: TokenKey, rules: TokenRules, nowMs: () => number): Verify {
  const { issuer, audience } = rules;
  const options = (algorithms: string[]): JWTVerifyOptions => ({
    // Never what the token says: whoever forges one would choose the algorithm.
    algorithms,
    requiredClaims: ['sub', 'exp'],
    clockTolerance: CLOCK_TOLERANCE_S,
    currentDate: new Date(nowMs()),
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  });
  if (key.kind === 'jwks') {
    const keys = createLocalJWKSet(jwksOf(key.json));
    const allowed = ['RS256', 'EdDSA', 'Ed25519'];
    return async (token) => (await jwtVerify(token, keys, options(allowed))).payload;
  }
  const { object, algorithms } = key.kind === 'secret' ? secretOf(key.bytes) : publicOf(key.pem);
  return async (token) => (await jwtVerify(token, object, options(algorithms))).payload;
}

interface Key {
  readonly object: KeyObject;
  readonly algorithms: string[];
}

function secretOf(bytes: Uint8Array): Key {
  if (bytes.length < MIN_SECRET_BYTES) {
    throw new TokenKeyError(
      `the secret has ${bytes.length} bytes, and must have ${MIN_SECRET_BYTES} or more`,
    );
  }
  return { object: createSecretKey(bytes), algorithms: ['HS256'] };
}

function publicOf(pem: string): Key {
  let object: KeyObject;
  try {
    object = createPublicKey(pem);
  } catch {
    throw new TokenKeyError('it is no public key in PEM');
  }
  const { asymmetricKeyType: type } = object;
  if (type === 'rsa') {
    if (isLongEnough(object)) return { object, algorithms: ['RS256'] };
    throw new TokenKeyError(`its RSA key is too short, and must have ${MIN_RSA_BITS} bits or more`);
  }
  if (type === 'ed25519') return { object, algorithms: ['EdDSA', 'Ed25519'] };
  throw new TokenKeyError(`it is a key of type ${type}; rsa and ed25519 are taken`);
}

const keySet = z.object({ keys: z.array(z.unknown()) });
/** What chooses a key of a set; the rest is the key itself. */
const keyNames = z.object({
  kid: z.string().optional(),
  alg: z.string().optional(),
  use: z.string().optional(),
});

/** A set may hold keys for other purposes, and broken ones, beside those that sign tokens. */
function jwksOf(json: string): { readonly keys: JWK[] } {
  let parsed: z.infer<typeof keySet>;
  try {
    parsed = keySet.parse(JSON.parse(json));
  } catch {
    throw new TokenKeyError('it is no JSON Web Key Set');
  }
  const keys = parsed.keys.flatMap(usableKey);
  if (keys.length > 0) return { keys };
  throw new TokenKeyError('it holds no public key of type rsa, of 2048 bits or more, or ed25519');
}

function usableKey(key: unknown): JWK[] {
  const names = keyNames.safeParse(key);
  if (!names.success) return [];
  try {
    const object = createPublicKey({ key: key as JWK, format: 'jwk' });
    const { asymmetricKeyType: type } = object;
    const isRsa = type === 'rsa' && isLongEnough(object);
    if (!isRsa && type !== 'ed25519') return [];
    return [{ ...names.data, ...object.export({ format: 'jwk' }) } as JWK];
  } catch {
    return [];
  }
}

function isLongEnough({ asymmetricKeyDetails: details }: KeyObject): boolean {
  return (details?.modulusLength ?? 0) >= MIN_RSA_BITS;
}

function matcherOf(allowed: readonly string[] | undefined): (name: string) => boolean {
  if (allowed === undefined) return () => true;
  const names = new Set(allowed.filter((pattern) => !pattern.endsWith('*')));
  const prefixes = allowed
    .filter((pattern) => pattern.endsWith('*'))
    .map((pattern) => pattern.slice(0, -1));
  return (name) => names.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}
