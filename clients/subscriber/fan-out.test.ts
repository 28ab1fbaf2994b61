import { expect, test } from 'vitest';
import { type FeedInstrument, NO_EPOCH, Side, TradingStatus } from '../../feed/index.ts';
import { FanOut } from './fan-out.ts';

test('tells every iterator, and the listener, of statuses, auctions and changed trades', async () => {
  const heard: string[] = [];
  const listener = {
    instrumentChanged: () => heard.push('status'),
    indicativeChanged: () => heard.push('indicative'),
    tradeBusted: () => heard.push('busted'),
    tradeCorrected: () => heard.push('corrected'),
  };
  const fanOut = new FanOut(listener, () => ({ epoch: NO_EPOCH, sequence: 1 }));
  const readers = [fanOut.open(), fanOut.open()];
  const indicative = { price: 100, volume: 30, imbalance: 5, side: Side.Ask };
  const status = TradingStatus.Auction;
  const instrument = { id: 1, status, statusReason: 8, indicative } as unknown as FeedInstrument;
  fanOut.instrumentChanged(instrument);
  fanOut.indicativeChanged(instrument);
  fanOut.tradeBusted(instrument, 7);
  fanOut.tradeCorrected(instrument, 8, 99, 3);
  for (const reader of readers) {
    const events = [];
    for (let left = 4; left > 0; left -= 1) events.push((await reader.next()).value);
    expect(events).toEqual([
      { type: 'status', instrument, status, statusReason: 8 },
      { type: 'indicative', instrument, ...indicative },
      { type: 'trade-busted', instrument, tradeId: 7 },
      { type: 'trade-corrected', instrument, tradeId: 8, price: 99, quantity: 3 },
    ]);
  }
  expect(heard).toEqual(['status', 'indicative', 'busted', 'corrected']);
});
