/** A live book on a page without a bundler: `touchline.js` is one file of the package. */

import { connect } from './touchline.js';

const client = connect(`${location.origin.replace('http', 'ws')}/feed`);
const book = client.book('AAPL', { depth: 10, interval: 0 });
const ladder = document.querySelector('#ladder');
const state = document.querySelector('#state');

function row(side, levels, i) {
  const tr = document.createElement('tr');
  tr.className = side;
  for (const text of [book.formatQuantity(levels.quantity(i)), book.formatPrice(levels.price(i))]) {
    tr.insertCell().textContent = text;
  }
  return tr;
}

book.on('frame', () => {
  state.textContent = book.state === 'LIVE' ? 'LIVE' : `${book.state}: ${book.reason}`;
  ladder.dataset.state = book.state;
  ladder.dataset.transaction = book.transaction;
  const { bids, asks } = book;
  const rows = [];
  for (let i = asks.length - 1; i >= 0; i -= 1) rows.push(row('ask', asks, i));
  for (let i = 0; i < bids.length; i += 1) rows.push(row('bid', bids, i));
  ladder.tBodies[0].replaceChildren(...rows);
});
