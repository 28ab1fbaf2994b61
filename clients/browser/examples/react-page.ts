/** A page in React that shows a ladder, and what it may not show as live it covers. */

import { createElement as h } from 'react';
import { createRoot } from 'react-dom/client';
import { type Book, connect, type TouchlineClient } from '../index.ts';
import { useBook } from './use-book.ts';

function Ladder({
  client,
  symbol,
  depth,
}: {
  client: TouchlineClient;
  symbol: string;
  depth: number;
}) {
  const book = useBook(client, symbol, { depth, interval: 0 });
  if (book === undefined || book.state === 'SYNCING') return h('p', null, '...');
  return h(
    'table',
    {
      'data-state': book.state,
      'data-transaction': book.transaction,
      style: { opacity: book.state === 'LIVE' ? 1 : 0.4 },
    },
    h('tbody', null, rows(book)),
  );
}

function rows(book: Book) {
  return Array.from({ length: book.bids.length }, (_, i) =>
    h(
      'tr',
      { key: book.bids.price(i) },
      h('td', null, book.formatPrice(book.bids.price(i))),
      h('td', null, book.formatQuantity(book.bids.quantity(i))),
    ),
  );
}

const { searchParams, origin } = new URL(location.href);
const client = connect(`${origin.replace('http', 'ws')}/feed`);
const root = createRoot(document.querySelector('main') as HTMLElement);

/** Draws the page for these; the hook subscribes to what is shown, and to nothing else. */
function show(symbol: string, depth: number): void {
  root.render(h(Ladder, { client, symbol, depth }));
}

show(searchParams.get('symbol') ?? 'AAPL', 10);
Object.assign(window, { show });
