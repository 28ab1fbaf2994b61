/** One instrument of the overview: its own small subscriptions, its price trail and its table row. */

import { FeedState } from '../../../feed/index.ts';
import { StepFormat } from '../../../gateway/protocol/index.ts';
import type { Candle, Statistics } from '../../browser/channels/index.ts';
import type { InstrumentInfo, Status, Top, TouchlineClient, Trades } from '../../browser/index.ts';
import type { Channels } from '../channels.ts';
import { element, Figure, LiveAttribute, LiveText } from '../dom.ts';
import { formatChange, groupThousands, MINUS } from '../format.ts';
import { texts } from '../texts.ts';
import { PriceTrail } from './price-trail.ts';

/** The overview needs the best prices and the last trades only, and as often as it is drawn. */
const WATCH = { interval: 250 } as const;

/** The last 24 hours as text. */
export interface DayTexts {
  readonly high: string;
  readonly low: string;
  readonly volume: string;
}

const SVG = 'http://www.w3.org/2000/svg';
const TREND_WIDTH = 64;
const TREND_HEIGHT = 16;

export class OverviewRow {
  readonly symbol: string;
  readonly element: HTMLTableRowElement;
  readonly trail = new PriceTrail();
  readonly #last: Figure;
  readonly #change = new LiveText();
  readonly #directionAttribute: LiveAttribute;
  readonly #state: LiveAttribute;
  readonly #selected: LiveAttribute;
  readonly #marked: LiveAttribute;
  readonly #priceHint: LiveAttribute;
  readonly #changeHint: LiveAttribute;
  readonly #line: LiveAttribute;
  #status: Status | undefined;
  /** Only until the first trade is known: its mid stands in, and nothing else of it is shown. */
  #top: Top | undefined;
  #trades: Trades | undefined;
  #statistics: Statistics | undefined;
  #tickSize = '1';
  #prices = new StepFormat('1');
  #isDirty = true;

  constructor(info: InstrumentInfo, choose: (symbol: string) => void) {
    this.symbol = info.symbol;
    const button = element('button', { type: 'button', class: 'symbol' }, info.symbol);
    const last = element('td', { class: 'last' });
    const change = element('td', { class: 'change' }, this.#change.node);
    const line = document.createElementNS(SVG, 'polyline');
    this.element = element(
      'tr',
      { class: 'instrument' },
      element('th', { scope: 'row' }, button),
      last,
      change,
      element('td', { class: 'trend', 'aria-hidden': 'true' }, trendPicture(line)),
    );
    this.#last = new Figure(last);
    this.#priceHint = new LiveAttribute(last, 'title');
    this.#changeHint = new LiveAttribute(change, 'title');
    this.#directionAttribute = new LiveAttribute(this.element, 'data-direction');
    this.#state = new LiveAttribute(this.element, 'data-state');
    this.#selected = new LiveAttribute(button, 'aria-current');
    this.#marked = new LiveAttribute(this.element, 'data-selected');
    this.#line = new LiveAttribute(line, 'points');
    this.element.addEventListener('click', () => choose(info.symbol));
  }

  get isWatched(): boolean {
    return this.#status !== undefined;
  }

  watch(client: TouchlineClient, channels: Channels | undefined): void {
    if (this.#status !== undefined) return;
    const status = client.status(this.symbol);
    const top = client.top(this.symbol, WATCH);
    const trades = client.trades(this.symbol, WATCH);
    status.on('change', () => {
      this.#isDirty = true;
    });
    top.on('change', () => {
      this.trail.quoted(top.best.bid, top.best.ask);
      this.#isDirty = true;
    });
    trades.on('trades', (newest) => {
      const price = newest.at(-1)?.price;
      if (price !== undefined) this.#traded(price);
      this.#isDirty = true;
    });
    this.#status = status;
    this.#statistics = channels?.openStatistics?.(client, this.symbol);
    this.#statistics?.on('change', (day) => this.#told(day));
    this.#top = top;
    this.#trades = trades;
  }

  close(): void {
    for (const one of [this.#status, this.#top, this.#trades, this.#statistics]) one?.close();
    this.#status = undefined;
    this.#top = undefined;
    this.#trades = undefined;
    this.#statistics = undefined;
  }

  select(isSelected: boolean): void {
    this.#selected.write(String(isSelected));
    this.#marked.write(String(isSelected));
  }

  /** Text of the last price and of its change, for the headline too. */
  lastText(): string {
    return Number.isNaN(this.trail.last) ? '' : this.#price(this.trail.last);
  }

  changeText(): string {
    const from = this.#statistics?.day?.open ?? this.trail.first;
    return formatChange(from, this.trail.last);
  }

  /** Undefined where no relay tells, or nothing was traded. */
  dayTexts(): DayTexts | undefined {
    const day = this.#statistics?.day;
    if (day === undefined) return undefined;
    const { lotSize = '1' } = this.#status?.info ?? {};
    return {
      high: this.#price(day.high),
      low: this.#price(day.low),
      volume: groupThousands(new StepFormat(lotSize).format(day.volume)),
    };
  }

  /** As the text says it: a change that rounds to nothing has no direction. */
  get direction(): 'up' | 'down' | 'level' {
    const text = this.changeText();
    if (text.startsWith('+')) return 'up';
    return text.startsWith(MINUS) ? 'down' : 'level';
  }

  /** `isLinked`: false while the connection is gone, whatever the book still believes. */
  draw(isLinked: boolean): void {
    const state = isLinked ? this.#status?.state : FeedState.Stale;
    this.#state.write(state ?? FeedState.Syncing);
    if (!this.#isDirty) return;
    this.#isDirty = false;
    this.#last.write(this.lastText() || texts.noValue, 2);
    this.#change.write(this.changeText());
    this.#directionAttribute.write(this.direction);
    const day = this.dayTexts();
    this.#changeHint.write(
      day === undefined ? '' : texts.overview.dayHint(day.high, day.low, day.volume),
    );
    this.#priceHint.write(this.trail.isMid ? texts.overview.midHint : '');
  }

  drawTrend(): void {
    this.#line.write(this.trail.points(TREND_WIDTH, TREND_HEIGHT));
  }

  /** A relay knows the last trade, from before this page was opened too. */
  #told(day: Candle | undefined): void {
    const isKnown = !Number.isNaN(this.trail.last) && !this.trail.isMid;
    if (day !== undefined && !isKnown) this.#traded(day.close);
    this.#isDirty = true;
  }

  #traded(price: number): void {
    this.trail.traded(price);
    this.#top?.close();
    this.#top = undefined;
  }

  #price(ticks: number): string {
    const { tickSize = '1' } = this.#status?.info ?? {};
    if (tickSize !== this.#tickSize) {
      this.#tickSize = tickSize;
      this.#prices = new StepFormat(tickSize);
    }
    return groupThousands(this.#prices.format(ticks));
  }
}

function trendPicture(line: SVGElement): SVGElement {
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', `-1 -2 ${TREND_WIDTH + 2} ${TREND_HEIGHT + 4}`);
  picture.append(line);
  return picture;
}
