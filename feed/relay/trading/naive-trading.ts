/** The same candles and statistics worked out from a list of all trades each time: the oracle. */

interface NaiveTrade {
  readonly tradeId: number;
  readonly instrument: number;
  readonly second: number;
  price: number;
  quantity: number;
  isBusted: boolean;
}

export interface NaiveCandle {
  readonly start: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number;
}

export class NaiveTrading {
  readonly trades: NaiveTrade[] = [];
  second = 0;

  traded(instrument: number, tradeId: number, price: number, quantity: number): void {
    const { second } = this;
    this.trades.push({ tradeId, instrument, second, price, quantity, isBusted: false });
  }

  busted(instrument: number, tradeId: number): void {
    const trade = this.#find(instrument, tradeId);
    if (trade !== undefined) trade.isBusted = true;
  }

  corrected(instrument: number, tradeId: number, price: number, quantity: number): void {
    const trade = this.#find(instrument, tradeId);
    if (trade === undefined || trade.isBusted) return;
    trade.price = price;
    trade.quantity = quantity;
  }

  /** Also those of which every trade has been busted: they show nothing. */
  candles(instrument: number, interval: number): NaiveCandle[] {
    const all = this.trades.filter((trade) => trade.instrument === instrument);
    const starts = [...new Set(all.map(({ second }) => Math.floor(second / interval) * interval))];
    return starts.map((start) => ({
      start,
      ...sumOf(this.#counted(instrument, start, start + interval)),
    }));
  }

  statistics(instrument: number, now: number): NaiveCandle {
    const start = (Math.floor(now / 60) - 1439) * 60;
    const counted = this.#counted(instrument, start, Number.POSITIVE_INFINITY);
    const ever = this.#counted(instrument, 0, Number.POSITIVE_INFINITY);
    return { start, ...sumOf(counted), close: ever.at(-1)?.price ?? 0 };
  }

  #counted(instrument: number, from: number, to: number): NaiveTrade[] {
    return this.trades.filter(
      (trade) =>
        trade.instrument === instrument &&
        !trade.isBusted &&
        trade.second >= from &&
        trade.second < to,
    );
  }

  #find(instrument: number, tradeId: number): NaiveTrade | undefined {
    return this.trades.find((one) => one.tradeId === tradeId && one.instrument === instrument);
  }
}

function sumOf(trades: readonly NaiveTrade[]): Omit<NaiveCandle, 'start'> {
  const prices = trades.map(({ price }) => price);
  return {
    open: prices[0] ?? 0,
    high: prices.length === 0 ? 0 : Math.max(...prices),
    low: prices.length === 0 ? 0 : Math.min(...prices),
    close: prices.at(-1) ?? 0,
    volume: trades.reduce((sum, { quantity }) => sum + quantity, 0),
    trades: trades.length,
  };
}
