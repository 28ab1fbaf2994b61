/** Does what the reader asks for, by a key or by a button. */

import type { BookPanels } from './book-panels.ts';
import { formatMoment } from './format.ts';
import type { HeaderView } from './header-view.ts';
import type { HelpSheet } from './help-sheet.ts';
import { keyTargetOf } from './key-target.ts';
import { type Action, actionFor } from './keyboard.ts';
import type { Layout } from './layout.ts';
import type { OverviewView } from './overview/overview-view.ts';
import type { PanelTools } from './panel-tools.ts';
import type { Speaker } from './speaker.ts';

/** What there is on the page to act on. */
export interface ActedOn {
  readonly header: HeaderView;
  readonly overview: OverviewView;
  readonly book: BookPanels;
  readonly tools: PanelTools;
  readonly help: HelpSheet;
  readonly speaker: Speaker;
  readonly layout: Layout;
  choose(symbol: string): void;
  enterPast(): void;
  /** Takes the choice that an action makes. */
  step(action: Action): void;
}

export class ReaderActions {
  readonly #page: ActedOn;

  constructor(page: ActedOn) {
    this.#page = page;
  }

  keyPressed(event: KeyboardEvent): void {
    if (this.#page.help.element.open && event.key !== '?') return;
    const isPast = this.#page.book.travel.book !== undefined;
    const action = actionFor(event, keyTargetOf(event.target), isPast);
    if (action === undefined) return;
    event.preventDefault();
    this.act(action);
  }

  act(action: Action): void {
    const { book, header, help, layout, overview, tools } = this.#page;
    if (book.travel.act(action)) return;
    switch (action.type) {
      case 'search':
        layout.show('overview');
        overview.search.focus();
        return;
      case 'step-instrument':
        this.#choose(overview.neighbour(action.by));
        return;
      case 'choose-instrument':
        this.#choose(overview.listed[action.index]?.symbol);
        return;
      case 'move-cursor':
        book.ladder.moveCursor(action.by);
        if (book.queue.isOpen) book.openQueue();
        return;
      case 'orders':
        book.openQueue();
        return;
      case 'clear-cursor':
        if (book.queue.isOpen) book.queue.close();
        else book.ladder.clearCursor();
        return;
      case 'pause':
        book.togglePause(performance.now());
        header.showPaused(book.isPaused);
        return;
      case 'step':
        book.step(performance.now());
        return;
      case 'centre':
        book.ladder.toggleLock();
        return;
      case 'filter':
        layout.show('tape');
        tools.filter.input.focus();
        return;
      case 'say':
        this.#say(performance.now());
        return;
      case 'help':
        help.toggle();
        return;
      case 'travel':
        this.#toggleTravel();
        return;
      default:
        this.#page.step(action);
    }
  }

  #choose(symbol: string | undefined): void {
    if (symbol !== undefined) this.#page.choose(symbol);
  }

  #toggleTravel(): void {
    const { book, header, enterPast } = this.#page;
    const { travel } = book;
    if (travel.book === undefined) {
      enterPast();
      return;
    }
    const isInBar = travel.bar.element.contains(document.activeElement);
    travel.leave();
    if (isInBar) header.focusPast();
  }

  #say(nowMs: number): void {
    const { book, speaker } = this.#page;
    const past = book.travel.book;
    if (past === undefined) speaker.sayBest(book.book, nowMs);
    else speaker.sayPast(formatMoment(past.history.timeMicros), past, nowMs);
  }
}
