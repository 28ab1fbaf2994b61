/** Every word the page shows, in English; another language is one more object of the same shape. */

import {
  type FeedState,
  STATE_REASON_TEXT,
  type StateReason,
  TradingStatus,
} from '../../../feed/index.ts';

/** In the largest unit of which it is a whole number. */
export function lengthOfTime(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400} d`;
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

export const english = {
  code: 'en',
  title: 'Touchline',
  wordmark: 'touchline',
  noValue: '–',

  overview: {
    title: 'Instruments',
    caption: 'All instruments with their last price and its change in 24 hours',
    search: 'Search instruments',
    searchHint: 'Search',
    symbol: 'Symbol',
    last: 'Last',
    change: 'Change',
    trend: 'Last minutes',
    changeHint: 'In 24 hours; since this page was opened where no relay tells',
    dayHint: (high: string, low: string, volume: string) =>
      `24 hours: high ${high}, low ${low}, volume ${volume}`,
    midHint: 'Mid price: no trade seen yet',
    empty: 'No instruments yet',
    noMatch: 'No instrument matches',
  },
  ladder: {
    title: 'Order book',
    caption: (symbol: string) =>
      `Order book of ${symbol}: asks above the spread, bids below, best prices next to it`,
    total: 'Total',
    totalHint: 'Quantity from the best price to here',
    orders: 'Orders',
    bidSize: 'Bid size',
    askSize: 'Ask size',
    price: 'Price',
    spread: 'spread',
    mid: 'mid',
    basisPoints: 'bp',
    grouped: (step: string) => `by ${step}`,
    centre: 'Centre',
    centreHint: 'Keep the spread in the middle (c)',
    oneSided: 'one side is empty',
    scrollRegion: (symbol: string) => `Levels of ${symbol}, scrollable`,
    regionOf: (symbol: string) => `Order book of ${symbol}`,
    unpin: (symbol: string) => `Close the book of ${symbol}`,
    noPinned: 'Pin books with w to see them here, next to the one you look at',
    say: (symbol: string, bid: string, ask: string) => `${symbol}: bid ${bid}, ask ${ask}`,
  },
  sweep: {
    label: 'What taking everything down to a level would cost',
    idle: 'Point at a level (j, k) to see what sweeping to it costs',
    to: 'Sweep to',
    quantity: 'Quantity',
    average: 'Average',
    cost: 'Cost',
    slippage: 'From best',
  },
  queue: {
    label: 'Orders at one price, first to fill first',
    title: (count: number, price: string) =>
      count === 1 ? `1 order at ${price}` : `${count} orders at ${price}`,
    close: 'Close the queue of orders',
    position: 'No.',
    order: 'Order',
    size: 'Size',
    ahead: 'Ahead',
    levelsOnly: 'Only price levels are known of this instrument.',
    more: (count: number) => `and ${count} more`,
  },
  price: {
    title: 'Price',
    label: (symbol: string, length: string) => `Candles of ${symbol}, ${length} each`,
    empty: 'No trade known yet',
    span: 'Candle',
    spanHint: 'Time that one candle sums up (i)',
    seconds: (seconds: number) => lengthOfTime(seconds),
    lacks: '(trades missing)',
    open: 'O',
    high: 'H',
    low: 'L',
    close: 'C',
    volume: 'Vol',
  },
  heatmap: {
    title: 'Book over time',
    label: (symbol: string) =>
      `Quantities in the book of ${symbol} over the last five minutes, with its trades`,
    reading: (price: string, quantity: string, ago: string) =>
      `${price} · ${quantity} · ${ago} ago`,
    ago: (time: string) => `−${time}`,
    tradesFrom: (size: string) => `trades from ${size}`,
  },
  depth: {
    title: 'Depth',
    label: (symbol: string) => `Cumulative quantity in the book of ${symbol} by price`,
    reading: (price: string, quantity: string) => `${quantity} to ${price}`,
  },
  tape: {
    title: 'Trades',
    caption: (symbol: string) => `Trades of ${symbol}, newest first`,
    time: 'Time',
    price: 'Price',
    size: 'Size',
    side: 'Side',
    bid: 'buy',
    ask: 'sell',
    none: 'cross',
    empty: 'No trade since this page was opened',
    emptyFiltered: 'No trade of this size since this page was opened',
    missed: (count: number) => (count === 1 ? '1 trade missed' : `${count} trades missed`),
    filter: 'Size ≥',
    filterHint: 'Show trades of this size or more (f)',
  },
  header: {
    day: 'The last 24 hours',
    dayHigh: '24 h high',
    dayLow: 'low',
    dayVolume: 'vol',
    interval: 'Interval',
    intervalHint: 'How often the gateway sends changes of the book',
    everyTransaction: 'every change',
    milliseconds: (interval: number) => `${interval} ms`,
    depth: 'Depth',
    depthHint: 'Levels on each side ([ and ])',
    fewer: 'Fewer levels',
    more: 'More levels',
    grouping: 'Group',
    groupingHint: 'Width of a price step (- and +)',
    finer: 'Finer prices',
    coarser: 'Coarser prices',
    layout: 'View',
    layoutHint: 'Which panels are shown (v)',
    layouts: { desk: 'Desk', book: 'Book', charts: 'Charts', several: 'Several' },
    pin: 'Pin',
    pinHint: 'Keep this book beside others in the view “Several” (w)',
    pause: 'Pause',
    goOn: 'Go on',
    step: 'Step',
    stepHint: 'Show what there is now and stay paused (.)',
    theme: { label: 'Theme', auto: 'Auto', dark: 'Dark', light: 'Light' },
    themeHint: 'Colour theme (t)',
    palette: 'Colours',
    paletteHint: 'Blue and orange, or green and red (p)',
    language: 'Español',
    languageHint: 'Mostrar la página en español (l)',
    helpHint: 'Keyboard (?)',
    skip: 'Skip to the order book',
  },
  tabs: {
    label: 'Panels',
    ladder: 'Book',
    tape: 'Trades',
    depth: 'Depth',
    price: 'Price',
    heatmap: 'Heat',
    overview: 'All',
  },
  strip: {
    label: 'What is shown and how it is known',
    transport: 'Link',
    published: 'engine → publish',
    engineToGateway: 'engine → gateway',
    gatewayToScreen: 'gateway → screen',
    sequence: 'seq',
    transaction: 'tx',
    gaps: 'gaps',
    repairs: 'repaired',
    conflation: 'merged',
    hash: 'view hash',
    hashNever: 'not checked yet',
    frames: 'fps',
    dropped: 'dropped',
    ago: (age: string) => `${age} ago`,
    recovered: (missed: string, gap: string) =>
      missed === '0'
        ? `Live again after ${gap}: nothing was missed`
        : `Live again after ${gap}: ${missed} changes made good`,
    hints: {
      state: 'Whether the book below may be trusted, and why not if not',
      transport: (roundTrip: string, fallbackReason: string | undefined) =>
        `How the page hears the gateway; round trip ${roundTrip}` +
        (fallbackReason === undefined ? '' : `. Not the first choice: ${fallbackReason}`),
      published:
        'From the engine sequencing a transaction to its packet being published, as the gateway ' +
        'sees it: median and 99 % of the last second.',
      applied: (median: string) => ` Applied to the gateway’s book after ${median}.`,
      engineToGateway: (interval: string) =>
        'From the engine sequencing a change to the gateway sending it: median, and the time that ' +
        `99 % stay within. Includes the chosen interval (${interval}).`,
      gatewayToScreen:
        'From the gateway sending a change to the end of the frame that drew it: median, and the ' +
        'time that 99 % stay within.',
      clocks: (error: string) =>
        `Compares the clocks of two machines: their difference, unknown to within ${error}, is in it.`,
      sequence: 'The engine’s sequence of this instrument that the levels show',
      transaction: 'The engine’s transaction that the levels show',
      gaps: 'Times that the book looked at missed something or fell silent, and times that it came back',
      conflation: 'Transactions that one change of the book sums up, on average',
      hash: (count: string) =>
        `View hashes compared: the window here and the gateway’s replica were equal ${count} times. ` +
        'The gateway compares its replica with the engine’s own book hashes; a difference would ' +
        'show here as Gapped',
      frames:
        'Frames drawn in the last second, and frames that came too late since the page was opened',
    },
  },
  states: {
    SYNCING: 'Syncing',
    LIVE: 'Live',
    GAPPED: 'Gapped',
    STALE: 'Stale',
  } as Record<FeedState, string>,
  reasons: STATE_REASON_TEXT as Record<StateReason, string>,
  veil: {
    age: (age: string) => `These prices are ${age} old`,
    noPrices: 'No price is shown until a whole book has arrived',
    connecting: 'Connecting',
    connectingDetail: 'Reaching the gateway.',
    lost: 'Connection lost',
    retryIn: (seconds: string) => `Next attempt in ${seconds}.`,
    retrying: 'Trying again.',
    closed: 'Disconnected',
    closedDetail: 'The session has ended. Reload the page to connect again.',
    code: (code: number, message: string) =>
      message ? `${message.replace(/\.$/, '')} (code ${code})` : `Code ${code}`,
    paused: 'Paused',
    pausedDetail: 'Press space to go on, the full stop for one step.',
  },
  tradingStatus: {
    [TradingStatus.PreOpen]: 'Pre-open',
    [TradingStatus.Auction]: 'Auction',
    [TradingStatus.Continuous]: 'Continuous',
    [TradingStatus.CancelOnly]: 'Cancel only',
    [TradingStatus.Halted]: 'Halted',
    [TradingStatus.Closed]: 'Closed',
    [TradingStatus.Delisted]: 'Delisted',
  } as Record<number, string>,
  help: {
    title: 'Keyboard',
    close: 'Close',
    keys: [
      ['/', 'search an instrument'],
      ['↑ ↓', 'previous, next instrument'],
      ['1 … 9', 'instrument by position'],
      ['- +', 'finer, coarser prices'],
      ['[ ]', 'fewer, more levels'],
      ['j k', 'level below, above: what a sweep costs'],
      ['o', 'orders of that level, in their queue'],
      ['c', 'keep the spread in the middle'],
      ['space', 'pause and go on'],
      ['.', 'one step while paused'],
      ['v', 'view: desk, book, charts, several'],
      ['w', 'pin this book, or let it go'],
      ['i I', 'longer, shorter candles'],
      ['f', 'filter trades by size'],
      ['b', 'say the best prices'],
      ['t', 'theme: auto, dark, light'],
      ['p', 'colours: blue and orange, green and red'],
      ['l', 'language'],
      ['?', 'this sheet'],
      ['Esc', 'close, or leave a field'],
    ] as readonly (readonly [string, string])[],
  },
};

export type Texts = typeof english;
