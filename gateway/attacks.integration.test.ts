import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Side } from '../feed/index.ts';
import { MAX_CLASSES, SUBPROTOCOL_JSON } from './protocol/index.ts';
import { ATTACKS, type Attack, CLASS_EXPLOSION, type Target } from './testing/attacks.ts';
import type { FakeInstrument } from './testing/fake-feed.ts';
import { startTestGateway, type TestGateway } from './testing/test-gateway.ts';

const INTRUDERS = 8;
const PATIENCE_MS = 60_000;

let gateway: TestGateway;
let instrument: FakeInstrument;
let target: Target;

beforeEach(async () => {
  gateway = await startTestGateway({ headersTimeoutMs: 400, helloDeadlineMs: 500 });
  instrument = gateway.feed.list('ABC');
  target = { host: '127.0.0.1', port: Number(new URL(gateway.http).port), symbol: 'ABC' };
});

afterEach(() => gateway.close());

/** A client whose book must go on without a gap while others do harm. */
class HealthyClient {
  diffs = 0;
  gaps = 0;
  closed = false;
  #sequence: number | undefined;
  readonly #socket = new WebSocket(gateway.ws, SUBPROTOCOL_JSON);

  constructor() {
    this.#socket.on('open', () => {
      this.#socket.send('[1,1,null,"healthy"]');
      this.#socket.send('[2,2,"book","ABC",{"interval":0}]');
    });
    this.#socket.on('message', (data: Buffer) => this.#hear(JSON.parse(data.toString())));
    this.#socket.on('close', () => {
      this.closed = true;
    });
  }

  end(): void {
    this.#socket.terminate();
  }

  #hear([type, , sequence, advance]: readonly [number, unknown, number, number]): void {
    if (type === 18) this.#sequence = sequence;
    if (type !== 19) return;
    if (this.#sequence !== sequence - advance) this.gaps += 1;
    this.#sequence = sequence;
    this.diffs += 1;
  }
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 3000; i += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited in vain until ${what}`);
}

/** Runs `body` beside a client that is served, and says that it was served to the end. */
async function beside(body: () => Promise<void>): Promise<void> {
  const healthy = new HealthyClient();
  let quantity = 1;
  const timer = setInterval(() => {
    quantity += 1;
    gateway.feed.transaction((steps) => steps.level(instrument, Side.Bid, 1000, quantity));
  }, 5);
  await until('the healthy client is served', () => healthy.diffs > 0);
  await body();
  const before = healthy.diffs;
  await until('it is served afterwards', () => healthy.diffs > before + 5);
  clearInterval(timer);
  expect([healthy.gaps, healthy.closed]).toEqual([0, false]);
  healthy.end();
  await until('nobody is left', () => gateway.server.gateway.sessionCount === 0);
  expect(gateway.server.gateway.classCount).toBe(0);
}

/** What the gateway may answer with; anything else would be luck. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  'slow headers': ['408', '400'],
  'tiny fragments': ['1008', '1009'],
  'huge declared lengths': ['1009', '1002'],
  // 4011 where so many wait for their turn that no more are kept.
  'frames of one byte': ['4400', '4001', '1008', '4011'],
  'bad UTF-8': ['1007'],
  'no mask': ['1002'],
  'reserved bits, as of compressed frames': ['1002'],
  // It acknowledges nothing, so what it is answered may be too much before its questions are.
  'a storm of subscriptions': ['4011', '4008'],
  'bad handshakes': ['400', '404', '431'],
  'deep MessagePack': ['4400', '4001'],
  'a connection that says nothing': ['4001'],
};

async function attackWith({ name, run }: Attack): Promise<void> {
  const { attempts, ended, answers } = await run(target, INTRUDERS, PATIENCE_MS);
  expect(ended).toBe(attempts);
  for (const answer of answers.keys()) expect(ANSWERS[name]).toContain(answer);
}

describe('a gateway under attack', () => {
  it.each(ATTACKS)('ends it, and serves others meanwhile: $name', async (attack) => {
    await beside(() => attackWith(attack));
  });

  it('has no more classes than it may, and none when the last has left: an explosion of classes', async () => {
    await beside(async () => {
      // Nobody is ended: each stays within what one connection may.
      await CLASS_EXPLOSION.run(target, INTRUDERS, 1500);
      expect(gateway.server.gateway.classCount).toBeLessThanOrEqual(MAX_CLASSES);
      // They asked for more than anybody does at once, and it was not done in one piece.
      expect(gateway.server.gateway.tally.requestsPutOff).toBeGreaterThan(100);
    });
  });
});
