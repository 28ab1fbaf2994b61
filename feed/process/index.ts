/** The process kit: what every process of the house is started, logged and ended with. Node only. */

export * from './clocks.ts';
export * from './compiled-code.ts';
export * from './directory-lock.ts';
export * from './lifecycle.ts';
export {
  createLog,
  LOG_LEVEL_OPTION,
  type Logger,
  type LogLevel,
  logLevel,
  PRETTY_OPTIONS,
} from './log.ts';
export * from './security-options.ts';
export * from './user-error.ts';
