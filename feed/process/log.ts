/** The log of a process: pino on stderr, readable on a terminal, one JSON object a line otherwise. */

import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { UserError } from './user-error.ts';

export type { Logger } from 'pino';

const STDERR = 2;
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** How lines look on a terminal; the supervisor formats its children's lines the same way. */
export const PRETTY_OPTIONS = {
  colorize: process.env['NO_COLOR'] === undefined || process.env['NO_COLOR'] === '',
  ignore: 'pid,hostname',
  translateTime: 'SYS:HH:MM:ss.l',
  // One line an event: objects behind the message as they would stand in JSON.
  singleLine: true,
} as const;

/** The option every command line has; its value is read by `logLevel` before anything is parsed. */
export const LOG_LEVEL_OPTION = [
  '--log-level <level>',
  `how much to log: ${LEVELS.join(', ')} (default: env TOUCHLINE_LOG, else info)`,
] as const;

/** `--log-level` wins over the environment's TOUCHLINE_LOG. Throws `UserError`. */
export function logLevel(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): LogLevel {
  const option = optionValue(argv, '--log-level');
  const value = option ?? (env['TOUCHLINE_LOG'] || 'info');
  const level = LEVELS.find((known) => known === value);
  if (level === undefined) {
    const where = option === undefined ? 'TOUCHLINE_LOG' : '--log-level';
    throw new UserError(
      'BAD_LOG_LEVEL',
      `${where} is "${value}". Known levels: ${LEVELS.join(', ')}.`,
    );
  }
  return level;
}

function optionValue(argv: readonly string[], name: string): string | undefined {
  for (const [i, argument] of argv.entries()) {
    if (argument === '--') return undefined;
    if (argument === name) return argv[i + 1];
    if (argument.startsWith(`${name}=`)) return argument.slice(name.length + 1);
  }
  return undefined;
}

/** Lines are written synchronously, so that the last words of a dying process are not lost. */
export function createLog(name: string, level: LogLevel): Logger {
  const stream = process.stderr.isTTY
    ? pretty({ ...PRETTY_OPTIONS, destination: STDERR, sync: true })
    : pino.destination({ dest: STDERR, sync: true });
  return pino({ name, level }, stream);
}
