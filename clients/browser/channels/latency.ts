/** How long transactions took on their way to the gateway, a window a second. */

import { type GatewayEvent, MessageType } from '../../../gateway/protocol/index.ts';
import type { TouchlineClient } from '../api.ts';
import { Emitter } from '../emitter.ts';
import { fitsKinds } from '../event-check.ts';
import type { ChannelHost, SubscribeOptions } from '../subscription.ts';
import { keyOf } from '../wish.ts';
import { type Shared, sharedHandle } from './shared-handle.ts';

/** From the engine's sequencing on, microseconds; clocks of two machines differ by their error. */
export interface HopLatency {
  /** Such as "published", "applied", "diff". */
  readonly name: string;
  readonly samples: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly mostUs: number;
}

export interface Latency {
  /** Of the newest window; empty before the first. */
  readonly hops: readonly HopLatency[];
  on(event: 'change', listener: (hops: readonly HopLatency[]) => void): () => void;
  close(): void;
}

/** Of one row, as everywhere: more may follow. */
export const HOP_KINDS = 'snnnn';

class LiveLatency implements Shared {
  readonly channel = 'latency';
  readonly symbol = '';
  readonly options: SubscribeOptions = {};
  asked: SubscribeOptions | undefined;
  readonly resume = undefined;
  readonly events = new Emitter<{ change: [readonly HopLatency[]] }>();
  classId = 0;
  requestId = 0;
  handles = 0;
  hops: readonly HopLatency[] = [];

  subscribed(message: readonly [number, number, number, ...unknown[]]): void {
    this.classId = message[2];
  }

  received(event: GatewayEvent): void {
    if (event[0] !== MessageType.Latency) return;
    const rows = event[4].filter((row) => fitsKinds(HOP_KINDS, row, 0));
    this.hops = rows.map((row) => {
      const [name, samples, p50Us, p99Us, mostUs] = row as [string, number, number, number, number];
      return { name, samples, p50Us, p99Us, mostUs };
    });
    this.events.emit('change', this.hops);
  }

  linkChanged(): void {}
}

export function openLatency(client: TouchlineClient): Latency {
  const host = client as unknown as ChannelHost;
  const { live, keep, close } = sharedHandle(
    host,
    host.share(keyOf('latency', '', {}), () => new LiveLatency()),
  );
  return {
    get hops() {
      return live.hops;
    },
    on: (_event, listener) => keep(live.events.on('change', listener)),
    close,
  };
}
