/** Who may use which name: keeps an account per client, and forgets those without state. */

import {
  COMMAND_BURST,
  COMMANDS_PER_SECOND,
  MAX_CLIENT_NAME_BYTES,
  MAX_CLIENTS,
  MAX_ENTRY_HEARTBEAT_MS,
  MAX_OWNERS,
  MIN_ENTRY_HEARTBEAT_MS,
  RESUME_WINDOW_MS,
  SESSION_TOKEN_BYTES,
} from '../protocol/index.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { ClientAccount, type ClientChoice, type ClientIdentity } from './client-account.ts';
import { RateBucket, type RateLimit } from './rate-bucket.ts';
import { ReportLogMemory } from './report-log-memory.ts';

export { type ClientChoice, type ClientIdentity, USUAL_CHOICE } from './client-account.ts';

/** The owner of what the engine itself does, such as listing its market file. */
export const ENGINE_OWNER = 0;

export interface ClientDirectoryOptions {
  /** A new random token: 32 hexadecimal digits. */
  readonly newToken: () => string;
  /** How many orders an owner has open. */
  readonly openOrdersOf: (owner: number) => number;
  readonly maxClients?: number;
  readonly reportMemory?: ReportLogMemory;
  /** For each client. */
  readonly rateLimit?: RateLimit;
  /** Told whenever a name gets an owner or another token, or its bearer chooses otherwise. */
  readonly onClaimed?: (client: ClientIdentity) => void;
}

const DEFAULT_RATE: RateLimit = { perSecond: COMMANDS_PER_SECOND, burst: COMMAND_BURST };

/**
 * An account has state while its client has a live session or an open order, or has lost its
 * session a short time ago. Without state its name is anybody's, and its memory is somebody else's
 * when that is needed; a name that has not been forgotten keeps its owner number.
 */
export class ClientDirectory {
  /** From the one whose session began the longest ago to the newest. */
  readonly #byName = new Map<string, ClientAccount>();
  /** Owner numbers are dense, and every report of an order asks for one. */
  readonly #byOwner: (ClientAccount | undefined)[] = [undefined];
  readonly #options: ClientDirectoryOptions;
  readonly #memory: ReportLogMemory;
  #lastOwner = ENGINE_OWNER;

  constructor(options: ClientDirectoryOptions) {
    this.#options = options;
    this.#memory = options.reportMemory ?? new ReportLogMemory();
  }

  get size(): number {
    return this.#byName.size;
  }

  ofName(name: string): ClientAccount | undefined {
    return this.#byName.get(name);
  }

  ofOwner(owner: number): ClientAccount | undefined {
    return this.#byOwner[owner];
  }

  /** All that are known, from the one that is forgotten first. */
  accounts(): Iterable<ClientAccount> {
    return this.#byName.values();
  }

  openOrdersOf(account: ClientAccount): number {
    return this.#options.openOrdersOf(account.owner);
  }

  hasState(account: ClientAccount, nowMs: number): boolean {
    if (account.session !== undefined || nowMs < account.heldUntilMs) return true;
    return this.openOrdersOf(account) > 0;
  }

  /** Gives a name without state to whoever asks for it; undefined when there is no room for it. */
  claim(name: string, choice: ClientChoice, nowMs: number): ClientAccount | undefined {
    const known = this.#byName.get(name);
    if (known !== undefined) {
      known.token = this.#options.newToken();
      known.choose(choice);
      // What the former bearer of the name was told is not for the next one.
      known.reports.clear();
      this.#makeNewest(known);
      this.#options.onClaimed?.(known);
      return known;
    }
    const { maxClients = MAX_CLIENTS, newToken } = this.#options;
    if (this.#lastOwner >= MAX_OWNERS) return undefined;
    if (this.#byName.size >= maxClients && !this.#forgetOne(nowMs)) return undefined;
    const owner = this.#lastOwner + 1;
    const account = this.#add({ ...choice, name, owner, token: newToken() }, nowMs);
    this.#options.onClaimed?.(account);
    return account;
  }

  /**
   * Takes in what `onClaimed` told before a restart, in that order; the latest of a name holds. The
   * client may come back with its token, and nobody else may for a while.
   */
  restore(client: ClientIdentity, nowMs: number): void {
    const known = this.#byOwner[client.owner];
    if (known !== undefined) {
      // With the same token it is the same bearer, who has only chosen otherwise.
      if (known.token !== client.token) known.reports.clear();
      known.token = client.token;
      known.choose(client);
    }
    const account = known ?? this.#add(client, nowMs);
    account.heldUntilMs = nowMs + RESUME_WINDOW_MS;
  }

  /** Takes a name from whoever has it: it goes, with its orders, to the next one who asks for it. */
  release(account: ClientAccount): void {
    account.token = this.#options.newToken();
    account.isOpen = true;
    account.heldUntilMs = 0;
    this.#options.onClaimed?.(account);
  }

  /** Accounts from the one that is forgotten first to the newest. */
  saveState(writer: StateWriter): void {
    writer.part('clnt', () => {
      writer.int(this.#lastOwner);
      writer.count(this.#byName.size);
      for (const account of this.#byName.values()) {
        writer.u32(account.owner);
        writer.text(account.name);
        writer.text(account.token);
        writer.bool(account.isOpen);
        writer.int(account.heartbeatMs);
        writer.bool(account.cancelOnDisconnect);
        account.saveState(writer);
      }
    });
  }

  /** As `restore`: every client may come back, and for a while nobody else under its name. */
  loadState(reader: StateReader, nowMs: number): void {
    reader.part('clnt', () => {
      const lastOwner = reader.int(ENGINE_OWNER, MAX_OWNERS);
      for (let left = reader.count(MAX_OWNERS, 1); left > 0; left -= 1) {
        const owner = reader.u32();
        const name = reader.text(MAX_CLIENT_NAME_BYTES);
        const token = reader.text(2 * SESSION_TOKEN_BYTES);
        const isOpen = reader.bool();
        const heartbeatMs = reader.int(MIN_ENTRY_HEARTBEAT_MS, MAX_ENTRY_HEARTBEAT_MS);
        const cancelOnDisconnect = reader.bool();
        const choice = { isOpen, heartbeatMs, cancelOnDisconnect };
        const isNew = this.#byOwner[owner] === undefined && !this.#byName.has(name);
        if (!isNew || owner > lastOwner) reader.refuse(`Client ${owner} cannot be.`);
        const account = this.#add({ name, owner, token, ...choice }, nowMs);
        account.loadState(reader);
        account.heldUntilMs = nowMs + RESUME_WINDOW_MS;
      }
      this.#lastOwner = lastOwner;
    });
  }

  #add(client: ClientIdentity, nowMs: number): ClientAccount {
    const { name, owner } = client;
    const { rateLimit = DEFAULT_RATE } = this.#options;
    const bucket = new RateBucket(rateLimit, nowMs);
    const account = new ClientAccount(client, this.#memory, bucket);
    this.#byName.set(name, account);
    while (this.#byOwner.length <= owner) this.#byOwner.push(undefined);
    this.#byOwner[owner] = account;
    this.#lastOwner = Math.max(this.#lastOwner, owner);
    return account;
  }

  /** The client has come back: it is the last to be forgotten. */
  resume(account: ClientAccount, choice: ClientChoice): void {
    this.#makeNewest(account);
    if (account.choose(choice)) this.#options.onClaimed?.(account);
  }

  #makeNewest(account: ClientAccount): void {
    this.#byName.delete(account.name);
    this.#byName.set(account.name, account);
  }

  #forgetOne(nowMs: number): boolean {
    for (const account of this.#byName.values()) {
      if (this.hasState(account, nowMs)) continue;
      account.reports.clear();
      this.#byName.delete(account.name);
      this.#byOwner[account.owner] = undefined;
      return true;
    }
    return false;
  }
}
