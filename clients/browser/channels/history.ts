/** The book as it was at a time or a position, then forward at a speed; back to live is a live book. */

import { Side } from '../../../feed/index.ts';
import {
  DEFAULT_DEPTH,
  DEFAULT_GROUPING,
  DEFAULT_INTERVAL_MS,
  DEPTH_LADDER,
  GROUPING_LADDER,
  HISTORY_INTERVAL_LADDER,
  HISTORY_SPEED_LADDER,
  MAX_HISTORY_DEPTH,
  serve,
} from '../../../gateway/protocol/index.ts';
import type { TouchlineClient, TradeEvent } from '../api.ts';
import { Emitter } from '../emitter.ts';
import { bestOf, levelsView } from '../levels.ts';
import type { ChannelHost } from '../subscription.ts';
import { keyOf } from '../wish.ts';
import type { History, HistoryChange, HistoryOptions } from './history-types.ts';
import { LiveHistory } from './live-history.ts';
import { sharedHandle } from './shared-handle.ts';

export type * from './history-types.ts';

/** What is served for `play`. */
export const HISTORY_SPEEDS: readonly number[] = HISTORY_SPEED_LADDER.map((tenths) => tenths / 10);

let opened = 0;

/** The past of an instrument, from a gateway whose relay has an archive; `state` says when there is none. */
export function openHistory(
  client: TouchlineClient,
  symbol: string,
  { at, speed = 0, ...view }: HistoryOptions = {},
): History {
  const host = client as unknown as ChannelHost;
  const { depth = DEFAULT_DEPTH, grouping = DEFAULT_GROUPING } = view;
  const options = {
    depth: Math.min(MAX_HISTORY_DEPTH, serve(DEPTH_LADDER, depth)),
    grouping: serve(GROUPING_LADDER, grouping),
    interval: serve(HISTORY_INTERVAL_LADDER, view.interval ?? DEFAULT_INTERVAL_MS),
  };
  // Nobody else's: two who look at the same past go their own ways.
  opened += 1;
  const key = `${keyOf('history', symbol, options)} ${opened}`;
  const make = () => new LiveHistory(host, symbol, options, at, tenthsOf(speed));
  const { live, keep, close } = sharedHandle(host, host.share(key, make));
  let isOpen = true;
  const bids = levelsView(() => live.levels, Side.Bid);
  const asks = levelsView(() => live.levels, Side.Ask);
  const frames = new FrameTeller(host);
  keep(live.events.on('change', (change) => frames.changed(change)));
  return {
    ...{ symbol, bids, asks, best: bestOf(bids, asks) },
    get state() {
      return live.state;
    },
    get reason() {
      return live.reason;
    },
    get refusal() {
      return live.refusal;
    },
    get range() {
      return live.range;
    },
    get timeMicros() {
      return live.timeMicros;
    },
    get position() {
      return live.position;
    },
    get sequence() {
      return live.sequence;
    },
    get transaction() {
      return live.transaction;
    },
    get speed() {
      return live.speed / 10;
    },
    get depth() {
      return live.depth;
    },
    get grouping() {
      return live.grouping;
    },
    get interval() {
      return live.interval;
    },
    get hashesChecked() {
      return live.hashesChecked;
    },
    formatPrice: (ticks) => live.prices.format(ticks),
    formatQuantity: (lots) => live.quantities.format(lots),
    seek: (to) => isOpen && live.seek(to),
    play: (wanted) => isOpen && live.play(tenthsOf(wanted)),
    pause: () => isOpen && live.play(0),
    step: () => isOpen && live.step(),
    close() {
      isOpen = false;
      close();
    },
    on(event: 'change' | 'frame' | 'trades', listener: (value: never) => void) {
      if (event === 'trades') {
        return keep(live.events.on(event, listener as (all: readonly TradeEvent[]) => void));
      }
      const told = listener as (change: HistoryChange) => void;
      return keep(event === 'frame' ? frames.on(told) : live.events.on(event, told));
    },
  };
}

/** Tells at most once a frame what has changed since the one before. */
class FrameTeller {
  readonly #host: ChannelHost;
  readonly #events = new Emitter<{ frame: [HistoryChange] }>();
  #untold: HistoryChange | undefined;
  #isWanted = false;

  constructor(host: ChannelHost) {
    this.#host = host;
  }

  on(listener: (change: HistoryChange) => void): () => void {
    this.#isWanted = true;
    return this.#events.on('frame', listener);
  }

  changed(change: HistoryChange): void {
    if (!this.#isWanted) return;
    const untold = this.#untold;
    if (untold === undefined) this.#host.nextFrame(() => this.#tell());
    const kind = untold === undefined || change.kind !== 'state' ? change.kind : untold.kind;
    this.#untold = { kind, merged: (untold?.merged ?? 0) + change.merged };
  }

  #tell(): void {
    const change = this.#untold;
    this.#untold = undefined;
    if (change !== undefined) this.#events.emit('frame', change);
  }
}

/** As on the wire; 0 stands still. */
function tenthsOf(speed: number): number {
  return speed > 0 ? serve(HISTORY_SPEED_LADDER, speed * 10) : 0;
}
