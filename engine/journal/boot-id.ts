/** Names the machine's present run: what was written in it is there, unless the power goes. */

import { readFileSync } from 'node:fs';
import { FINGERPRINT_BYTES } from './format.ts';

const BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id';

/** Zeros where the system does not say; zeros never equal anything. */
export function readBootId(file: string = BOOT_ID_FILE): Uint8Array {
  const bytes = new Uint8Array(FINGERPRINT_BYTES);
  try {
    const digits = readFileSync(file, 'latin1').replaceAll(/[^0-9a-f]/g, '');
    bytes.set(Uint8Array.from(Buffer.from(digits, 'hex')).subarray(0, FINGERPRINT_BYTES));
  } catch {
    // A system without the file, such as macOS: then only fsync carries an epoch over a restart.
  }
  return bytes;
}
