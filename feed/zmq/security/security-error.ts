/** What may be wrong with keys, lists of them, and endpoints without them. */

/** Stable codes, each with one sentence. */
export const SECURITY_ERROR_TEXT = {
  KEYS_FILE: 'The keys file cannot be used.',
  KEYS_FILE_OPEN: 'Others than its owner may read the keys file.',
  KEYS_EXIST: 'The file is there already, and a lost secret key cannot be had again.',
  ALLOW_LIST: 'The allow-list cannot be used.',
  BAD_KEY: 'It is not a public key: 40 characters of Z85.',
  KEYS_MISSING: 'The option needs --keys.',
  INSECURE_ENDPOINT: 'Without keys an endpoint must be within this machine.',
} as const;
export type SecurityErrorCode = keyof typeof SECURITY_ERROR_TEXT;

export class SecurityError extends Error {
  readonly code: SecurityErrorCode;

  constructor(code: SecurityErrorCode, detail: string) {
    super(`${code}: ${detail}`);
    this.name = 'SecurityError';
    this.code = code;
  }
}
