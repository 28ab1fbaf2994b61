/** `touchline admin ...`: what the operators of a market do, from the command line. */

import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { UserError } from '../../../feed/process/index.ts';
import { readCalendar, statusNamed } from '../order/calendar-file.ts';
import { runOperatorCommand } from '../order/operator-session.ts';
import { addSessionOptions, type SessionOptions } from '../order/order-session.ts';

interface RulesOptions extends SessionOptions {
  readonly lowest?: string;
  readonly highest?: string;
  readonly collar?: string;
  readonly pause?: string;
  readonly pauseSeconds?: number;
  readonly reference?: string;
}

const HELP = `
Where the engine has keys, the name must be an operator's in its allow-list; without keys anybody may.

Examples:
  $ touchline admin status AAPL halted
  $ touchline admin rules AAPL --collar 5.00 --pause 10.00 --pause-seconds 30
  $ touchline admin calendar --all week.json
  $ touchline admin bust AAPL 1789
  $ touchline admin kill risk-desk                its orders are taken back, and no more are taken
  $ touchline admin let-go risk-desk
  $ touchline admin release risk-desk             its token is lost: the next one has the name
`;

export function addAdminCommand(program: Command): void {
  const admin = program
    .command('admin')
    .description('statuses, rules, calendars, trades after the fact, the kill switch, lost names')
    .addHelpText('after', HELP);
  addMarketCommands(admin);
  addTradeCommands(admin);
  addClientCommands(admin);
}

function addMarketCommands(admin: Command): void {
  addSessionOptions(
    admin
      .command('status')
      .description('change how an instrument is traded')
      .argument('<symbol>')
      .argument('<status>', 'pre-open, auction, continuous, cancel-only, halted, closed, delisted'),
  ).action((symbol: string, text: string, options: SessionOptions) => {
    runOperatorCommand(options, async (operator, say) => {
      const status = statusNamed(text);
      if (status === undefined) throw new UserError('BAD_STATUS', `"${text}" is no status.`);
      await operator.setStatus(symbol, status);
      say({ text: `${symbol} is ${text}`, json: { type: 'status', symbol, status: text } });
    });
  });
  addSessionOptions(
    admin
      .command('rules')
      .description(
        'set price band, collar, volatility pause; what is not given of the last two is off',
      )
      .argument('<symbol>')
      .option('--lowest <price>', 'the price band from here (default: as it is)')
      .option('--highest <price>', 'to here')
      .option('--collar <distance>', 'how far from the last trade a limit may be')
      .option('--pause <distance>', 'a trade further away than this stops the market')
      .option('--pause-seconds <seconds>', 'for so long', pauseSeconds)
      .option('--reference <price>', 'what counts as the last trade'),
  ).action((symbol: string, options: RulesOptions) => {
    const { lowest, highest, collar, pause, pauseSeconds: seconds, reference } = options;
    runOperatorCommand(options, async (operator, say) => {
      await operator.setRules(symbol, {
        ...(lowest === undefined ? {} : { lowestPrice: lowest }),
        ...(highest === undefined ? {} : { highestPrice: highest }),
        ...(collar === undefined ? {} : { collar }),
        ...(pause === undefined ? {} : { pause }),
        ...(seconds === undefined ? {} : { pauseMs: seconds * 1000 }),
        ...(reference === undefined ? {} : { referencePrice: reference }),
      });
      say({ text: `${symbol} has new rules`, json: { type: 'rules', symbol } });
    });
  });
  addSessionOptions(
    admin
      .command('calendar')
      .description('give an instrument, or all, a week of status changes')
      .argument('<file>', 'JSON: {"entries": [{"days": "mon-fri", "at": "09:30", "status": ...}]}')
      .option('--symbol <symbol>', 'of this instrument')
      .option('--all', 'of all that are listed'),
  ).action((file: string, options: SessionOptions & { symbol?: string; all?: boolean }) => {
    runOperatorCommand(options, async (operator, say) => {
      const { symbol, all = false } = options;
      if (all === (symbol !== undefined)) {
        throw new UserError('BAD_OPTION', 'Give either --symbol SYMBOL or --all.');
      }
      const calendar = readCalendar(textOf(file), file);
      await operator.setCalendar(symbol, calendar);
      const text = `${symbol ?? 'every instrument'} has ${calendar.entries.length} changes a week`;
      say({ text, json: { type: 'calendar', symbol, entries: calendar.entries.length } });
    });
  });
}

function addTradeCommands(admin: Command): void {
  addSessionOptions(
    admin
      .command('bust')
      .description('a trade does not count')
      .argument('<symbol>')
      .argument('<trade>', 'its id', id),
  ).action((symbol: string, tradeId: number, options: SessionOptions) => {
    runOperatorCommand(options, async (operator, say) => {
      await operator.bust(symbol, tradeId);
      say({ text: `trade ${tradeId} is busted`, json: { type: 'bust', symbol, tradeId } });
    });
  });
  addSessionOptions(
    admin
      .command('correct')
      .description('a trade counts with another price and quantity')
      .argument('<symbol>')
      .argument('<trade>', 'its id', id)
      .argument('<quantity>')
      .argument('<@price>', 'as @585.33', atPrice),
  ).action(
    (symbol: string, tradeId: number, quantity: string, price: string, options: SessionOptions) => {
      runOperatorCommand(options, async (operator, say) => {
        await operator.correct(symbol, tradeId, price, quantity);
        const json = { type: 'correct', symbol, tradeId, price, quantity };
        say({ text: `trade ${tradeId} is ${quantity} at ${price}`, json });
      });
    },
  );
}

function addClientCommands(admin: Command): void {
  const commands = {
    client: 'who has a name: owner number, open orders, whether logged on',
    kill: 'take back all orders of a client, and take no more from it',
    'let-go': 'take orders from it again',
    release: 'its token is lost: give the name, with its orders, to the next one who asks',
  } as const;
  for (const [verb, description] of Object.entries(commands)) {
    addSessionOptions(
      admin.command(verb).description(description).argument('<client>', 'its name'),
    ).action((name: string, options: SessionOptions) => {
      runOperatorCommand(options, async (operator, say) => {
        const found =
          verb === 'release' ? await operator.release(name) : await operator.findClient(name);
        if (found === undefined) {
          throw new UserError('UNKNOWN_CLIENT', `The engine knows no client "${name}".`);
        }
        const { owner, openOrders, isLoggedOn } = found;
        let text = `${name}: owner ${owner}, ${openOrders} open, ${isLoggedOn ? '' : 'not '}logged on`;
        if (verb === 'kill') {
          const count = await operator.kill(owner);
          text = `${name} is stopped: ${count} ${count === 1 ? 'order' : 'orders'} cancelled`;
        } else if (verb === 'let-go') {
          await operator.letGo(owner);
          text = `${name} may trade again`;
        } else if (verb === 'release') {
          text = `${name} is free: the next one who logs on without a token has its ${openOrders} orders`;
        }
        say({ text, json: { type: verb, ...found } });
      });
    });
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new UserError('CALENDAR', `${file} cannot be read (${String(code)}).`);
  }
}

function id(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('Give a whole number, 1 or more.');
}

function atPrice(text: string): string {
  if (!text.startsWith('@')) throw new InvalidArgumentError(`Write a price with @, as @${text}.`);
  return text.slice(1);
}

function pauseSeconds(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d{1,3})?$/.test(text) && value > 0 && value <= 86_400) return value;
  throw new InvalidArgumentError('Give seconds above 0, up to a day.');
}
