/** `touchline order|modify|cancel|mass-cancel|status`: orders from the command line. */

import { type Command, InvalidArgumentError } from 'commander';
import { UserError } from '../../../feed/process/index.ts';
import { type Order, type OrderClient, Side } from '../../orders/index.ts';
import { orderSaid } from '../order/order-lines.ts';
import { addSessionOptions, runOrderCommand, type SessionOptions } from '../order/order-session.ts';
import {
  addPlaceOptions,
  contradiction,
  isImmediate,
  type PlaceOptions,
  wishesOf,
} from '../order/place-options.ts';

interface ModifyOptions extends SessionOptions {
  readonly stop?: string;
}

interface MassCancelOptions extends SessionOptions {
  readonly symbol?: string;
  readonly side?: Side;
}

export function addOrderCommands(program: Command): void {
  addPlaceCommand(program);
  addModifyCommand(program);
  addCancelCommand(program);
  addMassCancelCommand(program);
  addStatusCommand(program);
}

function addPlaceCommand(program: Command): void {
  const command = program
    .command('order')
    .description('place an order and say what became of it')
    .argument('<symbol>', 'the instrument')
    .argument('<side>', 'buy or sell', sideOf)
    .argument('<quantity>', 'a decimal, in whole lots')
    .argument('[@price]', 'a decimal, in whole ticks', priceOf);
  addSessionOptions(addPlaceOptions(command, idOf))
    .addHelpText(
      'after',
      `
Examples:
  $ touchline order AAPL buy 300 @585.33          rests until filled or cancelled
  $ touchline order AAPL sell 50 --market
  $ touchline order AAPL buy 300 @585.40 --tif ioc
  $ touchline order AAPL sell 300 --stop 580.00              a market order, once it trades there
  $ touchline order AAPL buy 5000 @585.30 --display 100 --post-only slide
  $ touchline order AAPL buy 300 @590 --peg mid --tif day
  $ touchline order AAPL buy 1 @580 --name desk --state desk.json   nobody else gets the name
`,
    )
    .action((symbol, side, quantity, price, options: PlaceOptions) => {
      const wrong = contradiction(price, options);
      if (wrong !== undefined) command.error(`error: ${wrong}`, { exitCode: 2 });
      place(symbol, side, quantity, price, options);
    });
}

function place(
  symbol: string,
  side: Side,
  quantity: string,
  price: string | undefined,
  options: PlaceOptions,
): void {
  runOrderCommand(options, async (client, say) => {
    const order = await client.place({
      symbol,
      side,
      quantity,
      ...wishesOf(price, options),
    });
    // What is asked now is answered behind the order's first fills.
    if (isImmediate(options)) await order.ended;
    else await client.findOpenOrders(symbol);
    say(orderSaid(order));
  });
}

function addModifyCommand(program: Command): void {
  const command = program
    .command('modify')
    .description('change an open order; less at the same price keeps its place in the queue')
    .argument('<id>', 'as order and status print it', idOf)
    .argument('<quantity>', 'the new total, what has filled included')
    .argument('[@price]', 'the new price (default: as it is)', priceOf)
    .option('--stop <price>', 'the new trigger price of a stop that waits');
  addSessionOptions(command)
    .addHelpText('after', '\nExamples:\n  $ touchline modify 1763829384000001 200 @585.30\n')
    .action((id: number, quantity: string, price: string | undefined, options: ModifyOptions) => {
      const { stop } = options;
      runOrderCommand(options, async (client, say) => {
        const order = await find(client, id, options);
        await order.modify({
          quantity,
          ...(price === undefined ? {} : { price }),
          ...(stop === undefined ? {} : { triggerPrice: stop }),
        });
        await client.findOpenOrders(order.symbol);
        say(orderSaid(order));
      });
    });
}

function addCancelCommand(program: Command): void {
  const command = program
    .command('cancel')
    .description('take open orders back')
    .argument('<ids...>', 'as order and status print them', (text: string, ids: number[] = []) => [
      ...ids,
      idOf(text),
    ]);
  addSessionOptions(command)
    .addHelpText('after', '\nExamples:\n  $ touchline cancel 1763829384000001\n')
    .action((ids: readonly number[], options: SessionOptions) => {
      runOrderCommand(options, async (client, say) => {
        for (const id of ids) {
          const order = await find(client, id, options);
          say(orderSaid(await order.cancel()));
        }
      });
    });
}

function addMassCancelCommand(program: Command): void {
  const command = program
    .command('mass-cancel')
    .description('take back all open orders of the name')
    .option('--symbol <symbol>', 'of this instrument only')
    .option('--side <side>', 'buy or sell only', sideOf);
  addSessionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ touchline mass-cancel
  $ touchline mass-cancel --symbol AAPL --side buy
`,
    )
    .action((options: MassCancelOptions) => {
      const { symbol, side } = options;
      runOrderCommand(options, async (client, say) => {
        const count = await client.massCancel({
          ...(symbol === undefined ? {} : { symbol }),
          ...(side === undefined ? {} : { side }),
        });
        const text = `${count} ${count === 1 ? 'order' : 'orders'} cancelled`;
        say({ text, json: { type: 'mass-cancelled', count } });
      });
    });
}

function addStatusCommand(program: Command): void {
  const command = program
    .command('status')
    .description('show the open orders of the name, and with --state what happened meanwhile')
    .argument('[symbol]', 'of this instrument only');
  addSessionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ touchline status
  $ touchline status AAPL --json | jq .open
  $ touchline status --name desk --state desk.json
`,
    )
    .action((symbol: string | undefined, options: SessionOptions) => {
      runOrderCommand(options, async (client, say) => {
        const orders = await client.findOpenOrders(symbol);
        for (const order of orders) say(orderSaid(order));
        if (orders.length === 0 && options.json !== true) {
          say({ text: `${options.name} has no open orders`, json: {} });
        }
      });
    });
}

async function find(client: OrderClient, id: number, options: SessionOptions): Promise<Order> {
  const orders = await client.findOpenOrders();
  const order = orders.find(({ clientOrderId }) => clientOrderId === id);
  if (order !== undefined) return order;
  const what = `"${options.name}" has no open order ${id}.`;
  throw new UserError('UNKNOWN_ORDER', `${what} See what it has with: touchline status`);
}

function sideOf(text: string): Side {
  if (text === 'buy') return Side.Bid;
  if (text === 'sell') return Side.Ask;
  throw new InvalidArgumentError('Give buy or sell.');
}

function priceOf(text: string): string {
  if (!text.startsWith('@')) throw new InvalidArgumentError(`Write a price with @, as @${text}.`);
  return text.slice(1);
}

function idOf(text: string): number {
  const id = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(id) || id < 1) {
    throw new InvalidArgumentError('Give the number that order or status printed.');
  }
  return id;
}
