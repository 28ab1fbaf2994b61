/** `touchline keys generate|public`: the keys by which processes know each other. */

import type { Command } from 'commander';
import {
  GRANTS,
  generateKeys,
  readKeysFile,
  SecurityError,
  USUAL_GRANTS,
  writeKeysFile,
} from '../../../feed/node.ts';

const EXIT_USER_ERROR = 2;

const HELP = `
Each process has a key pair of its own. Whoever is connected to has the public keys of those who may
connect in an allow-list, and whoever connects has the public key of the process at the other end:

  $ touchline keys generate engine.keys               makes a pair, prints the public key
  $ touchline keys generate desk.keys
  $ echo "risk-desk $(touchline keys public desk.keys)" >> allowed.txt
  $ touchline engine --keys engine.keys --allow allowed.txt --entry tcp://0.0.0.0:7102
  $ touchline status --name risk-desk --keys desk.keys --server-key "$(touchline keys public engine.keys)"

A line of the list may say what its key is for, behind it: ${GRANTS.join(', ')}.
Without that it is: ${USUAL_GRANTS.join(', ')}. The list is read again when it changes.
`;

export function addKeysCommand(program: Command): void {
  const keys = program
    .command('keys')
    .description('the keys by which processes know each other (CURVE)')
    .addHelpText('after', HELP);
  keys
    .command('generate')
    .description('make a key pair; prints its public key')
    .argument('<file>', 'where to keep it; only its owner may read it')
    .action((file: string) =>
      told(() => {
        const pair = generateKeys();
        writeKeysFile(file, pair);
        return pair.publicKey;
      }),
    );
  keys
    .command('public')
    .description('print the public key of a pair')
    .argument('<file>', 'what generate has made')
    .action((file: string) => told(() => readKeysFile(file).publicKey));
}

function told(work: () => string): void {
  try {
    process.stdout.write(`${work()}\n`);
  } catch (error) {
    if (!(error instanceof SecurityError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT_USER_ERROR;
  }
}
