/** What tests and benchmarks use of the command line: the real processes, started and ended. */

export { Child, type ChildExit, ChildFailed, describeExit } from './supervisor/child.ts';
export type { ManagedProcess } from './supervisor/managed-process.ts';
export { programPath, type Role } from './supervisor/programs.ts';
export { type Stack, type StackOptions, startStack } from './supervisor/stack.ts';
