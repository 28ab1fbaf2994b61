/** All micro suites, in the order of their tables. */

import type { MicroSuite } from '../micro-suite.ts';
import { conflationSuite } from './conflation.ts';
import { decimalSuite } from './decimal.ts';
import { deltaSuite, gapSuite } from './delta.ts';
import { gatewaySuite } from './gateway.ts';
import { journalSuite } from './journal.ts';
import { matcherSuite } from './matcher.ts';

export const MICRO_SUITES: readonly MicroSuite[] = [
  matcherSuite,
  deltaSuite,
  gapSuite,
  gatewaySuite,
  conflationSuite,
  decimalSuite,
  journalSuite,
];
