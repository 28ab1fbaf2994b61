/** The market behind a mock gateway: what all its sessions see, and what can be done to it. */

import { CLOSE_CODES, type CloseName, type ErrorName } from '../../../gateway/protocol/index.ts';
import type { Fault } from './faults.ts';
import { copyOf } from './mock-history.ts';
import type { InstrumentOptions } from './mock-instrument.ts';
import { MockInstrument, type MockListener, type MockTrade } from './mock-instrument.ts';
import { MockSession, type SessionMarket } from './mock-session.ts';
import { type MockSocket, NO_CLOSE_CODE } from './mock-socket.ts';

/** The moment at which mock time begins, microseconds since 1970. */
const BIRTH_US = 1_700_000_000_000_000;
const CHANNELS: readonly string[] = ['book', 'best', 'trades', 'status', 'history'];

export class MockMarket implements SessionMarket, MockListener {
  readonly sessions = new Set<MockSession>();
  readonly instruments: MockInstrument[] = [];
  readonly hiddenListeners = new Set<(isHidden: boolean) => void>();
  isHidden = false;
  transaction = 0;
  epoch: readonly [number, number] = [BIRTH_US / 1e6, 1];
  readonly validFor: (token: string | null) => number | undefined;
  readonly #nowMs: () => number;
  readonly #refused = new Map<string, ErrorName>();
  #isDown = false;
  #isStalled = false;
  #lostDiffs = 0;
  #isForging = false;
  #nextTrade = 1;
  /** Of the engine's stream: behind all that has happened. */
  #position = 1;
  readonly hasArchive: boolean;

  constructor(
    nowMs: () => number,
    checkToken: (token: string | null) => number | undefined,
    hasArchive: boolean,
  ) {
    this.hasArchive = hasArchive;
    this.#nowMs = nowMs;
    this.validFor = checkToken;
  }

  get nowUs(): number {
    return BIRTH_US + Math.round(this.#nowMs() * 1000);
  }

  list(symbol: string, options: InstrumentOptions): MockInstrument {
    const instrument = new MockInstrument(this.instruments.length + 1, symbol, options, this);
    this.instruments.push(instrument);
    for (const session of this.sessions) session.listed();
    return instrument;
  }

  /** A client wants to come in. */
  knock(socket: MockSocket, isServed: boolean): void {
    if (socket.readyState !== 0) return;
    if (this.#isDown || !isServed) {
      socket.end(NO_CLOSE_CODE, '');
    } else if (!this.#isStalled) {
      // In a network that is cut a client knocks in vain, and hears not even that.
      this.sessions.add(new MockSession(socket, this));
      socket.open();
    }
  }

  ended(session: MockSession): void {
    this.sessions.delete(session);
  }

  refusal(channel: string, symbol: string): ErrorName | undefined {
    if (channel === 'instruments') return undefined;
    if (!CHANNELS.includes(channel)) return 'UNKNOWN_CHANNEL';
    const isKnown = this.instruments.some((one) => one.symbol === symbol);
    return this.#refused.get(symbol) ?? (isKnown ? undefined : 'UNKNOWN_SYMBOL');
  }

  faultOfDiff(): 'lost' | 'forged' | undefined {
    if (this.#lostDiffs > 0) {
      this.#lostDiffs -= 1;
      return 'lost';
    }
    if (!this.#isForging) return undefined;
    this.#isForging = false;
    return 'forged';
  }

  changed(instrument: MockInstrument, trades: readonly MockTrade[]): void {
    this.transaction += 1;
    const firstTrade = this.#nextTrade;
    this.#nextTrade += trades.length;
    this.#remember(instrument, trades, firstTrade);
    for (const session of this.sessions) session.changed(instrument, trades, firstTrade);
  }

  /** As an archive does; its stream counts a record for the transaction besides those of the instrument. */
  #remember(instrument: MockInstrument, trades: readonly MockTrade[], firstTrade: number): void {
    const { past, sequence, book } = instrument;
    const before = past.at(-1)?.sequence ?? 0;
    this.#position += 1 + sequence - before;
    const { nowUs: timeUs, transaction } = this;
    const position = this.#position;
    past.push({ timeUs, position, sequence, transaction, book: copyOf(book), trades, firstTrade });
  }

  statusChanged(instrument: MockInstrument): void {
    for (const session of this.sessions) session.statusChanged(instrument);
  }

  inject(fault: Fault): void {
    switch (fault.fault) {
      case 'cut':
        this.#endAll(NO_CLOSE_CODE, '');
        break;
      case 'down':
        this.#isDown = true;
        this.#endAll(NO_CLOSE_CODE, '');
        break;
      case 'up':
        this.#isDown = false;
        break;
      case 'stall':
        this.#isStalled = true;
        for (const { socket } of this.sessions) socket.stall();
        break;
      case 'flow':
        this.#isStalled = false;
        for (const { socket } of [...this.sessions]) socket.flow();
        break;
      case 'lose-diffs':
        this.#lostDiffs += fault.count;
        break;
      case 'forge-diff':
        this.#isForging = true;
        break;
      case 'close':
        this.#close(fault.name);
        break;
      case 'restart':
        for (const session of this.sessions) session.refuse(0, 'RESTARTING', fault.afterMs);
        break;
      case 'expire':
        for (const session of this.sessions) session.refuse(0, 'TOKEN_EXPIRED', 0);
        this.#close('TOKEN_EXPIRED');
        break;
      case 'refuse':
        if (fault.name === undefined) this.#refused.delete(fault.symbol);
        else this.#refused.set(fault.symbol, fault.name);
        break;
      case 'new-epoch':
        this.#beginAnew();
        break;
      default:
        fault satisfies never;
    }
  }

  #beginAnew(): void {
    this.epoch = [this.epoch[0] + 1, this.epoch[1] + 1];
    this.transaction = 0;
    for (const instrument of this.instruments) {
      instrument.sequence = 0;
      instrument.past.length = 0;
      instrument.book.clear();
      for (const session of this.sessions) session.restarted(instrument);
    }
  }

  #close(name: CloseName): void {
    const [code, , words] = CLOSE_CODES[name];
    this.#endAll(code, `${name}: ${words}`);
  }

  #endAll(code: number, reason: string): void {
    for (const { socket } of [...this.sessions]) socket.end(code, reason);
  }
}
