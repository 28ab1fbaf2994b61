/** Who has ever logged on: a name keeps its owner number, for its orders outlive its sessions. */

import { MAX_CLIENTS } from '../protocol/index.ts';

/** The owner of what the engine itself does, such as listing its market file. */
export const ENGINE_OWNER = 0;

export class ClientDirectory {
  readonly #owners = new Map<string, number>();
  readonly #maxClients: number;

  constructor(maxClients: number = MAX_CLIENTS) {
    this.#maxClients = maxClients;
  }

  /** The owner number of a name, 1 or more; 0 when the name is new and there is no room. */
  ownerOf(name: string): number {
    const known = this.#owners.get(name);
    if (known !== undefined) return known;
    if (this.#owners.size >= this.#maxClients) return 0;
    const owner = this.#owners.size + 1;
    this.#owners.set(name, owner);
    return owner;
  }
}
