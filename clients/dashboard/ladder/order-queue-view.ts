/** The queue of the level pointed at, in the half of the ladder that its side leaves empty. */

import { FeedState } from '../../../feed/index.ts';
import type { Orders } from '../../browser/channels/index.ts';
import type { TouchlineClient } from '../../browser/index.ts';
import type { Channels } from '../channels.ts';
import { element, Figure, LiveAttribute, LiveText } from '../dom.ts';
import { groupThousands } from '../format.ts';
import { texts } from '../texts.ts';
import type { Decimals } from './ladder-row.ts';
import { type QueueLine, type QueuePlace, queueLines } from './order-queue.ts';

/** Levels whose orders are asked for: as many as a ladder shows. */
const DEPTH = 100;
const INTERVAL_MS = 100;
/** Orders shown; of a longer queue the rest is counted. */
const ROWS = 40;
/** The gateway's word for an instrument of which only levels are known. */
const UNKNOWN_CHANNEL = 103;

export class OrderQueueView {
  readonly element: HTMLElement;
  readonly #client: TouchlineClient;
  readonly #channels: Channels | undefined;
  readonly #side: LiveAttribute;
  readonly #title = new LiveText();
  readonly #notice = new LiveText();
  readonly #rows = Array.from({ length: ROWS }, () => new QueueRow());
  #place: QueuePlace | undefined;
  #price = '';
  #orders: Orders | undefined;
  #isRefused = false;
  #isDirty = false;

  constructor(client: TouchlineClient, channels: Channels | undefined) {
    this.#client = client;
    this.#channels = channels;
    const close = element('button', { type: 'button', class: 'control' }, '×');
    close.setAttribute('aria-label', texts.queue.close);
    close.addEventListener('click', () => this.close());
    const { position, order, size, ahead } = texts.queue;
    const head = (name: string, text: string) => element('th', { scope: 'col', class: name }, text);
    this.element = element(
      'aside',
      { class: 'order-queue', 'aria-label': texts.queue.label },
      element('div', { class: 'queue-head' }, element('strong', {}, this.#title.node), close),
      element(
        'div',
        // A long queue is scrolled with the keys, too.
        { class: 'queue-scroll', tabindex: '0', role: 'region', 'aria-label': texts.queue.label },
        element(
          'table',
          {},
          element(
            'thead',
            {},
            element(
              'tr',
              {},
              head('position', position),
              head('order', order),
              head('size', size),
              head('ahead', ahead),
            ),
          ),
          element('tbody', {}, ...this.#rows.map((row) => row.element)),
        ),
        element('p', { class: 'empty' }, this.#notice.node),
      ),
    );
    this.element.hidden = true;
    this.#side = new LiveAttribute(this.element, 'data-side');
    client.on('error', ({ code }) => {
      if (code !== UNKNOWN_CHANNEL || this.#orders === undefined) return;
      this.#isRefused = true;
      this.#isDirty = true;
    });
  }

  get isOpen(): boolean {
    return this.#place !== undefined;
  }

  /** Subscribes to the orders of the instrument for as long as a queue of it is open. */
  open(symbol: string, place: QueuePlace, decimals: Decimals): void {
    const openOrders = this.#channels?.openOrders;
    if (openOrders === undefined) return;
    this.#place = place;
    this.#price = groupThousands(decimals.formatPrice(place.price));
    this.#side.write(place.side);
    this.element.hidden = false;
    this.#isDirty = true;
    if (this.#orders?.symbol === symbol) return;
    this.#orders?.close();
    this.#isRefused = false;
    const options = { depth: DEPTH, interval: INTERVAL_MS };
    this.#orders = openOrders(this.#client, symbol, options);
    this.#orders.on('change', () => {
      this.#isDirty = true;
    });
  }

  close(): void {
    this.#orders?.close();
    this.#orders = undefined;
    this.#place = undefined;
    this.element.hidden = true;
  }

  draw(): void {
    const orders = this.#orders;
    const place = this.#place;
    if (!this.#isDirty || orders === undefined || place === undefined) return;
    this.#isDirty = false;
    const isLive = orders.state === FeedState.Live;
    const lines = isLive ? queueLines(orders, place) : [];
    this.#title.write(isLive ? texts.queue.title(lines.length, this.#price) : this.#price);
    for (const [index, row] of this.#rows.entries()) row.write(index, lines[index], orders);
    this.#notice.write(this.#noticeText(orders, lines.length));
  }

  #noticeText(orders: Orders, count: number): string {
    if (this.#isRefused) return texts.queue.levelsOnly;
    if (orders.state !== FeedState.Live) return texts.reasons[orders.reason];
    return count > ROWS ? texts.queue.more(count - ROWS) : '';
  }
}

class QueueRow {
  readonly element: HTMLTableRowElement;
  readonly #position = new LiveText();
  readonly #order = new LiveText();
  readonly #size: Figure;
  readonly #ahead: Figure;

  constructor() {
    const size = element('td', { class: 'size' });
    const ahead = element('td', { class: 'ahead' });
    this.element = element(
      'tr',
      {},
      element('td', { class: 'position' }, this.#position.node),
      element('td', { class: 'order' }, this.#order.node),
      size,
      ahead,
    );
    this.#size = new Figure(size);
    this.#ahead = new Figure(ahead);
  }

  write(index: number, line: QueueLine | undefined, orders: Orders): void {
    this.element.hidden = line === undefined;
    if (line === undefined) return;
    this.#position.write(String(index + 1));
    this.#order.write(`#${line.orderId}`);
    this.#size.write(groupThousands(orders.formatQuantity(line.quantity)), 0);
    this.#ahead.write(groupThousands(orders.formatQuantity(line.ahead)), 0);
  }
}
