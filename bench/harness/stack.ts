/** The real processes on free ports, as tests and benchmarks start them. */

export {
  type ManagedProcess,
  type Stack,
  type StackOptions,
  startStack,
} from '../../clients/cli/index.ts';
