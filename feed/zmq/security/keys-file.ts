/** The file that holds a process's own key pair; only its owner may read it. */

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { isKey, type KeyPair, publicKeyOf } from './curve-keys.ts';
import { SecurityError } from './security-error.ts';

const key = z.string().refine(isKey, 'It is not a key: 40 characters of Z85.');
const KeysFile = z.strictObject({ publicKey: key, secretKey: key });

/** Bits of a file's mode that let others than its owner at it. */
const OTHERS = 0o077;
const OWNER_ONLY = 0o600;

/** Never overwrites: a lost secret key cannot be had again. */
export function writeKeysFile(path: string, { publicKey, secretKey }: KeyPair): void {
  try {
    const text = `${JSON.stringify({ publicKey, secretKey }, null, 2)}\n`;
    writeFileSync(path, text, { mode: OWNER_ONLY, flag: 'wx' });
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') {
      throw new SecurityError('KEYS_EXIST', `${path} is there already. Name another file.`);
    }
    throw new SecurityError('KEYS_FILE', `${path} cannot be written (${code}).`);
  }
}

export function readKeysFile(path: string): KeyPair {
  let text: string;
  let mode: number;
  try {
    text = readFileSync(path, 'utf8');
    mode = statSync(path).mode;
  } catch (error) {
    const how = 'Make one: touchline keys generate FILE.';
    throw new SecurityError('KEYS_FILE', `${path} cannot be read (${codeOf(error)}). ${how}`);
  }
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
    const what = `${path} holds a secret key, and others may read it.`;
    throw new SecurityError('KEYS_FILE_OPEN', `${what} Close it: chmod 600 ${path}`);
  }
  return parseKeys(path, text);
}

/** `path` is for messages. Throws `SecurityError`. */
export function parseKeys(path: string, text: string): KeyPair {
  let keys: KeyPair;
  try {
    keys = KeysFile.parse(JSON.parse(text));
  } catch {
    // The error of a parser may quote the text, and so the secret.
    const what = `${path} is not a keys file: {"publicKey": "...", "secretKey": "..."} in Z85.`;
    throw new SecurityError('KEYS_FILE', what);
  }
  if (publicKeyOf(keys.secretKey) !== keys.publicKey) {
    throw new SecurityError('KEYS_FILE', `${path}: the public key is not that of the secret key.`);
  }
  return keys;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
