/** A market file becomes commands: instruments with their rules, calendars and statuses, once. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TradingStatus } from '../feed/index.ts';
import { listMarket } from './list-market.ts';
import { DEFAULT_MARKET_FILE } from './market-file.ts';
import { Reason } from './protocol/index.ts';
import { EngineFixture } from './testing/engine-fixture.ts';

const { Auction, Closed, Continuous, PreOpen } = TradingStatus;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'market-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(...instruments: object[]): string {
  const path = join(folder, 'market.json');
  const whole = instruments.map((one) => ({ tickSize: '0.5', lotSize: '1', ...one }));
  writeFileSync(path, JSON.stringify({ instruments: whole }));
  return path;
}

it('lists what is not there yet, with its rules, and leaves the rest as it is', () => {
  const fixture = new EngineFixture();
  const { market } = fixture.engine;
  const plain = { symbol: 'PLAIN' };
  const ruled = {
    symbol: 'RULED',
    status: 'pre-open',
    rules: { collar: '5', pause: { beyond: '1', seconds: 2 }, referencePrice: '100' },
    calendar: { entries: [{ at: '22:13:25', status: 'auction' }] },
  };
  listMarket(fixture.engine, file(plain, ruled));
  expect(market.instruments.map(({ symbol, status }) => [symbol, status])).toEqual([
    ['PLAIN', Continuous],
    ['RULED', PreOpen],
  ]);
  expect(market.find('RULED')?.session).toMatchObject({
    collarTicks: 10,
    pauseTicks: 2,
    pauseMs: 2000,
    referencePrice: 200,
  });
  expect(fixture.publish().told.at(-1)).toEqual(['status', 2, PreOpen, Reason.ByRequest]);
  // The calendar's time is five seconds after the fixture's.
  fixture.advance(5000);
  fixture.engine.advance();
  expect(market.find('RULED')?.status).toBe(Auction);

  const { transaction } = fixture.engine.sequencer;
  listMarket(fixture.engine, file(plain, { ...ruled, status: 'closed', rules: {} }));
  expect(fixture.engine.sequencer.transaction).toBe(transaction);
  listMarket(fixture.engine, file(plain, ruled, { symbol: 'NEW', status: 'closed' }));
  expect(market.find('NEW')?.status).toBe(Closed);
  listMarket(fixture.engine, false);
  expect(market.instruments).toHaveLength(3);
});

it('lists the demo: one instrument with a volatility pause, one with auctions', () => {
  const fixture = new EngineFixture();
  listMarket(fixture.engine, DEFAULT_MARKET_FILE);
  const { market } = fixture.engine;
  expect(market.find('ETH-USD')?.session.hasBounds).toBe(true);
  expect(market.nextDueMs).toBeLessThan(Number(fixture.timeNs / 1_000_000n) + 180_001);
  expect(market.instruments.every(({ status }) => status === Continuous)).toBe(true);
});
