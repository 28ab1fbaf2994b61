/** A service that subscribes and, when its parent asks, says what it has heard. For tests. */

import { type SubscriptionEvent, subscribe } from './index.ts';

const [feed = '', repair = ''] = process.argv.slice(2);
const trades: number[] = [];
const events: SubscriptionEvent['type'][] = [];
const states: string[] = [];

const subscription = subscribe({
  feed,
  repair,
  listener: {
    traded: (...[, , , , tradeId]) => trades.push(tradeId),
    event: ({ type }) => {
      if (type !== 'hash-checked') events.push(type);
    },
    stateChanged: ({ state, reason }) => states.push(`${state} ${reason}`),
  },
});

process.on('message', () => {
  const { state, position, stats } = subscription;
  process.send?.({ state, position, stats, trades, events, states });
});
process.on('disconnect', () => void subscription.close());
