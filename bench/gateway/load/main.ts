/** The load generator's process: as many clients as its plan says, and what they have counted. */

import type { FromLoad, LoadPlan, ToLoad } from '../messages.ts';
import { BookClients } from './book-clients.ts';
import { Counter } from './counter.ts';
import { RawClient } from './raw-client.ts';
import { speechOf } from './speech.ts';

/**
 * Connections that are being made at once. Each takes a few turns of a server's event loop, and a
 * turn of one that writes to thousands takes up to an interval.
 */
const AT_ONCE = 256;

const plan = JSON.parse(process.argv[2] ?? '') as LoadPlan;
const counter = new Counter();
let isFrozen = false;
let connected = 0;

if (plan.holdsBooks === true) holdBooks();
else countFrames();

function tell(message: FromLoad): void {
  process.send?.(message);
}

function onMessage(listener: (message: ToLoad) => void): void {
  process.on('message', listener);
  process.on('disconnect', () => process.exit());
}

function countFrames(): void {
  let next = 0;
  const open = () => {
    if (next === plan.connections) return;
    const index = next;
    next += 1;
    const speech = speechOf(plan, index, counter, () => {
      connected += 1;
      open();
      if (connected === plan.connections) tell({ type: 'connected' });
    });
    const onEnd = () => {
      connected -= 1;
    };
    new RawClient(plan, speech, { onEnd, isFrozen: () => isFrozen });
  };
  for (let i = 0; i < AT_ONCE; i += 1) open();
  onMessage((message) => {
    if (message.type === 'freeze') isFrozen = true;
    if (message.type !== 'measure') return;
    counter.begin();
    setTimeout(() => tell({ type: 'measured', ...counter.end(connected) }), message.ms);
  });
}

function holdBooks(): void {
  const clients = new BookClients(plan, AT_ONCE);
  onMessage((message) => {
    if (message.type === 'state') tell({ type: 'state', ...clients.take() });
  });
}
