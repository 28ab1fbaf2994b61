import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Identity } from './identity.ts';
import { TokenCheck, type TokenKey, TokenKeyError } from './token-check.ts';

const NOW_MS = 1_800_000_000_000;
const nowMs = () => NOW_MS;
const secret = randomBytes(32);
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const SHORT_RSA = generateKeyPairSync('rsa', { modulusLength: 1024 });
const ed25519 = generateKeyPairSync('ed25519');
const bySecret: TokenKey = { kind: 'secret', bytes: secret };

interface Wish {
  readonly algorithm?: string;
  readonly key?: Uint8Array | KeyObject;
  readonly claims?: Record<string, unknown>;
  readonly expiresInS?: number | undefined;
  readonly header?: Record<string, string>;
}

function sign({ algorithm = 'HS256', key = secret, claims, expiresInS = 60, header }: Wish = {}) {
  const jwt = new SignJWT({ sub: 'ann', ...claims }).setProtectedHeader({
    alg: algorithm,
    ...header,
  });
  jwt.setExpirationTime(NOW_MS / 1000 + expiresInS);
  return jwt.sign(key);
}

function publicPem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

async function identity(check: TokenCheck, token: string): Promise<Identity> {
  const answer = await check.check(token);
  if ('problem' in answer) throw new Error(answer.problem);
  return answer;
}

async function problem(check: TokenCheck, token: string | null): Promise<string> {
  const answer = await check.check(token);
  return 'problem' in answer ? answer.problem : '';
}

describe('a token', () => {
  it('is taken when the secret signed it, and says who and until when', async () => {
    const one = await identity(new TokenCheck(bySecret, {}, nowMs), await sign());
    expect([one.user, one.validForMs]).toEqual(['ann', 60_000]);
    expect(one.mayRead('book', 'BTC-USD')).toBe(true);
  });

  it('is taken when a private key of the public one signed it', async () => {
    for (const [{ publicKey, privateKey }, algorithm] of [
      [rsa, 'RS256'],
      [ed25519, 'EdDSA'],
    ] as const) {
      const check = new TokenCheck({ kind: 'public', pem: publicPem(publicKey) }, {}, nowMs);
      const token = await sign({ algorithm, key: privateKey });
      expect((await identity(check, token)).user).toBe('ann');
    }
  });

  it('is taken when the key that it names is in the key set', async () => {
    const keys = [
      { ...(await exportJWK(rsa.publicKey)), kid: 'one', alg: 'RS256' },
      { ...(await exportJWK(ed25519.publicKey)), kid: 'two', alg: 'EdDSA' },
    ];
    const check = new TokenCheck({ kind: 'jwks', json: JSON.stringify({ keys }) }, {}, nowMs);
    const by = { algorithm: 'EdDSA', key: ed25519.privateKey };
    expect((await identity(check, await sign({ ...by, header: { kid: 'two' } }))).user).toBe('ann');
    expect(await problem(check, await sign({ ...by, header: { kid: 'three' } }))).not.toBe('');
  });

  it('is taken beside broken keys of the set, and those for other purposes', async () => {
    const jwk = { ...(await exportJWK(ed25519.publicKey)), kid: 'b' };
    const ec = await exportJWK(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
    const broken = { ...jwk, x: jwk.x?.slice(1), kid: 'a' };
    const json = JSON.stringify({ keys: [null, broken, { ...ec, kid: 'b' }, { kid: 1 }, jwk] });
    const check = new TokenCheck({ kind: 'jwks', json }, {}, nowMs);
    const header = { kid: 'b' };
    const token = await sign({ algorithm: 'EdDSA', key: ed25519.privateKey, header });
    expect((await identity(check, token)).user).toBe('ann');
    const other = await sign({
      algorithm: 'EdDSA',
      key: ed25519.privateKey,
      header: { kid: 'a' },
    });
    expect(await problem(check, other)).toMatch(/^The token: /);
  });

  it('limits what may be read, by name and by beginning', async () => {
    const claims = {
      touchline: { channels: ['book', 'instruments'], instruments: ['ETH-*', 'X'] },
    };
    const one = await identity(new TokenCheck(bySecret, {}, nowMs), await sign({ claims }));
    expect(one.mayRead('book', 'ETH-USD')).toBe(true);
    expect(one.mayRead('book', 'X')).toBe(true);
    expect(one.mayRead('book', 'XY')).toBe(false);
    expect(one.mayRead('book', 'BTC-USD')).toBe(false);
    expect(one.mayRead('trades', 'X')).toBe(false);
    expect(one.mayRead('instruments', '')).toBe(true);
  });

  it.each([
    ['none at all', async () => null],
    ['nonsense', async () => 'nonsense'],
    ['another secret', () => sign({ key: randomBytes(32) })],
    ['no signature', async () => `${btoa('{"alg":"none"}')}.${btoa('{"sub":"ann","exp":9e9}')}.`],
    ['its time over', () => sign({ expiresInS: -6 })],
    ['no user', () => sign({ claims: { sub: undefined } })],
    ['an empty user', () => sign({ claims: { sub: '' } })],
    ['another issuer', () => sign({ claims: { iss: 'other', aud: 'touchline' } })],
    ['another audience', () => sign({ claims: { iss: 'desk', aud: 'other' } })],
    ['a wrong limit', () => sign({ claims: { touchline: { channels: 'book' } } })],
  ])('is not taken with %s', async (_what, token) => {
    const rules = { issuer: 'desk', audience: 'touchline' };
    expect(await problem(new TokenCheck(bySecret, rules, nowMs), await token())).not.toBe('');
  });

  it('is not taken when its algorithm is not the key’s: a public key is no secret', async () => {
    const pem = publicPem(rsa.publicKey);
    const check = new TokenCheck({ kind: 'public', pem }, {}, nowMs);
    const forged = await sign({ algorithm: 'HS256', key: Buffer.from(pem) });
    expect(await problem(check, forged)).not.toBe('');
  });

  it('is not taken, nor anything else thrown, for any bytes', async () => {
    const check = new TokenCheck(bySecret, {}, nowMs);
    const good = await sign();
    for (let at = 0; at < good.length; at += 3) {
      const changed = `${good.slice(0, at)}${good[at] === 'A' ? 'B' : 'A'}${good.slice(at + 1)}`;
      const answer = await check.check(changed);
      // The last character of a signature has bits that mean nothing.
      if (at < good.length - 1) expect(answer).toHaveProperty('problem');
    }
  });
});

describe('a key', () => {
  it.each([
    ['a short secret', { kind: 'secret', bytes: randomBytes(31) }, '31 bytes'],
    ['no PEM', { kind: 'public', pem: 'hello' }, 'PEM'],
    ['no key set', { kind: 'jwks', json: '{' }, 'Key Set'],
    ['a list that is none', { kind: 'jwks', json: '{"keys":{}}' }, 'Key Set'],
    [
      'a set without a key',
      { kind: 'jwks', json: '{"keys":[{"kty":"RSA"}]}' },
      'holds no public key',
    ],
    ['an RSA key too short', { kind: 'public', pem: publicPem(SHORT_RSA.publicKey) }, 'too short'],
  ] as const)('is refused when it is %s', (_what, key, words) => {
    const make = () => new TokenCheck(key, {}, nowMs);
    expect(make).toThrow(TokenKeyError);
    expect(make).toThrow(words);
  });
});
