/** What `touchline order` may be asked for, and what the order client is told of it. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { NewOrderRequest } from '../../orders/index.ts';
import type { SessionOptions } from './order-session.ts';

export interface PlaceOptions extends SessionOptions {
  readonly market?: boolean;
  readonly tif?: 'gtc' | 'ioc' | 'fok' | 'day' | 'gtd';
  readonly expires?: Date;
  readonly stop?: string;
  readonly trail?: string;
  readonly peg?: 'primary' | 'mid';
  readonly pegOffset?: string;
  readonly display?: string;
  readonly hidden?: boolean;
  readonly minimum?: string;
  readonly postOnly?: true | 'reject' | 'slide';
  readonly selfTrade?: 'cancel-newest' | 'cancel-oldest' | 'cancel-both' | 'decrement';
  readonly linkedTo?: number;
}

export function addPlaceOptions(command: Command, id: (text: string) => number): Command {
  return command
    .option('--market', 'at any price; what does not fill at once is cancelled')
    .addOption(
      new Option(
        '--tif <time in force>',
        'until cancelled, immediate, whole, of the day, to a date',
      )
        .choices(['gtc', 'ioc', 'fok', 'day', 'gtd'])
        .default(undefined, 'gtc'),
    )
    .option('--expires <time>', 'when it ends, such as 2030-01-31T16:00:00Z', time)
    .option('--stop <price>', 'wait until a trade reaches this price')
    .option('--trail <distance>', 'a stop that follows the market at this distance')
    .addOption(
      new Option(
        '--peg <to>',
        'follow the best price of its side, or the middle, never shown',
      ).choices(['primary', 'mid']),
    )
    .option('--peg-offset <distance>', 'stay this far away from it')
    .option('--display <quantity>', 'show so much at a time (an iceberg)')
    .option('--hidden', 'show nothing of it')
    .option('--minimum <quantity>', 'fill so much at once, or not at all')
    .addOption(
      new Option(
        '--post-only [how]',
        'never take: be refused, or slide to where it does not',
      ).choices(['reject', 'slide']),
    )
    .addOption(
      new Option('--self-trade <what>', 'instead of trading with an order of its own').choices([
        'cancel-newest',
        'cancel-oldest',
        'cancel-both',
        'decrement',
      ]),
    )
    .option('--linked-to <id>', 'cancel that order when this one fills, and the other way', id);
}

/** Why the price and the options do not fit; undefined when they do. */
export function contradiction(
  price: string | undefined,
  options: PlaceOptions,
): string | undefined {
  const { market = false, stop, trail, peg } = options;
  const isWaiting = stop !== undefined || trail !== undefined;
  if (market && price !== undefined) {
    return 'A market order has no price: give either @PRICE or --market';
  }
  if (!market && price === undefined && !isWaiting) {
    return 'An order needs a price: give either @PRICE or --market';
  }
  if (peg === undefined && options.pegOffset !== undefined) return '--peg-offset is of --peg';
  return undefined;
}

/** True when the order ends by itself at once: then that is waited for. */
export function isImmediate({ market = false, tif, stop, trail }: PlaceOptions): boolean {
  if (stop !== undefined || trail !== undefined) return false;
  return market || tif === 'ioc' || tif === 'fok';
}

type Wishes = Omit<NewOrderRequest, 'symbol' | 'side' | 'quantity'>;

export function wishesOf(price: string | undefined, options: PlaceOptions): Wishes {
  const { tif, expires, stop, trail, peg, pegOffset, display, hidden, minimum } = options;
  const { postOnly, selfTrade, linkedTo } = options;
  const wishes = {
    price,
    timeInForce: tif,
    expiresAt: expires,
    triggerPrice: stop,
    trailBy: trail,
    peg: peg === undefined ? undefined : { to: peg, ...(pegOffset && { offset: pegOffset }) },
    displayQuantity: display,
    hidden,
    minimumQuantity: minimum,
    postOnly: postOnly === true ? 'reject' : postOnly,
    selfTrade,
    linkedTo,
  };
  const given = Object.entries(wishes).filter(([, wish]) => wish !== undefined);
  return Object.fromEntries(given) as Wishes;
}

function time(text: string): Date {
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError('Give a time as 2030-01-31T16:00:00Z.');
}
