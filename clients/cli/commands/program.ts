/** `touchline engine|relay|gateway|source|journal|archive`: one program, its own options passed on. */

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Command } from 'commander';
import { type Program, programPath } from '../supervisor/programs.ts';

const DESCRIPTIONS: Readonly<Record<Program, string>> = {
  engine: 'start a matching engine alone',
  relay: 'start a relay alone: book snapshots and repair for an engine',
  gateway: 'start a gateway alone: live books for browsers',
  source: 'play orders or a recording into a running engine',
  journal: 'look into the journal of an engine: inspect, verify, export',
  archive: 'look into the archive of a relay: inspect, export, play',
};

/** As a shell reports a death by signal. */
const SIGNAL_EXIT_BASE = 128;

export function addProgramCommands(program: Command): void {
  for (const role of ['engine', 'relay', 'gateway', 'source', 'journal', 'archive'] as const) {
    program
      .command(role)
      .description(`${DESCRIPTIONS[role]} (touchline ${role} --help)`)
      .argument('[options...]', 'its own options')
      // Everything behind the name belongs to the program, --help too.
      .helpOption(false)
      .allowUnknownOption()
      .passThroughOptions()
      .action((options: string[]) => run(role, options));
  }
}

/** Ends as the program ends. The IPC channel ends the program should this process be killed. */
function run(role: Program, options: readonly string[]): void {
  const child = spawn(process.execPath, [programPath(role), ...options], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // A terminal sends its Ctrl-C to both; whoever sends it to this process alone means the program.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => child.kill(signal));
  }
  // A parent that speaks to the program speaks through this process.
  child.on('message', (message) => process.send?.(message));
  process.on('message', (message: object) => child.connected && child.send(message));
  process.on('disconnect', () => child.connected && child.disconnect());
  child.on('error', (error) => {
    process.stderr.write(`NOT_STARTED: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exit(signal === null ? (code ?? 1) : SIGNAL_EXIT_BASE + constants.signals[signal]);
  });
}
