/** Ladder, tape and truth strip of the instrument looked at: what is drawn once a frame. */

import { FeedState } from '../../feed/index.ts';
import type { TouchlineClient } from '../browser/index.ts';
import type { FrameStats } from './frame-loop.ts';
import { LadderView } from './ladder/ladder-view.ts';
import { type ShownState, shownState } from './shown-state.ts';
import { TruthView } from './strip/truth-view.ts';
import { WallTime } from './strip/wall-time.ts';
import { TapeView } from './tape/tape-view.ts';
import { Veil, type VeilText, veilText } from './veil.ts';
import { WatchedInstrument } from './watched-instrument.ts';

/** Rows of the tape: a tall screen shows no more. */
const TAPE_ROWS = 64;

/** How long the truth strip repeats what the gateway complained about. */
const NOTICE_MS = 10_000;

export class BookPanels {
  readonly ladder: LadderView;
  readonly tape = new TapeView(TAPE_ROWS);
  readonly truth: TruthView;
  readonly veils: readonly [ladder: Veil, tape: Veil] = [new Veil(), new Veil()];
  readonly #client: TouchlineClient;
  readonly #frames: () => FrameStats;
  readonly #wallTime = new WallTime(Date.now, () => performance.now(), performance.timeOrigin);
  readonly #painted = new MessageChannel();
  readonly #reducedMotion = window.matchMedia('(prefers-reduced-motion: reduce)');
  #watched: WatchedInstrument | undefined;
  #gaps = 0;
  #pausedAtMs: number | undefined;
  #linkChangedAtMs = 0;
  #notice = '';
  #noticeUntilMs = 0;
  /** Gateway time of the newest change drawn, and of the one whose painting is being timed. */
  #drawnGatewayUs = 0;

  constructor(
    client: TouchlineClient,
    sharesClock: boolean,
    frames: () => FrameStats,
    lockChanged: (isLocked: boolean) => void,
  ) {
    this.#client = client;
    this.#frames = frames;
    this.ladder = new LadderView(lockChanged);
    this.truth = new TruthView(sharesClock);
    client.on('link', () => {
      this.#linkChangedAtMs = performance.now();
    });
    client.on('error', (error) => {
      this.#notice = error.message;
      this.#noticeUntilMs = performance.now() + NOTICE_MS;
    });
    this.#painted.port1.onmessage = () => this.#framePainted();
  }

  get watched(): WatchedInstrument | undefined {
    return this.#watched;
  }

  get isPaused(): boolean {
    return this.#pausedAtMs !== undefined;
  }

  /** Subscribes anew: to another instrument, depth or interval. */
  watch(symbol: string, depth: number, interval: number): void {
    const before = this.#watched;
    // The new one first: subscriptions are counted, so what both need is never given up.
    this.#watched = new WatchedInstrument(this.#client, symbol, depth, interval, () => {
      this.#gaps += 1;
    });
    before?.close();
    this.#pausedAtMs = undefined;
    this.tape.reset(symbol);
    this.ladder.reset(symbol, depth);
  }

  togglePause(nowMs: number): void {
    this.#pausedAtMs = this.#pausedAtMs === undefined ? nowMs : undefined;
  }

  /** Draws what changed; returns what may be said of the prices now on the page. */
  draw(nowMs: number): { readonly shown: ShownState; readonly veil: VeilText } {
    const { link } = this.#client;
    const watched = this.#watched;
    const shown = shownState(link, watched?.book, watched?.history.hasBeenLive ?? false);
    watched?.history.see(shown.state, nowMs);
    if (watched !== undefined && !this.isPaused) this.#drawBook(watched, nowMs);
    this.ladder.settle(nowMs);
    const veil = veilText({
      shown,
      link,
      linkForMs: nowMs - this.#linkChangedAtMs,
      ageMs: watched?.history.ageMs(nowMs),
      pausedMs: this.#pausedAtMs === undefined ? undefined : nowMs - this.#pausedAtMs,
    });
    for (const cover of this.veils) cover.draw(veil);
    this.#drawTruth(shown, nowMs);
    return { shown, veil };
  }

  #drawBook(watched: WatchedInstrument, nowMs: number): void {
    const { book } = watched;
    this.tape.draw(watched.tape, book);
    if (!watched.isDirty) return;
    watched.isDirty = false;
    const brighten = book.state === FeedState.Live && !this.#reducedMotion.matches;
    this.ladder.draw(book, nowMs, brighten);
    this.truth.drawPosition(book.sequence, book.transaction);
    if (book.gatewayTimeUs === this.#drawnGatewayUs) return;
    this.#drawnGatewayUs = book.gatewayTimeUs;
    // A message is handled once the frame has been painted; no callback of the frame itself is.
    this.#painted.port2.postMessage(null);
  }

  #framePainted(): void {
    const lateUs = this.#wallTime.nowUs() - this.#drawnGatewayUs;
    this.#watched?.gatewayToScreen.add(lateUs / 1000);
  }

  #drawTruth(shown: ShownState, nowMs: number): void {
    this.truth.draw(
      {
        shown,
        notice: nowMs < this.#noticeUntilMs ? this.#notice : '',
        link: this.#client.link,
        book: this.#watched?.book,
        gaps: this.#gaps,
        engineToGateway: this.#watched?.engineToGateway,
        gatewayToScreen: this.#watched?.gatewayToScreen,
        frames: this.#frames(),
      },
      nowMs,
    );
  }
}
