/** Every panel of the instrument looked at: what is drawn once a frame, and what more slowly. */

import { FeedState } from '../../feed/index.ts';
import type { Latency } from '../browser/channels/index.ts';
import type { Book, TouchlineClient } from '../browser/index.ts';
import { PageColours } from './canvas/page-colours.ts';
import type { Channels } from './channels.ts';
import { Charts } from './charts.ts';
import type { FrameStats } from './frame-loop.ts';
import { LadderView } from './ladder/ladder-view.ts';
import { OrderQueueView } from './ladder/order-queue-view.ts';
import type { PastBook } from './past/past-book.ts';
import { coverPast } from './past/past-cover.ts';
import { TimeTravel } from './past/time-travel.ts';
import { type ShownState, shownState } from './shown-state.ts';
import { Notices } from './strip/notices.ts';
import { TruthView } from './strip/truth-view.ts';
import { WallTime } from './strip/wall-time.ts';
import { TapeView } from './tape/tape-view.ts';
import { texts } from './texts.ts';
import { Veil, type VeilText, veilText } from './veil.ts';
import { WatchedInstrument, type WatchOptions } from './watched-instrument.ts';

/** Rows of the tape: a tall screen shows no more. */
const TAPE_ROWS = 64;

export class BookPanels {
  readonly ladder: LadderView;
  readonly queue: OrderQueueView;
  readonly tape = new TapeView(TAPE_ROWS);
  readonly colours = new PageColours(document.documentElement);
  readonly charts: Charts;
  readonly truth: TruthView;
  readonly travel: TimeTravel;
  readonly veils = {
    ladder: new Veil(),
    tape: new Veil(),
    price: new Veil(),
    heatmap: new Veil(),
    depth: new Veil(),
  };
  readonly #client: TouchlineClient;
  readonly #channels: Channels | undefined;
  readonly #frames: () => FrameStats;
  readonly #notices: Notices;
  readonly #latency: Latency | undefined;
  readonly #wallTime = new WallTime(Date.now, () => performance.now(), performance.timeOrigin);
  readonly #painted = new MessageChannel();
  #watched: WatchedInstrument | undefined;
  #candleSeconds = 1;
  #depthShown = 0;
  #gaps = 0;
  #repairs = 0;
  #pausedAtMs: number | undefined;
  /** What lies over every panel as they were last written. */
  #cover: VeilText | undefined;
  /** Gateway time of the newest change drawn, and of the one whose painting is being timed. */
  #drawnGatewayUs = 0;

  constructor(
    client: TouchlineClient,
    channels: Channels | undefined,
    sharesClock: boolean,
    frames: () => FrameStats,
    lockChanged: (isLocked: boolean) => void,
    pastChanged: () => void = () => {},
  ) {
    this.#client = client;
    this.charts = new Charts(client, this.colours);
    this.#channels = channels;
    this.#frames = frames;
    this.#notices = new Notices(client);
    this.#latency = channels?.openLatency?.(client);
    this.queue = new OrderQueueView(client, channels);
    this.ladder = new LadderView(lockChanged, () => this.openQueue());
    this.truth = new TruthView(sharesClock);
    this.travel = new TimeTravel(client, channels, () => {
      this.#beginAnew();
      pastChanged();
    });
    this.#painted.port1.onmessage = () => this.#framePainted();
  }

  get isPaused(): boolean {
    return this.#pausedAtMs !== undefined;
  }

  get book(): Book | undefined {
    return this.#watched?.book;
  }

  /** Another instrument: everything begins anew. */
  watch(symbol: string, options: WatchOptions): void {
    const before = this.#watched;
    this.#countTroubles();
    // The new ones first: subscriptions are counted, so what both need is never given up.
    const watched = new WatchedInstrument(this.#client, this.#channels, symbol, options, (trades) =>
      this.charts.traded(trades, performance.now()),
    );
    watched.candles.setSpan(this.#candleSeconds);
    const { book, history } = watched;
    book.on('change', () => history.see(book.state, book.sequence, performance.now()));
    this.#watched = watched;
    this.charts.watch(symbol);
    before?.close();
    this.#pausedAtMs = undefined;
    this.queue.close();
    this.tape.reset(symbol);
    this.#depthShown = options.depth;
    this.ladder.reset(symbol, options.depth);
    this.travel.follow(symbol, options);
  }

  /** Candles of so many seconds from now on. */
  setCandle(seconds: number): void {
    this.#candleSeconds = seconds;
    this.#watched?.candles.setSpan(seconds);
    this.charts.price.setSpan(seconds);
  }

  /** The orders of the level pointed at; of the best bid while none is. */
  openQueue(): void {
    const { book } = this;
    // Nobody tells the queues of the past.
    if (book === undefined || this.travel.book !== undefined) return;
    if (this.ladder.cursorPrice === undefined) this.ladder.moveCursor(1);
    const place = this.ladder.cursorPrice;
    if (place === undefined) return;
    this.queue.open(book.symbol, { ...place, grouping: book.grouping }, book);
  }

  /** The same instrument in another way: what is known of it stays. */
  modify(options: WatchOptions): void {
    if (this.#watched === undefined) return;
    this.#watched.modify(options);
    // A paused ladder would stay empty.
    this.#pausedAtMs = undefined;
    this.queue.close();
    this.#depthShown = options.depth;
    this.ladder.reset(this.#watched.book.symbol, options.depth);
    this.travel.follow(this.#watched.book.symbol, options);
  }

  togglePause(nowMs: number): void {
    this.#pausedAtMs = this.isPaused ? undefined : nowMs;
    this.charts.freeze();
    // What stands still is of one moment: no panel is behind another.
    this.tape.hurry();
    if (this.isPaused && this.#watched !== undefined) this.#drawAll(this.#watched, nowMs);
  }

  /** Shows what there is now, and stays paused. */
  step(nowMs: number): void {
    if (!this.isPaused) return;
    this.#pausedAtMs = nowMs;
    this.charts.step();
    if (this.#watched === undefined) return;
    this.#watched.isDirty = true;
    this.tape.hurry();
    this.#drawAll(this.#watched, nowMs);
  }

  /** Milliseconds since the reader paused; undefined while running. */
  pausedMs(nowMs: number): number | undefined {
    return this.#pausedAtMs === undefined ? undefined : nowMs - this.#pausedAtMs;
  }

  linkForMs(nowMs: number): number {
    return nowMs - this.#notices.linkChangedAtMs;
  }

  /** Draws what changed; returns what may be said of the prices now on the page. */
  draw(nowMs: number, brighten: boolean): { readonly shown: ShownState; readonly veil: VeilText } {
    const watched = this.#watched;
    const shown = this.#shownState();
    watched?.history.see(shown.state, watched.book.sequence, nowMs);
    this.charts.record(nowMs);
    this.travel.draw(nowMs);
    this.charts.price.setMoment(this.travel.book?.history.timeMicros);
    const past = this.travel.book;
    if (past !== undefined) this.#drawPast(past, nowMs, brighten);
    else if (watched !== undefined && !this.isPaused) this.#drawBook(watched, nowMs, brighten);
    this.ladder.settle(nowMs);
    if (!this.isPaused) this.queue.draw();
    const veil = past === undefined ? this.#coverLive(shown, nowMs) : this.#coverPast(past);
    const notice = this.#notices.text(nowMs, watched?.history);
    this.truth.drawState({ shown, past: this.travel.truth(), notice });
    return { shown, veil };
  }

  /** Trades, when they are due; whether they were. */
  drawTape(nowMs: number): boolean {
    const past = this.travel.book;
    const watched = past ?? (this.isPaused ? undefined : this.#watched);
    if (watched === undefined || !this.tape.isDue(watched.tape, nowMs)) return false;
    const slowness = past === undefined ? this.#frames().slowness : 1;
    this.tape.draw(watched.tape, past ?? (this.book as Book), nowMs, slowness);
    return true;
  }

  /** One of the charts, when any is due; whether one was. */
  drawChart(nowMs: number): boolean {
    const watched = this.#watched;
    if (watched === undefined) return false;
    const { isPaused } = this;
    const past = this.travel.book;
    const { slowness } = this.#frames();
    return this.charts.draw({ watched, past, isPaused, slowness }, nowMs);
  }

  /** The figures of the strip, when they are due; whether they were. */
  drawFacts(nowMs: number): boolean {
    if (!this.truth.isDue(nowMs)) return false;
    const watched = this.#watched;
    this.truth.drawFacts(
      {
        shown: this.#shownState(),
        past: this.travel.truth(),
        link: this.#client.link,
        book: watched?.book,
        gaps: this.#gaps + (watched?.history.gaps ?? 0),
        repairs: this.#repairs + (watched?.history.repairs ?? 0),
        perChange: watched?.conflation.perChange ?? Number.NaN,
        hops: this.#latency?.hops ?? [],
        engineToGateway: watched?.engineToGateway,
        gatewayToScreen: watched?.gatewayToScreen,
        frames: this.#frames(),
      },
      nowMs,
    );
    return true;
  }

  #shownState(): ShownState {
    const { book, history } = this.#watched ?? {};
    return shownState(this.#client.link, book, history?.hasBeenLive ?? false);
  }

  #coverPast(past: PastBook): VeilText {
    this.#cover = undefined;
    return coverPast(this.veils, this.travel.input(past));
  }

  #coverLive(shown: ShownState, nowMs: number): VeilText {
    const veil = veilText({
      shown,
      link: this.#client.link,
      linkForMs: this.linkForMs(nowMs),
      ageMs: this.#watched?.history.ageMs(nowMs),
      pausedMs: this.pausedMs(nowMs),
    });
    // Nothing over live prices is one and the same thing: it is not written into five covers a frame.
    if (veil !== this.#cover) for (const cover of Object.values(this.veils)) cover.draw(veil);
    this.#cover = veil;
    return veil;
  }

  /** The past is entered, is another one, or is left: nothing of what was shown stays. */
  #beginAnew(): void {
    const symbol = this.#watched?.book.symbol ?? '';
    this.#pausedAtMs = undefined;
    this.queue.close();
    this.ladder.reset(symbol, this.#depthShown);
    this.charts.depth.reset(symbol);
    this.tape.reset(symbol, this.travel.book === undefined ? undefined : texts.past.noTrade);
    this.truth.hurry();
    if (this.#watched !== undefined) this.#watched.isDirty = true;
  }

  #drawPast(past: PastBook, nowMs: number, brighten: boolean): void {
    if (past.isTapeNew) this.tape.reset(past.symbol, texts.past.noTrade);
    past.isTapeNew = false;
    if (!past.isDirty) return;
    past.isDirty = false;
    this.ladder.draw(past, past.touch, 0, nowMs, brighten && past.isPlaying);
    this.truth.drawPosition(past.sequence, past.transaction);
    this.charts.depth.touch();
  }

  /** What stands still from now on: the book, and the trades of the same moment. */
  #drawAll(watched: WatchedInstrument, nowMs: number): void {
    this.#drawBook(watched, nowMs, false);
    if (this.tape.isDue(watched.tape, nowMs)) this.tape.draw(watched.tape, watched.book, nowMs, 1);
  }

  #drawBook(watched: WatchedInstrument, nowMs: number, brighten: boolean): void {
    const { book } = watched;
    if (!watched.isDirty) return;
    watched.isDirty = false;
    const lightUp = brighten && book.state === FeedState.Live;
    const oldestUs = watched.oldestEngineTimeUs || book.engineTimeUs;
    watched.oldestEngineTimeUs = 0;
    this.ladder.draw(book, watched.touch, oldestUs, nowMs, lightUp);
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

  /** Gaps are counted since the page was opened, over all instruments looked at. */
  #countTroubles(): void {
    this.#gaps += this.#watched?.history.gaps ?? 0;
    this.#repairs += this.#watched?.history.repairs ?? 0;
  }
}
