/** One of those who hold a subscription: closed once, with its listeners; the last one ends it. */

import type { ChannelHost, Subscription } from '../subscription.ts';

export interface Shared extends Subscription {
  handles: number;
}

export interface SharedHandle<Live extends Shared> {
  readonly live: Live;
  /** Takes a listener off with the handle; returns the function that was given. */
  keep(off: () => void): () => void;
  close(): void;
}

export function sharedHandle<Live extends Shared>(
  host: ChannelHost,
  live: Live,
): SharedHandle<Live> {
  const offs: (() => void)[] = [];
  let isOpen = true;
  live.handles += 1;
  return {
    live,
    keep(off) {
      offs.push(off);
      return off;
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      for (const off of offs) off();
      live.handles -= 1;
      if (live.handles === 0) host.release(live);
    },
  };
}
