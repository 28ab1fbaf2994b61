/** The ladder's column heads, bids' to the left of the price and asks' to its right. */

import { element } from '../dom.ts';
import { texts } from '../texts.ts';

/** Bids fill the first four columns, asks the last four; they share the price. */
export const COLUMNS = { bid: 1, spread: 3, ask: 4, all: 7 } as const;

export function headRow(): HTMLTableSectionElement {
  const { total, totalHint, orders, bidSize, price, askSize } = texts.ladder;
  const head = (name: string, text: string, title = '') =>
    element(
      'th',
      { scope: 'col', class: name, role: 'columnheader', ...(title === '' ? {} : { title }) },
      text,
    );
  return element(
    'thead',
    { role: 'rowgroup' },
    element(
      'tr',
      { role: 'row' },
      head('total', total, totalHint),
      head('orders', orders),
      head('size', bidSize),
      head('price', price),
      head('size', askSize),
      head('orders', orders),
      head('total', total, totalHint),
    ),
  );
}
