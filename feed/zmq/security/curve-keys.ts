/** CURVE key pairs, and what two ends prove to each other with them. */

import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  type KeyObject,
} from 'node:crypto';
import { curveKeyPair } from 'zeromq';
import { decodeZ85, encodeZ85 } from './z85.ts';

/** 32 bytes each, in Z85. */
export interface KeyPair {
  readonly publicKey: string;
  readonly secretKey: string;
}

export const KEY_BYTES = 32;
/** What stands before the 32 bytes of an X25519 key in its PKCS 8 and SPKI encodings (RFC 8410). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI_HEAD = Buffer.from('302a300506032b656e032100', 'hex');

export function generateKeys(): KeyPair {
  return curveKeyPair();
}

/** True for 40 characters that are a key in Z85. */
export function isKey(text: string): boolean {
  return decodeZ85(text)?.length === KEY_BYTES;
}

/** The public half of a secret key. */
export function publicKeyOf(secretKey: string): string {
  const spki = createPublicKey(secretObject(secretKey)).export({ format: 'der', type: 'spki' });
  return encodeZ85(spki.subarray(SPKI_HEAD.length));
}

/**
 * HMAC-SHA-256 of `parts`, joined by NUL, under the secret that only these two key pairs share: each
 * end makes it of its own secret and the other's public key. In hexadecimal.
 */
export function sharedProof(
  secretKey: string,
  publicKey: string,
  parts: readonly string[],
): string {
  const shared = diffieHellman({
    privateKey: secretObject(secretKey),
    publicKey: publicObject(publicKey),
  });
  return createHmac('sha256', shared).update(parts.join('\0')).digest('hex');
}

function secretObject(secretKey: string): KeyObject {
  const key = Buffer.concat([PKCS8_HEAD, bytesOf(secretKey)]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function publicObject(publicKey: string): KeyObject {
  const key = Buffer.concat([SPKI_HEAD, bytesOf(publicKey)]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

function bytesOf(key: string): Uint8Array {
  const bytes = decodeZ85(key);
  if (bytes?.length !== KEY_BYTES) throw new Error('It is not a key: 40 characters of Z85.');
  return bytes;
}
