#!/usr/bin/env node
/** The command line `touchline`: puts the commands together, one file each. */

import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { addProgramCommands } from './commands/program.ts';
import { addTailCommand } from './commands/tail.ts';
import { addUpCommand } from './commands/up.ts';
import { addWatchCommand } from './commands/watch.ts';

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
  $ touchline verify --source kraken:FILE --through gateway
`,
  );

addUpCommand(program);
addProgramCommands(program);
addWatchCommand(program);
addTailCommand(program);
const verify = new URL('./verify/command.ts', import.meta.url);
if (existsSync(verify)) (await import(verify.href)).addVerifyCommand(program);

await program.parseAsync();
