/** The list of instruments: last price, change, trend, and the search above it. */

import type { InstrumentInfo, TouchlineClient } from '../../browser/index.ts';
import type { Channels } from '../channels.ts';
import { element, LiveText } from '../dom.ts';
import { texts } from '../texts.ts';
import { matching, neighbour } from './instrument-choice.ts';
import { OverviewRow } from './overview-row.ts';
import { SAMPLE_INTERVAL_MS } from './price-trail.ts';

/** Instruments watched at once: each costs three subscriptions, and no screen shows more rows. */
const MAX_WATCHED = 48;

/** Last prices are read, not traded on: writing them four times a second keeps the list calm. */
const DRAW_INTERVAL_MS = 250;

export class OverviewView {
  readonly element: HTMLElement;
  readonly search: HTMLInputElement;
  readonly #client: TouchlineClient;
  readonly #channels: Channels | undefined;
  readonly #choose: (symbol: string) => void;
  readonly #body = element('tbody');
  readonly #notice = new LiveText();
  readonly #rows = new Map<string, OverviewRow>();
  #instruments: readonly InstrumentInfo[] = [];
  #listed: readonly InstrumentInfo[] = [];
  #selected = '';
  #nextDrawMs = 0;
  #nextSampleMs = 0;

  constructor(
    client: TouchlineClient,
    channels: Channels | undefined,
    choose: (symbol: string) => void,
  ) {
    this.#client = client;
    this.#channels = channels;
    this.#choose = choose;
    this.search = element('input', {
      type: 'search',
      class: 'search',
      placeholder: texts.overview.searchHint,
      'aria-label': texts.overview.search,
      'aria-keyshortcuts': '/',
      autocomplete: 'off',
      spellcheck: 'false',
    });
    this.search.addEventListener('input', () => this.#list());
    this.search.addEventListener('keydown', (event) => this.#searchKey(event));
    this.element = element(
      'div',
      { class: 'overview-body' },
      element(
        'div',
        { class: 'search-box' },
        this.search,
        element('kbd', { 'aria-hidden': 'true' }, '/'),
      ),
      element(
        'div',
        { class: 'overview-scroll' },
        this.#table(),
        element('p', { class: 'empty' }, this.#notice.node),
      ),
    );
    this.#list();
  }

  /** Those listed now, in the order shown: what arrows and digits refer to. */
  get listed(): readonly InstrumentInfo[] {
    return this.#listed;
  }

  setInstruments(instruments: readonly InstrumentInfo[]): void {
    this.#instruments = instruments;
    const known = new Set(instruments.map((instrument) => instrument.symbol));
    for (const [symbol, row] of this.#rows) {
      if (known.has(symbol)) continue;
      row.close();
      this.#rows.delete(symbol);
    }
    for (const instrument of instruments) {
      if (this.#rows.has(instrument.symbol)) continue;
      this.#rows.set(instrument.symbol, new OverviewRow(instrument, this.#choose));
    }
    this.#list();
  }

  select(symbol: string): void {
    this.#rows.get(this.#selected)?.select(false);
    this.#selected = symbol;
    const row = this.#rows.get(symbol);
    row?.select(true);
    row?.watch(this.#client, this.#channels);
    row?.element.scrollIntoView({ block: 'nearest' });
  }

  row(symbol: string): OverviewRow | undefined {
    return this.#rows.get(symbol);
  }

  neighbour(by: 1 | -1): string | undefined {
    return neighbour(this.#listed, this.#selected, by);
  }

  /** Prices and states, when they are due; whether they were. */
  draw(nowMs: number, isLinked: boolean): boolean {
    if (nowMs < this.#nextDrawMs) return false;
    this.#nextDrawMs = nowMs + DRAW_INTERVAL_MS;
    for (const row of this.#rows.values()) row.draw(isLinked);
    return true;
  }

  /** The lines, when they are due; whether they were. */
  drawTrends(nowMs: number): boolean {
    if (nowMs < this.#nextSampleMs) return false;
    this.#nextSampleMs = nowMs + SAMPLE_INTERVAL_MS;
    for (const row of this.#rows.values()) {
      row.trail.sample();
      row.drawTrend();
    }
    return true;
  }

  /** Shows what matches the search, and watches as many of those as it may. */
  #list(): void {
    this.#listed = matching(this.#instruments, this.search.value);
    const rows: OverviewRow[] = [];
    for (const instrument of this.#listed) {
      const row = this.#rows.get(instrument.symbol);
      if (row !== undefined) rows.push(row);
    }
    let watched = [...this.#rows.values()].filter((row) => row.isWatched).length;
    for (const row of rows) {
      if (watched >= MAX_WATCHED) break;
      if (row.isWatched) continue;
      row.watch(this.#client, this.#channels);
      watched += 1;
    }
    const { children } = this.#body;
    const isSame =
      rows.length === children.length && rows.every((row, i) => row.element === children[i]);
    // A row that is put where it stands already would lose the focus.
    if (!isSame) this.#body.replaceChildren(...rows.map((row) => row.element));
    this.#notice.write(this.#noticeText());
  }

  #noticeText(): string {
    if (this.#listed.length > 0) return '';
    return this.#instruments.length === 0 ? texts.overview.empty : texts.overview.noMatch;
  }

  #searchKey(event: KeyboardEvent): void {
    if (event.key === 'Enter' && this.#listed[0] !== undefined) {
      this.#choose(this.#listed[0].symbol);
      this.#leaveSearch();
    } else if (event.key === 'Escape') {
      this.#leaveSearch();
    }
  }

  #leaveSearch(): void {
    this.search.value = '';
    this.search.blur();
    this.#list();
  }

  #table(): HTMLTableElement {
    const { caption, symbol, last, change, changeHint, trend } = texts.overview;
    return element(
      'table',
      { class: 'overview-table' },
      element('caption', { class: 'visually-hidden' }, caption),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('th', { scope: 'col' }, symbol),
          element('th', { scope: 'col', class: 'last' }, last),
          element('th', { scope: 'col', class: 'change', title: changeHint }, change),
          element(
            'th',
            { scope: 'col', class: 'trend' },
            element('span', { class: 'visually-hidden' }, trend),
          ),
        ),
      ),
      this.#body,
    );
  }
}
