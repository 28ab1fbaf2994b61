/** Who may connect where: a text file of names, public keys and what each may use. */

import { readFileSync, statSync } from 'node:fs';
import { isKey } from './curve-keys.ts';
import { SecurityError } from './security-error.ts';

/** What a key may be allowed: an endpoint to connect to, or what its client may do there. */
export const GRANTS = ['feed', 'repair', 'entry', 'spine', 'source', 'operator'] as const;
export type Grant = (typeof GRANTS)[number];

/** Of a line that names none: what a trading client needs. The spine is for relays alone. */
export const USUAL_GRANTS: readonly Grant[] = ['feed', 'repair', 'entry'];

export interface AllowedKey {
  readonly name: string;
  readonly publicKey: string;
  readonly grants: ReadonlySet<Grant>;
}

/** A file larger than this is none: 100,000 keys. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;
const NAME = /^[!-~]{1,32}$/;

/**
 * ```
 * # name      public key                                may (default: feed repair entry)
 * risk-desk   rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7
 * relay-1     JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6  feed spine
 * ```
 * A name may have several keys, and a key one name only. Throws `SecurityError` naming the line.
 */
export function parseAllowList(text: string, path: string): AllowedKey[] {
  const allowed = new Map<string, AllowedKey>();
  for (const [index, line] of text.split('\n').entries()) {
    const [name = '', publicKey = '', ...grants] = line.trim().split(/\s+/);
    // A key may hold a "#": only one that begins a line makes it a comment.
    if (name === '' || name.startsWith('#')) continue;
    const refuse = (what: string): never => {
      throw new SecurityError('ALLOW_LIST', `${path}, line ${index + 1}: ${what}`);
    };
    if (!NAME.test(name)) refuse('A name is 1 to 32 printable ASCII characters.');
    if (!isKey(publicKey)) refuse('Behind the name stands a public key, 40 characters of Z85.');
    if (allowed.has(publicKey)) refuse(`The key is ${allowed.get(publicKey)?.name}'s already.`);
    for (const grant of grants) {
      if (!isGrant(grant)) refuse(`"${grant}" is none of ${GRANTS.join(', ')}.`);
    }
    const may = grants.length === 0 ? USUAL_GRANTS : grants.filter(isGrant);
    allowed.set(publicKey, { name, publicKey, grants: new Set(may) });
  }
  return [...allowed.values()];
}

/**
 * The list as the file has it now: read again when the file has changed, so that a key is let in or
 * shut out without a restart. A file that has become unreadable or wrong leaves the list as it was.
 */
export class AllowList {
  readonly #path: string;
  readonly #onProblem: (error: unknown) => void;
  #byKey = new Map<string, AllowedKey>();
  #stamp = '';

  /** Throws `SecurityError` when the file cannot be used at all. */
  constructor(path: string, onProblem: (error: unknown) => void = () => {}) {
    this.#path = path;
    this.#onProblem = onProblem;
    this.#read(this.#stampNow());
  }

  find(publicKey: string): AllowedKey | undefined {
    this.#refresh();
    return this.#byKey.get(publicKey);
  }

  keysOf(name: string): AllowedKey[] {
    this.#refresh();
    return [...this.#byKey.values()].filter((allowed) => allowed.name === name);
  }

  #refresh(): void {
    try {
      const stamp = this.#stampNow();
      if (stamp !== this.#stamp) this.#read(stamp);
    } catch (error) {
      this.#onProblem(error);
    }
  }

  #stampNow(): string {
    try {
      const { mtimeMs, size, ino } = statSync(this.#path);
      return `${mtimeMs} ${size} ${ino}`;
    } catch (error) {
      throw unreadable(this.#path, error);
    }
  }

  #read(stamp: string): void {
    // Also when it is wrong: it is told once, and read again when it changes again.
    this.#stamp = stamp;
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      throw unreadable(this.#path, error);
    }
    if (text.length > MAX_FILE_BYTES) {
      throw new SecurityError(
        'ALLOW_LIST',
        `${this.#path} is longer than ${MAX_FILE_BYTES} bytes.`,
      );
    }
    const allowed = parseAllowList(text, this.#path);
    this.#byKey = new Map(allowed.map((one) => [one.publicKey, one]));
  }
}

function isGrant(word: string): word is Grant {
  return (GRANTS as readonly string[]).includes(word);
}

function unreadable(path: string, error: unknown): SecurityError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new SecurityError('ALLOW_LIST', `The allow-list ${path} cannot be read (${code}).`);
}
