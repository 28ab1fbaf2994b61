import { describe, expect, it } from 'vitest';
import {
  type GatewayEvent,
  MAX_CLASS_LEVELS,
  MAX_SUBSCRIPTIONS,
  MessageType,
} from '../protocol/index.ts';
import { SessionBench } from '../testing/session-bench.ts';

/** Instruments times intervals of this depth are more levels than a gateway serves. */
const DEEPEST = 1000;
const INSTRUMENTS = 220;
const INTERVALS = [0, 16, 50, 100, 250];

function limitReached(event: GatewayEvent): boolean {
  return event[0] === MessageType.Error && event[3].startsWith('LIMIT_REACHED');
}

describe('all channels together', () => {
  it('serve no more levels than a gateway has memory for, and others again when some have left', () => {
    const bench = new SessionBench();
    for (let i = 0; i < INSTRUMENTS; i += 1) bench.feed.list(`S${i}`);
    const clients = Array.from({ length: 5 }, () => bench.join());
    let refused = 0;
    for (const [index, interval] of INTERVALS.entries()) {
      const client = clients[index];
      for (let i = 0; i < Math.min(INSTRUMENTS, MAX_SUBSCRIPTIONS); i += 1) {
        client?.send([MessageType.Subscribe, i + 2, 'book', `S${i}`, { depth: DEEPEST, interval }]);
        client?.ack();
      }
      refused += client?.take().filter(limitReached).length ?? 0;
    }
    expect(bench.gateway.classCount).toBe(MAX_CLASS_LEVELS / DEEPEST);
    expect(refused).toBe(INSTRUMENTS * INTERVALS.length - MAX_CLASS_LEVELS / DEEPEST);
    clients[0]?.session.closed();
    const [, second] = clients;
    second?.send([MessageType.Subscribe, 900, 'book', 'S0', { depth: DEEPEST, interval: 1000 }]);
    expect(second?.take().some((event) => event[0] === MessageType.Subscribed)).toBe(true);
    for (const client of clients.slice(1)) client.session.closed();
    expect(bench.gateway.classCount).toBe(0);
  });
});
