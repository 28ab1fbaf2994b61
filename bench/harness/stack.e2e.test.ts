import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FeedState } from '../../feed/index.ts';
import { FeedSubscriber } from '../../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';
import { type Stack, startStack } from './stack.ts';

async function withStack(
  options: Parameters<typeof startStack>[0],
  use: (stack: Stack) => Promise<void>,
): Promise<void> {
  const stack = await startStack(options);
  try {
    await use(stack);
  } finally {
    await stack.stop();
  }
}

/** Waits until a subscriber that is told nothing but the endpoints has every book proved. */
async function untilLive(stack: Stack, atLeastInstruments: number): Promise<number> {
  let resolve = (_: number): void => undefined;
  const done = new Promise<number>((settle) => {
    resolve = settle;
  });
  const subscriber = new FeedSubscriber(
    {
      feed: [stack.endpoints.publish],
      repair: [stack.endpoints.relay],
      wallClock,
      nowMs: monotonicMs,
      crc32,
    },
    {
      transactionApplied: () => {
        const books = [...subscriber.instruments.values()];
        const live = books.filter((book) => book.state === FeedState.Live);
        if (live.length === books.length && live.length >= atLeastInstruments) {
          resolve(subscriber.position.epoch.random);
        }
      },
    },
  );
  await subscriber.start();
  const epoch = await done;
  await subscriber.close();
  return epoch;
}

function isGone(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ');
  } catch {
    return true;
  }
}

test('four real processes start on free ports, and none is left', async () => {
  let pids: number[] = [];
  await withStack({ source: 'sim:1' }, async (stack) => {
    const { engine, relay, gateway, source, endpoints } = stack;
    pids = [engine.pid, relay.pid, gateway.pid, source.pid];
    expect(new Set(pids).size).toBe(4);
    expect(pids.some(isGone)).toBe(false);
    expect((await fetch(new URL('/healthz', endpoints.gateway))).status).toBe(200);
    await untilLive(stack, 8);
  });
  expect(pids.every(isGone)).toBe(true);
});

test('each process comes back at the same endpoints after kill -9', async () => {
  await withStack({ source: 'sim:2' }, async (stack) => {
    const before = stack.endpoints;
    for (const one of [stack.relay, stack.gateway]) {
      const exit = await one.kill('SIGKILL');
      expect(exit.signal).toBe('SIGKILL');
      await one.restart();
      await untilLive(stack, 8);
    }
    const epoch = await untilLive(stack, 8);
    await stack.source.stop();
    await stack.engine.kill('SIGKILL');
    await stack.engine.restart();
    await stack.source.restart();
    expect(await untilLive(stack, 8)).not.toBe(epoch);
    expect(stack.endpoints).toEqual(before);
  });
});

test('an engine alone needs neither relay nor gateway', async () => {
  await withStack({ relay: false, gateway: false, market: false }, async (stack) => {
    expect(stack.endpoints.publish).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
    expect(stack.endpoints).toMatchObject({ relay: '', gateway: '' });
  });
});

test('a process that cannot start takes the others down and says why', async () => {
  const error = await startStack({ market: '/nowhere/market.json' }).catch((reason) => reason);
  expect(String(error)).toContain('/nowhere/market.json');
});
