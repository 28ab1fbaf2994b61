#!/usr/bin/env node
/** The command line `touchline`: puts the commands together, one file each. */

import { Command } from 'commander';
import { addAdminCommand } from './commands/admin.ts';
import { addKeysCommand } from './commands/keys.ts';
import { addOrderCommands } from './commands/order.ts';
import { addProgramCommands } from './commands/program.ts';
import { addTailCommand } from './commands/tail.ts';
import { addUpCommand } from './commands/up.ts';
import { addWatchCommand } from './commands/watch.ts';
import { addVerifyCommand } from './verify/command.ts';

const EXIT_USER_ERROR = 2;

const program = new Command('touchline')
  .description('A low-latency market-data feed: matching engine, relay, gateway, and their tools.')
  .enablePositionalOptions()
  .showHelpAfterError('(add --help for the options)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT_USER_ERROR))
  .addHelpText(
    'after',
    `
Examples:
  $ touchline up                              everything, with the demo's order flow
  $ touchline watch AAPL                      a live book in the terminal
  $ touchline tail --count 20                 the newest records, readable
  $ touchline order AAPL buy 300 @585.33      an order, from the command line
  $ touchline verify --source kraken:FILE --through gateway
`,
  );

addUpCommand(program);
addProgramCommands(program);
addWatchCommand(program);
addTailCommand(program);
addOrderCommands(program);
addVerifyCommand(program);
addAdminCommand(program);
addKeysCommand(program);

await program.parseAsync();
