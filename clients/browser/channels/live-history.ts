/** A book of the past as the client keeps it: what the gateway showed, proved, and where it is to go next. */

import { Side } from '../../../feed/index.ts';
import {
  type GatewayEvent,
  HistoryState,
  LEVEL_WIDTH,
  type Message,
  MessageType,
  StepFormat,
  TRADE_WIDTH,
} from '../../../gateway/protocol/index.ts';
import type { ErrorEvent, TradeEvent } from '../api.ts';
import { CompactBook } from '../compact-book.ts';
import { Emitter } from '../emitter.ts';
import type { ChannelHost, SubscribeOptions } from '../subscription.ts';
import type { HistoryChange, HistoryPlace, HistoryRange, HistoryRefusal } from './history-types.ts';
import type { Shared } from './shared-handle.ts';

const STATES: ReadonlySet<string> = new Set(Object.values(HistoryState));

export class LiveHistory implements Shared {
  readonly channel = 'history';
  readonly symbol: string;
  options: SubscribeOptions;
  asked: SubscribeOptions | undefined;
  /** It says where it was in its own words: see `begin`. */
  readonly resume = undefined;
  readonly events = new Emitter<{ change: [HistoryChange]; trades: [readonly TradeEvent[]] }>();
  classId = 0;
  requestId = 0;
  handles = 0;
  state: HistoryState = HistoryState.Loading;
  reason = '';
  refusal: HistoryRefusal | undefined;
  range: HistoryRange | undefined;
  timeMicros = 0;
  position = 0;
  sequence = 0;
  transaction = 0;
  /** Tenths, as on the wire. */
  speed: number;
  depth: number;
  grouping: number;
  interval: number;
  hashesChecked = 0;
  levels = new CompactBook(0);
  prices = new StepFormat('1');
  quantities = new StepFormat('1');
  readonly #host: ChannelHost;
  #told: HistoryState = HistoryState.Loading;
  #instrument = 0;
  #anchor = 0;
  #epoch: readonly [number, number] = [0, 0];
  /** Where to go; the same object as `#sent` while the gateway looks it up. */
  #wish: HistoryPlace | undefined;
  #sent: HistoryPlace | undefined;
  /** The request that is under way; 0: the one to subscribe. */
  #seekId = 0;
  /** The speed that the gateway was told last. */
  #sentSpeed = 0;
  /** Levels that do not fit what is told: nothing counts until a snapshot. */
  #isDoubtful = false;
  #isWrong = false;

  constructor(
    host: ChannelHost,
    symbol: string,
    options: SubscribeOptions,
    at: HistoryPlace | undefined,
    speed: number,
  ) {
    this.#host = host;
    this.symbol = symbol;
    this.options = options;
    const { depth = 0, grouping = 1, interval = 0 } = options;
    this.depth = depth;
    this.grouping = grouping;
    this.interval = interval;
    this.#wish = at;
    this.speed = speed;
  }

  /** Where it is to be, or was when the connection went. */
  begin(): SubscribeOptions {
    this.#seekId = 0;
    this.#sent = this.#wish;
    this.#sentSpeed = this.speed;
    const [epochSeconds, epochRandom] = this.#epoch;
    const { speed, position } = this;
    if (this.#wish !== undefined) return { ...placeOf(this.#wish), speed };
    return position === 0 ? { speed } : { position, epochSeconds, epochRandom, speed };
  }

  seek(to: HistoryPlace): void {
    this.#wish = to;
    this.refusal = undefined;
    this.#flush();
    this.#changed();
  }

  /** Tenths. */
  play(speed: number): void {
    this.speed = speed;
    if (this.classId !== 0) this.#play(0);
    this.#changed();
  }

  step(): void {
    this.speed = 0;
    if (this.classId !== 0) this.#play(1);
  }

  subscribed(message: Message<typeof MessageType.Subscribed>): void {
    const isNew = this.classId === 0;
    const [, , classId, , , instrument, tickSize, lotSize, depth, interval, anchor] = message;
    this.classId = classId;
    this.#epoch = [message[11], message[12]];
    this.depth = depth;
    this.interval = interval;
    this.grouping = message[13] ?? 1;
    this.#anchor = anchor;
    this.prices = new StepFormat(tickSize);
    this.quantities = new StepFormat(lotSize);
    if (instrument !== this.#instrument) this.levels = new CompactBook(instrument);
    this.#instrument = instrument;
    this.#isDoubtful = true;
    if (!isNew) return;
    // What was wished while the answer was under way.
    if (this.#sentSpeed !== this.speed) this.#play(0);
    if (this.#wish !== this.#sent) this.#flush();
  }

  received(event: GatewayEvent): void {
    if (event[0] === MessageType.Snapshot) this.#snapshot(event);
    else if (event[0] === MessageType.Diff) this.#diff(event);
    else if (event[0] === MessageType.Trades) this.#trades(event);
    else if (event[0] === MessageType.History) this.#history(event);
  }

  linkChanged(): void {
    // What was shown is that of a class that is no more: the next one says anew.
    if (this.#host.linkTrouble?.reason === 'DISCONNECTED') this.#told = HistoryState.Loading;
    this.#changed();
  }

  failed(id: number, error: ErrorEvent, retryAfterMs: number): void {
    const isSubscribing = id !== 0 && id === this.requestId && this.classId === 0;
    const isSeek = id !== 0 && id === this.#seekId;
    if (!isSubscribing && !isSeek) return;
    if (isSeek) this.#seekId = 0;
    this.#wish = undefined;
    this.refusal = { ...error, retryAfterMs };
    this.#told = HistoryState.Refused;
    this.#changed();
  }

  /** One place at a time is looked up; of those that are wished meanwhile only the last one is. */
  #flush(): void {
    const { classId } = this;
    const to = this.#wish;
    if (classId === 0 || to === undefined || this.#seekId !== 0) return;
    this.#sent = to;
    this.#seekId = this.#host.ask((id) => [MessageType.Seek, id, classId, placeOf(to)]);
  }

  #play(steps: number): void {
    const { classId, speed } = this;
    this.#sentSpeed = speed;
    this.#host.ask((id) => [MessageType.Play, id, classId, speed, steps]);
  }

  #snapshot(event: Message<typeof MessageType.Snapshot>): void {
    const [, , sequence, transaction, engineTimeUs, , bids, asks, laneA, laneB] = event;
    this.levels.clear();
    this.timeMicros = engineTimeUs;
    this.#isDoubtful = false;
    this.#isWrong = false;
    this.#shown([sequence, transaction, event[11]], bids, asks);
    if (this.#isProved(laneA, laneB)) this.#changed({ kind: 'snapshot', merged: 0 });
  }

  #diff(event: Message<typeof MessageType.Diff>): void {
    const [, , sequence, advance, transaction, engineTimeUs, , merged, bids, asks] = event;
    if (this.#isDoubtful) return;
    if (sequence - advance !== this.sequence) {
      this.#doubt();
      return;
    }
    this.timeMicros = Math.max(this.timeMicros, engineTimeUs);
    this.#shown([sequence, transaction, event[12]], bids, asks);
    if (this.#isProved(event[10], event[11])) this.#changed({ kind: 'diff', merged });
  }

  #trades([, , , engineTimeUs, , flat]: Message<typeof MessageType.Trades>): void {
    const trades: TradeEvent[] = [];
    for (let i = 0; i + TRADE_WIDTH <= flat.length; i += TRADE_WIDTH) {
      const [id, price, quantity, side, timeUs] = flat.slice(i) as [
        ...[number, number, number, number, number],
      ];
      const aggressor = side === Side.Bid || side === Side.Ask ? side : undefined;
      trades.push({
        ...{ id, price: this.#anchor + price, quantity, aggressor },
        timeUs: engineTimeUs + timeUs,
      });
    }
    this.events.emit('trades', trades);
  }

  #history(event: Message<typeof MessageType.History>): void {
    const [, , request, told, speed, position, timeUs, oldest, next, oldestTime, newestTime] =
      event;
    if (!STATES.has(told)) return;
    this.#told = told as HistoryState;
    if (newestTime > 0) {
      this.range = {
        earliest: { position: oldest, timeMicros: oldestTime },
        latest: { position: next, timeMicros: newestTime },
      };
    }
    if (told !== HistoryState.Loading && request >= this.#seekId) {
      this.#seekId = 0;
      if (this.#wish === this.#sent) this.#wish = undefined;
      this.refusal = refusalOf(event);
      // Where the archive ends, and where it is refused, it stands still.
      if (told === HistoryState.Ended || told === HistoryState.Refused) this.speed = speed;
      if (this.#wish === undefined && position > 0) {
        this.position = position;
        this.timeMicros = timeUs;
      }
      this.#flush();
    }
    this.#changed();
  }

  #shown(
    [sequence, transaction, position]: readonly [number, number, number | undefined],
    bids: readonly number[],
    asks: readonly number[],
  ): void {
    this.sequence = sequence;
    this.transaction = transaction;
    if (position !== undefined) this.position = position;
    for (const [side, flat] of [bids, asks].entries()) {
      for (let i = 0; i + LEVEL_WIDTH <= flat.length; i += LEVEL_WIDTH) {
        const [price = 0, quantity = 0, orders = 0] = flat.slice(i, i + LEVEL_WIDTH);
        this.levels.apply(side as Side, this.#anchor + price, quantity, orders);
      }
    }
  }

  /** The levels have the hash that the gateway has taken of its own; else they are asked for again. */
  #isProved(laneA: number | undefined, laneB: number | undefined): boolean {
    const { hash } = this.levels;
    if (hash.laneA >>> 0 === laneA && hash.laneB >>> 0 === laneB) {
      this.hashesChecked += 1;
      return true;
    }
    this.#doubt();
    return false;
  }

  #doubt(): void {
    this.#isDoubtful = true;
    this.#isWrong = true;
    this.#host.resync(this);
    this.#changed();
  }

  /** The gravest word wins: the link, the levels, a wish that is under way, what the gateway says. */
  #changed(change: HistoryChange = { kind: 'state', merged: 0 }): void {
    const link = this.#host.linkTrouble;
    if (link !== undefined) [this.state, this.reason] = [HistoryState.Loading, link.reason];
    else if (this.#isWrong && this.refusal === undefined) {
      [this.state, this.reason] = [HistoryState.Loading, 'HASH_MISMATCH'];
    } else if (this.#wish !== undefined) [this.state, this.reason] = [HistoryState.Loading, ''];
    else [this.state, this.reason] = [this.#told, this.refusal?.message ?? ''];
    this.events.emit('change', change);
  }
}

function refusalOf(event: Message<typeof MessageType.History>): HistoryRefusal | undefined {
  const code = event[11];
  if (code === undefined) return undefined;
  return {
    code,
    message: event[12] ?? '',
    retryable: event[13] ?? false,
    retryAfterMs: event[14] ?? 0,
  };
}

function placeOf(to: HistoryPlace): SubscribeOptions {
  return 'position' in to ? { position: to.position } : { timeUs: Math.round(to.timeMicros) };
}
