/** The page as a whole: hears the client and the reader, and has every panel drawn once a frame. */

import { FeedState } from '../../feed/index.ts';
import type { InstrumentInfo, TouchlineClient } from '../browser/index.ts';
import { BookPanels } from './book-panels.ts';
import type { Channels } from './channels.ts';
import { element, LiveAttribute } from './dom.ts';
import { FrameLoop } from './frame-loop.ts';
import { HeaderView } from './header-view.ts';
import { Headline } from './headline.ts';
import { HelpSheet } from './help-sheet.ts';
import type { Action } from './keyboard.ts';
import { Layout } from './layout.ts';
import { applyLook } from './look.ts';
import { firstChoice } from './overview/instrument-choice.ts';
import { OverviewView } from './overview/overview-view.ts';
import { panelContents } from './panel-contents.ts';
import { PanelTools } from './panel-tools.ts';
import { PinnedBooks } from './pinned-books.ts';
import { loadPreferences, type Preferences, remember, savePreferences } from './preferences.ts';
import { ReaderActions } from './reader-actions.ts';
import type { ShownState } from './shown-state.ts';
import { Speaker } from './speaker.ts';
import { stepped } from './stepped.ts';
import { smallestLots } from './tape/tape-filter.ts';
import { LANGUAGES, texts } from './texts.ts';
import { Turns } from './turns.ts';
import type { WatchOptions } from './watched-instrument.ts';

export class Dashboard {
  readonly #client: TouchlineClient;
  readonly #root: HTMLElement;
  readonly #header: HeaderView;
  readonly #overview: OverviewView;
  readonly #book: BookPanels;
  readonly #pinned: PinnedBooks;
  readonly #tools: PanelTools;
  readonly #speaker = new Speaker();
  readonly #help = new HelpSheet();
  readonly #layout: Layout;
  readonly #actions: ReaderActions;
  readonly #headline: Headline;
  readonly #turns: Turns;
  readonly #veil: LiveAttribute;
  readonly #loop: FrameLoop;
  #mayBrighten = true;
  #preferences: Preferences;
  #symbol = '';
  #shown: ShownState = { state: FeedState.Syncing, reason: 'JOINING' };

  /**
   * `sharesClock`: whether the gateway's times are of this machine; `channels`: those that its
   * client can open.
   */
  constructor(
    client: TouchlineClient,
    root: HTMLElement,
    sharesClock: boolean,
    channels?: Channels,
  ) {
    this.#client = client;
    this.#root = root;
    this.#veil = new LiveAttribute(root, 'data-veil');
    this.#preferences = loadPreferences(localStorage);
    this.#loop = new FrameLoop(
      (callback) => requestAnimationFrame(callback),
      [(nowMs) => this.#draw(nowMs)],
    );
    this.#header = new HeaderView({
      setInterval: (interval) => this.#prefer({ interval }),
      setLayout: (layout) => this.#prefer({ layout }),
      togglePin: () => this.#actions.act({ type: 'pin' }),
      toggleTravel: () => this.#actions.act({ type: 'travel' }),
      togglePause: () => this.#actions.act({ type: 'pause' }),
      step: () => this.#actions.act({ type: 'step' }),
      nextTheme: () => this.#actions.act({ type: 'theme' }),
      nextPalette: () => this.#actions.act({ type: 'palette' }),
      nextLanguage: () => this.#actions.act({ type: 'language' }),
      openHelp: () => this.#actions.act({ type: 'help' }),
    });
    this.#tools = new PanelTools((action) => this.#actions.act(action), {
      setCandle: (candleSeconds) => this.#prefer({ candleSeconds }),
      setSmallestTrade: (text) => this.#filterTape(text),
    });
    this.#overview = new OverviewView(client, channels, (symbol) => this.#choose(symbol));
    this.#book = new BookPanels(
      client,
      channels,
      sharesClock,
      () => this.#loop.stats,
      (isLocked) => this.#tools.showLocked(isLocked),
      () => this.#pastChanged(),
    );
    this.#header.offerPast(this.#book.travel.isOffered);
    this.#pinned = new PinnedBooks(client, (symbol) => this.#optionsOf(symbol), {
      choose: (symbol) => this.#choose(symbol),
      unpin: (symbol) => this.#unpin(symbol),
    });
    this.#layout = new Layout(root, {
      header: this.#header.element,
      past: this.#book.travel.bar.element,
      panels: panelContents(this.#book, this.#overview, this.#tools),
      pinned: this.#pinned.element,
      strip: this.#book.truth.element,
      help: element('div', {}, this.#help.element, this.#speaker.element),
    });
    this.#actions = new ReaderActions({
      header: this.#header,
      overview: this.#overview,
      book: this.#book,
      tools: this.#tools,
      help: this.#help,
      layout: this.#layout,
      choose: (symbol) => this.#choose(symbol),
      enterPast: () => this.#book.travel.enter(this.#symbol, this.#optionsOf(this.#symbol)),
      step: (action) => this.#step(action),
      speaker: this.#speaker,
    });
    this.#headline = new Headline(this.#header, this.#overview, this.#book);
    this.#turns = this.#takeTurns();
  }

  start(): void {
    this.#applyPreferences();
    this.#book.ladder.reset('', this.#preferences.depth);
    this.#client.on('instruments', () => this.#instrumentsChanged());
    this.#instrumentsChanged();
    document.addEventListener('keydown', (event) => this.#actions.keyPressed(event));
    this.#followMotion();
    document.addEventListener('visibilitychange', () => this.#loop.skipPause());
    this.#loop.start();
  }

  /** Heard of, not asked for: asking in each frame has the browser look at its styles each time. */
  #followMotion(): void {
    const reduced = window.matchMedia('(prefers-reduced-motion: reduce)');
    const follow = () => {
      this.#mayBrighten = !reduced.matches;
    };
    reduced.addEventListener('change', follow);
    follow();
  }

  /** In every frame: books, their states and what covers them; of everything else a part. */
  #draw(nowMs: number): void {
    const brighten = this.#mayBrighten;
    const { shown, veil } = this.#book.draw(nowMs, brighten);
    this.#shown = shown;
    this.#veil.write(veil.kind);
    this.#pinned.draw(nowMs, this.#book, brighten);
    this.#turns.draw(nowMs);
  }

  #takeTurns(): Turns {
    const book = this.#book;
    const overview = this.#overview;
    return new Turns([
      (nowMs) => book.drawTape(nowMs),
      (nowMs) => overview.draw(nowMs, this.#client.link.status === 'open'),
      (nowMs) => book.drawChart(nowMs),
      (nowMs) => this.#headline.draw(this.#symbol, this.#shown, nowMs),
      (nowMs) => book.drawFacts(nowMs),
      (nowMs) => overview.drawTrends(nowMs),
    ]);
  }

  #instrumentsChanged(): void {
    const { instruments } = this.#client;
    this.#overview.setInstruments(instruments);
    this.#arrangePinned();
    const info = this.#find(this.#symbol);
    if (info !== undefined) {
      this.#header.showInstrument(this.#symbol, info);
      this.#showTools();
      return;
    }
    const symbol = firstChoice(instruments, this.#preferences.symbol);
    if (symbol !== undefined) this.#choose(symbol);
  }

  #choose(symbol: string): void {
    this.#layout.show('ladder');
    if (symbol === this.#symbol) return;
    this.#symbol = symbol;
    this.#overview.select(symbol);
    this.#preferences = { ...this.#preferences, symbol };
    this.#book.watch(symbol, this.#optionsOf(symbol));
    this.#applyPreferences();
    this.#header.showInstrument(symbol, this.#find(symbol));
    this.#header.showPaused(false);
    const smallest = this.#preferences.smallestTrades[symbol] ?? '';
    this.#tools.filter.show(smallest);
    this.#setSmallestTrade(smallest);
    this.#headline.hurry();
  }

  #find(symbol: string): InstrumentInfo | undefined {
    return this.#client.instruments.find((instrument) => instrument.symbol === symbol);
  }

  #optionsOf(symbol: string): WatchOptions {
    const { depth, interval, groupings } = this.#preferences;
    return { depth, interval, grouping: groupings[symbol] ?? 1 };
  }

  /** Takes a choice, keeps it, and shows the page as it is wanted now. */
  #prefer(choice: Partial<Preferences>): void {
    const before = this.#optionsOf(this.#symbol);
    this.#preferences = { ...this.#preferences, ...choice };
    const wanted = this.#optionsOf(this.#symbol);
    const isSame =
      wanted.depth === before.depth &&
      wanted.interval === before.interval &&
      wanted.grouping === before.grouping;
    if (!isSame) {
      this.#book.modify(wanted);
      this.#pinned.modify();
      this.#header.showPaused(this.#book.isPaused);
    }
    this.#applyPreferences();
  }

  #applyPreferences(): void {
    savePreferences(localStorage, this.#preferences);
    applyLook(document.documentElement, this.#preferences);
    this.#book.colours.refresh();
    this.#header.showPreferences(this.#preferences);
    this.#layout.arrange(this.#preferences.layout);
    this.#book.setCandle(this.#preferences.candleSeconds);
    this.#tools.showCandle(this.#preferences.candleSeconds);
    this.#showTools();
    this.#arrangePinned();
  }

  #showTools(): void {
    const tickSize = this.#find(this.#symbol)?.tickSize;
    this.#tools.show(this.#symbol, this.#optionsOf(this.#symbol), tickSize);
  }

  /** Books beside the one looked at, where the layout shows them. */
  #arrangePinned(): void {
    const { pinned, layout } = this.#preferences;
    const isListed = (symbol: string) => this.#find(symbol) !== undefined;
    const others = pinned.filter((symbol) => symbol !== this.#symbol && isListed(symbol));
    const shown = layout === 'several' ? others : [];
    this.#pinned.show(shown);
    this.#root.dataset['pinned'] = String(shown.length);
    this.#header.showPinned(pinned.includes(this.#symbol));
  }

  #unpin(symbol: string): void {
    this.#prefer({ pinned: this.#preferences.pinned.filter((one) => one !== symbol) });
  }

  #filterTape(text: string): void {
    const smallestTrades = remember(this.#preferences.smallestTrades, this.#symbol, text);
    this.#prefer({ smallestTrades });
    this.#setSmallestTrade(text);
  }

  #setSmallestTrade(text: string): void {
    this.#book.tape.setSmallest(smallestLots(text, this.#find(this.#symbol)?.lotSize ?? '1'));
  }

  /** Entered, left, or of another instrument. */
  #pastChanged(): void {
    const isPast = this.#book.travel.book !== undefined;
    this.#root.toggleAttribute('data-past', isPast);
    this.#header.showPast(isPast);
    this.#header.showPaused(false);
    this.#headline.hurry();
  }

  /** Takes the choice that an action makes. */
  #step(action: Action): void {
    const spoken = LANGUAGES.find((language) => language === texts.code) ?? 'en';
    const choice = stepped(this.#preferences, action, this.#symbol, spoken);
    if (choice === undefined) return;
    this.#prefer(choice);
    // Every word is written when its element is made; the session resumes within a second.
    if (choice.language !== undefined) window.location.reload();
  }
}
