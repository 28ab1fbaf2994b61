/** Who a client is by its key: what order entry asks of the allow-list. */

import type { Grant, ServerSecurity } from '../../feed/node.ts';
import { keyProof } from '../protocol/node.ts';

/** Where there are keys: whose name a proof is good for, and what the name may do. */
export interface EntryKeys {
  /** True when the proof was made with a key that the list gives for this name. */
  proves(name: string, proof: string): boolean;
  may(name: string, grant: Grant): boolean;
}

export function entryKeys(security: ServerSecurity): EntryKeys {
  const keysFor = (name: string) => security.keysOf(name);
  return {
    proves(name, proof) {
      const { secretKey } = security.keys;
      return keysFor(name).some(({ publicKey, grants }) => {
        return grants.has('entry') && proof === keyProof(secretKey, publicKey, name);
      });
    },
    may: (name, grant) => keysFor(name).some(({ grants }) => grants.has(grant)),
  };
}
