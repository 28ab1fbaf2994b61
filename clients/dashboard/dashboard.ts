/** The page as a whole: hears the client and the reader, and has every panel drawn once a frame. */

import { FeedState } from '../../feed/index.ts';
import type { TouchlineClient } from '../browser/index.ts';
import { BookPanels } from './book-panels.ts';
import { element } from './dom.ts';
import { FrameLoop } from './frame-loop.ts';
import { HeaderView } from './header-view.ts';
import { HelpSheet } from './help-sheet.ts';
import { keyTargetOf } from './key-target.ts';
import { type Action, actionFor } from './keyboard.ts';
import { Layout } from './layout.ts';
import { applyLook } from './look.ts';
import { firstChoice } from './overview/instrument-choice.ts';
import { OverviewView } from './overview/overview-view.ts';
import {
  DEPTHS,
  loadPreferences,
  nextOf,
  PALETTES,
  type Preferences,
  savePreferences,
  stepIn,
  THEMES,
} from './preferences.ts';
import { texts } from './texts.ts';

/** The headline and the window's title are read at a glance: they follow slowly. */
const HEADLINE_INTERVAL_MS = 250;

export class Dashboard {
  readonly #client: TouchlineClient;
  readonly #root: HTMLElement;
  readonly #header: HeaderView;
  readonly #overview: OverviewView;
  readonly #book: BookPanels;
  readonly #help = new HelpSheet();
  readonly #layout: Layout;
  readonly #loop: FrameLoop;
  #preferences: Preferences;
  #symbol = '';
  #nextHeadlineMs = 0;

  /** `sharesClock`: whether the gateway's times are of this machine. */
  constructor(client: TouchlineClient, root: HTMLElement, sharesClock: boolean) {
    this.#client = client;
    this.#root = root;
    this.#preferences = loadPreferences(localStorage);
    this.#loop = new FrameLoop(
      (callback) => requestAnimationFrame(callback),
      [(nowMs) => this.#draw(nowMs)],
    );
    this.#header = new HeaderView({
      setDepth: (depth) => this.#subscribeWith({ depth }),
      setInterval: (interval) => this.#subscribeWith({ interval }),
      togglePause: () => this.#act({ type: 'pause' }),
      nextTheme: () => this.#act({ type: 'theme' }),
      openHelp: () => this.#act({ type: 'help' }),
    });
    this.#overview = new OverviewView(client, (symbol) => this.#choose(symbol));
    const centre = centreButton(() => this.#act({ type: 'centre' }));
    this.#book = new BookPanels(
      client,
      sharesClock,
      () => this.#loop.stats,
      (isLocked) => centre.setAttribute('aria-pressed', String(isLocked)),
    );
    const [ladderVeil, tapeVeil] = this.#book.veils;
    this.#layout = new Layout(root, {
      header: this.#header.element,
      overview: this.#overview.element,
      ladder: [this.#book.ladder.element, ladderVeil.element],
      ladderTool: centre,
      tape: [this.#book.tape.element, tapeVeil.element],
      strip: this.#book.truth.element,
      help: this.#help.element,
    });
  }

  start(): void {
    this.#showPreferences();
    this.#book.ladder.reset('', this.#preferences.depth);
    this.#client.on('instruments', () => this.#instrumentsChanged());
    this.#instrumentsChanged();
    document.addEventListener('keydown', (event) => this.#keyPressed(event));
    document.addEventListener('visibilitychange', () => this.#loop.skipPause());
    this.#loop.start();
  }

  #draw(nowMs: number): void {
    const { shown, veil } = this.#book.draw(nowMs);
    this.#overview.draw(nowMs, this.#client.link.status === 'open');
    if (nowMs < this.#nextHeadlineMs) return;
    this.#nextHeadlineMs = nowMs + HEADLINE_INTERVAL_MS;
    this.#root.dataset['veil'] = veil.kind;
    const row = this.#overview.row(this.#symbol);
    const last = row?.lastText() ?? '';
    this.#header.showPrice(last, row?.changeText() ?? '', row?.direction ?? 'level');
    const news = shown.state === FeedState.Live ? last : texts.states[shown.state];
    document.title = [this.#symbol, news, texts.title].filter((part) => part !== '').join(' · ');
  }

  #instrumentsChanged(): void {
    const { instruments } = this.#client;
    this.#overview.setInstruments(instruments);
    const info = instruments.find((instrument) => instrument.symbol === this.#symbol);
    if (info !== undefined) {
      this.#header.showInstrument(this.#symbol, info);
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
    this.#subscribeWith({ symbol });
    const info = this.#client.instruments.find((instrument) => instrument.symbol === symbol);
    this.#header.showInstrument(symbol, info);
    this.#nextHeadlineMs = 0;
  }

  /** Takes a choice that changes what is subscribed to. */
  #subscribeWith(choice: Partial<Pick<Preferences, 'depth' | 'interval' | 'symbol'>>): void {
    this.#prefer(choice);
    const { depth, interval } = this.#preferences;
    if (this.#symbol !== '') this.#book.watch(this.#symbol, depth, interval);
    this.#header.showPaused(this.#book.isPaused);
  }

  #prefer(choice: Partial<Preferences>): void {
    this.#preferences = { ...this.#preferences, ...choice };
    savePreferences(localStorage, this.#preferences);
    this.#showPreferences();
  }

  #showPreferences(): void {
    const { depth, interval, theme } = this.#preferences;
    applyLook(document.documentElement, this.#preferences);
    this.#header.showPreferences(depth, interval, theme);
  }

  #keyPressed(event: KeyboardEvent): void {
    if (this.#help.element.open && event.key !== '?') return;
    const action = actionFor(event, keyTargetOf(event.target));
    if (action === undefined) return;
    event.preventDefault();
    this.#act(action);
  }

  #act(action: Action): void {
    switch (action.type) {
      case 'search':
        this.#layout.show('overview');
        this.#overview.search.focus();
        return;
      case 'step-instrument':
        this.#chooseKnown(this.#overview.neighbour(action.by));
        return;
      case 'choose-instrument':
        this.#chooseKnown(this.#overview.listed[action.index]?.symbol);
        return;
      case 'step-depth':
        this.#subscribeWith({ depth: stepIn(DEPTHS, this.#preferences.depth, action.by) });
        return;
      case 'pause':
        this.#book.togglePause(performance.now());
        this.#header.showPaused(this.#book.isPaused);
        return;
      case 'centre':
        this.#book.ladder.toggleLock();
        return;
      case 'theme':
        this.#prefer({ theme: nextOf(THEMES, this.#preferences.theme) });
        return;
      case 'palette':
        this.#prefer({ palette: nextOf(PALETTES, this.#preferences.palette) });
        return;
      case 'help':
        this.#help.toggle();
        return;
      default:
        action satisfies never;
    }
  }

  #chooseKnown(symbol: string | undefined): void {
    if (symbol !== undefined) this.#choose(symbol);
  }
}

function centreButton(act: () => void): HTMLButtonElement {
  const { centre, centreHint } = texts.ladder;
  const button = element(
    'button',
    { type: 'button', class: 'control centre', 'aria-pressed': 'true', title: centreHint },
    centre,
  );
  button.addEventListener('click', act);
  return button;
}
