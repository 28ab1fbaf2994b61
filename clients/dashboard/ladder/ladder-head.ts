/** The ladder's column heads, bids' to the left of the price and asks' to its right. */

import { element } from '../dom.ts';
import { texts } from '../texts.ts';

export function headRow(): HTMLTableSectionElement {
  const { total, totalHint, orders, bidSize, price, askSize } = texts.ladder;
  const head = (name: string, text: string, title = '') =>
    element('th', { scope: 'col', class: name, ...(title === '' ? {} : { title }) }, text);
  return element(
    'thead',
    {},
    element(
      'tr',
      {},
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
