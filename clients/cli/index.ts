/** What tests and benchmarks use of the command line: the real processes, and what it reads. */

export { aboveZero, seconds, wholeNumber } from './arguments.ts';
export { readCalendar } from './order/calendar-file.ts';
export { parseState } from './order/state-file.ts';
export { Child, type ChildExit, ChildFailed, describeExit } from './supervisor/child.ts';
export type { ManagedProcess } from './supervisor/managed-process.ts';
export { programPath, type Role } from './supervisor/programs.ts';
export { type Stack, type StackOptions, startStack } from './supervisor/stack.ts';
export { openCapture } from './verify/open-capture.ts';
