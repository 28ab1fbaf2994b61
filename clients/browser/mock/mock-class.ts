/** One subscription at a mock gateway: what its client is told of it, and in which order. */

import { type GatewayEvent, MessageType } from '../../../gateway/protocol/index.ts';
import type { SubscribeOptions } from '../subscription.ts';
import { keyOf } from '../wish.ts';
import type { MockInstrument, MockTrade } from './mock-instrument.ts';
import { aggressorOf, changes, flat, hashOf, type MockWindow, windowOf } from './mock-window.ts';

/** What a subscription needs of the gateway. */
export interface ClassMarket {
  readonly nowUs: number;
  readonly epoch: readonly [seconds: number, random: number];
  readonly transaction: number;
  readonly instruments: readonly MockInstrument[];
  /** Whether there is anything to look back at. */
  readonly hasArchive: boolean;
  /** Whether this diff is to be lost, or to be wrong. */
  faultOfDiff(): 'lost' | 'forged' | undefined;
}

const NOTHING: MockWindow = { bids: [], asks: [] };
/** Prices are told as they are. */
const ANCHOR = 0;
const FORGED_LOTS = 987_654_321;

export class MockClass {
  readonly id: number;
  readonly channel: string;
  readonly options: SubscribeOptions;
  /** `undefined` for the list of instruments. */
  readonly instrument: MockInstrument | undefined;
  readonly #market: ClassMarket;
  readonly #tell: (event: GatewayEvent) => void;
  #sequence: number;
  #shown = NOTHING;
  #isTold = true;

  constructor(
    id: number,
    channel: string,
    options: SubscribeOptions,
    instrument: MockInstrument | undefined,
    market: ClassMarket,
    tell: (event: GatewayEvent) => void,
  ) {
    this.id = id;
    this.channel = channel;
    this.options = options;
    this.instrument = instrument;
    this.#market = market;
    this.#tell = tell;
    this.#sequence = instrument?.sequence ?? 0;
  }

  /** Two of one key are the same subscription. */
  get key(): string {
    return keyOf(this.channel, this.instrument?.symbol ?? '', this.options);
  }

  /** The answer to a request, or with id 0 the news that what was known leads nowhere any more. */
  announce(requestId: number): void {
    if (requestId === 0) this.#sequence = 0;
    const { id = 0, symbol = '', tickSize = '1', lotSize = '1' } = this.instrument ?? {};
    const { depth = 0, interval = 0, grouping = 1 } = this.options;
    const head = [MessageType.Subscribed, requestId, this.id, this.channel, symbol, id] as const;
    const how = [tickSize, lotSize, depth, interval, ANCHOR] as const;
    this.#tell([...head, ...how, ...this.#market.epoch, grouping, this.#sequence]);
    this.begin();
  }

  /** What a new member gets, and one that asks again. */
  begin(): void {
    const { instrument, channel } = this;
    this.#isTold = true;
    if (instrument === undefined) {
      this.#list();
      return;
    }
    if (channel === 'book') this.#snapshot(instrument);
    if (channel === 'best') this.#best(instrument, true);
    if (channel !== 'trades') this.statusChanged(instrument);
  }

  /** One transaction. */
  changed(instrument: MockInstrument, trades: readonly MockTrade[], firstTrade: number): void {
    if (this.channel === 'book') this.#diff(instrument);
    else if (this.channel === 'best') this.#best(instrument, false);
    else if (this.channel === 'trades' && trades.length > 0) {
      this.#trades(instrument, trades, firstTrade);
    }
  }

  statusChanged({ id, status, state, reason, statusReason }: MockInstrument): void {
    if (this.channel === 'trades') return;
    this.#tell([MessageType.Status, this.id, id, status, state, reason, statusReason]);
  }

  /** A book that was told nothing since the last beat gets a heartbeat, with the hash of what it is. */
  beat(): void {
    if (this.channel === 'book' && this.instrument !== undefined && !this.#isTold) {
      const { transaction } = this.#market;
      const hash = hashOf(this.instrument.id, this.#shown);
      this.#tell([MessageType.Heartbeat, this.id, this.#sequence, transaction, ...hash]);
    }
    this.#isTold = false;
  }

  #list(): void {
    const rows = this.#market.instruments.map((one) => [
      ...[one.id, one.symbol, one.tickSize, one.lotSize],
      ...[one.status, one.state, one.reason, one.statusReason],
    ]);
    this.#tell([MessageType.Instruments, this.id, true, rows]);
  }

  #snapshot(instrument: MockInstrument): void {
    this.#show(instrument);
    const { bids, asks } = this.#shown;
    this.#tell([
      ...([MessageType.Snapshot, ...this.#position()] as const),
      ...([flat(bids, ANCHOR), flat(asks, ANCHOR)] as const),
      ...([...hashOf(instrument.id, this.#shown), 0] as const),
    ]);
  }

  #diff(instrument: MockInstrument): void {
    const before = this.#shown;
    const advance = instrument.sequence - this.#sequence;
    this.#show(instrument);
    this.#isTold = true;
    const fault = this.#market.faultOfDiff();
    if (fault === 'lost') return;
    const bids = flat(changes(before.bids, this.#shown.bids), ANCHOR);
    const asks = flat(changes(before.asks, this.#shown.asks), ANCHOR);
    // At the first price that is told of, or at one that nobody else would take.
    if (fault === 'forged') bids.push(bids[0] ?? 1, FORGED_LOTS, 1);
    const [id, sequence, ...when] = this.#position();
    const hash = hashOf(instrument.id, this.#shown);
    this.#tell([MessageType.Diff, id, sequence, advance, ...when, 1, bids, asks, ...hash]);
  }

  #best(instrument: MockInstrument, isWanted: boolean): void {
    const now = windowOf(instrument.book, 1, 1);
    if (!isWanted && JSON.stringify(now) === JSON.stringify(this.#shown)) return;
    this.#shown = now;
    this.#sequence = instrument.sequence;
    const levels = [flat(now.bids, ANCHOR), flat(now.asks, ANCHOR)] as const;
    this.#tell([MessageType.Best, ...this.#position(), ...levels]);
  }

  #trades(instrument: MockInstrument, trades: readonly MockTrade[], firstTrade: number): void {
    this.#sequence = instrument.sequence;
    const told = trades.flatMap(([price, quantity, side], i) => [
      ...[firstTrade + i, price - ANCHOR, quantity, aggressorOf(side), 0],
    ]);
    const { nowUs } = this.#market;
    this.#tell([MessageType.Trades, this.id, this.#sequence, nowUs, 0, told]);
  }

  #show(instrument: MockInstrument): void {
    const { depth = 0, grouping = 1 } = this.options;
    this.#shown = windowOf(instrument.book, depth, grouping);
    this.#sequence = instrument.sequence;
  }

  /** Class, sequence, transaction, the engine's time, and how much later it was told. */
  #position(): readonly [number, number, number, number, number] {
    const { nowUs, transaction } = this.#market;
    return [this.id, this.#sequence, transaction, nowUs, 0];
  }
}
