/** How many connections one address may have, and how fast it may ask for them. */

import { MAX_KNOWN_ADDRESSES } from '../protocol/index.ts';
import { count, Tally } from '../tally.ts';
import { type BucketSize, TokenBucket } from './token-bucket.ts';

export interface AddressLimits extends BucketSize {
  readonly maxConnections: number;
  /** The machine itself, and with it a proxy on it, is not limited. */
  readonly isLoopbackFree: boolean;
}

export type Refused = 'address_rate' | 'address_connections';

interface Known {
  readonly bucket: TokenBucket;
  connections: number;
}

/** Bounded: what is forgotten first are addresses without connections, and then full buckets. */
export class AddressGuard {
  /** May be changed: for addresses that are not known yet, and for new connections of all. */
  limits: AddressLimits;
  readonly #nowMs: () => number;
  readonly #tally: Tally;
  readonly #known = new Map<string, Known>();

  /** Refusals are counted in `tally`, by reason. */
  constructor(limits: AddressLimits, nowMs: () => number, tally = new Tally()) {
    this.#tally = tally;
    this.limits = limits;
    this.#nowMs = nowMs;
  }

  get size(): number {
    return this.#known.size;
  }

  /** Asks before the handshake, also for those that fail: each costs a token. */
  ask(address: string): Refused | undefined {
    const refused = this.#isFree(address) ? undefined : this.#ask(address);
    if (refused !== undefined) count(this.#tally.rejectedByReason, refused);
    return refused;
  }

  #ask(address: string): Refused | undefined {
    const known = this.#find(networkOf(address));
    if (!known.bucket.take(this.#nowMs())) return 'address_rate';
    if (known.connections >= this.limits.maxConnections) return 'address_connections';
    return undefined;
  }

  entered(address: string): void {
    if (!this.#isFree(address)) this.#find(networkOf(address)).connections += 1;
  }

  left(address: string): void {
    const known = this.#known.get(networkOf(address));
    if (known !== undefined && known.connections > 0) known.connections -= 1;
  }

  #isFree(address: string): boolean {
    return this.limits.isLoopbackFree && isLoopback(address);
  }

  #find(network: string): Known {
    const known = this.#known.get(network);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_KNOWN_ADDRESSES) this.#forget();
    const nowMs = this.#nowMs();
    const made = { bucket: new TokenBucket(this.limits, nowMs), connections: 0 };
    this.#known.set(network, made);
    return made;
  }

  /** Half at a time, so that a flood from many addresses costs a walk of all only now and then. */
  #forget(): void {
    const nowMs = this.#nowMs();
    for (const [network, { bucket, connections }] of this.#known) {
      if (connections === 0 && bucket.isFull(nowMs)) this.#known.delete(network);
    }
    for (const [network, { connections }] of this.#known) {
      if (this.#known.size <= MAX_KNOWN_ADDRESSES / 2) break;
      if (connections === 0) this.#known.delete(network);
    }
  }
}

/** An IPv4 address as it is; of an IPv6 address the /64, which is what one customer has. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === '' ? [] : tail.split(':');
  const zeros = Array(Math.max(0, 8 - front.length - back.length)).fill('0');
  const groups = address.includes('::') ? [...front, ...zeros, ...back] : front;
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

function isLoopback(address: string): boolean {
  return address === '::1' || networkOf(address).startsWith('127.');
}
