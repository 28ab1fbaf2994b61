/** A book beside the one looked at: a ladder with its veil and its sweep line, in a panel of its own. */

import { FeedState } from '../../feed/index.ts';
import type { TouchlineClient } from '../browser/index.ts';
import { element } from './dom.ts';
import { LadderView } from './ladder/ladder-view.ts';
import { StateHistory, shownState } from './shown-state.ts';
import { texts } from './texts.ts';
import { Veil, veilText } from './veil.ts';
import { WatchedInstrument, type WatchOptions } from './watched-instrument.ts';

export interface PinnedActions {
  choose(symbol: string): void;
  unpin(symbol: string): void;
}

/** Subscribed to for as long as it is shown. */
export class PinnedBook {
  readonly symbol: string;
  readonly element: HTMLElement;
  readonly #client: TouchlineClient;
  readonly #ladder = new LadderView(() => {});
  readonly #veil = new Veil();
  readonly #history = new StateHistory();
  #watched: WatchedInstrument;
  #depth: number;

  constructor(
    client: TouchlineClient,
    symbol: string,
    options: WatchOptions,
    actions: PinnedActions,
  ) {
    this.#client = client;
    this.symbol = symbol;
    this.#depth = options.depth;
    this.#watched = new WatchedInstrument(client, undefined, symbol, options, () => {});
    this.#ladder.reset(symbol, options.depth);
    const name = element('button', { type: 'button', class: 'pinned-symbol' }, symbol);
    name.addEventListener('click', () => actions.choose(symbol));
    const close = element(
      'button',
      { type: 'button', class: 'control', 'aria-label': texts.ladder.unpin(symbol) },
      '×',
    );
    close.addEventListener('click', () => actions.unpin(symbol));
    this.element = element(
      'section',
      { class: 'panel ladder', 'aria-label': texts.ladder.regionOf(symbol) },
      element('div', { class: 'panel-head' }, element('h2', {}, name), close),
      element('div', { class: 'panel-body' }, this.#veil.element, this.#ladder.element),
      this.#ladder.sweep.element,
    );
  }

  modify(options: WatchOptions): void {
    if (options.depth !== this.#depth) this.#ladder.reset(this.symbol, options.depth);
    this.#depth = options.depth;
    this.#watched.modify(options);
  }

  draw(nowMs: number, linkForMs: number, pausedMs: number | undefined, brighten: boolean): void {
    const { book } = this.#watched;
    const { link } = this.#client;
    const shown = shownState(link, book, this.#history.hasBeenLive);
    this.#history.see(shown.state, book.sequence, nowMs);
    if (this.#watched.isDirty && pausedMs === undefined) {
      this.#watched.isDirty = false;
      const lightUp = brighten && book.state === FeedState.Live;
      this.#ladder.draw(book, this.#watched.touch, 0, nowMs, lightUp);
    }
    this.#ladder.settle(nowMs);
    const ageMs = this.#history.ageMs(nowMs);
    this.#veil.draw(veilText({ shown, link, linkForMs, ageMs, pausedMs }));
  }

  close(): void {
    this.#watched.close();
    this.element.remove();
  }
}
