/** Every decoder and parser that reads what others have written. */

import type { FuzzTarget } from '../fuzz-target.ts';
import { checkedCaptureTargets } from './checked-captures.ts';
import { doorTargets } from './door-targets.ts';
import { engineTargets } from './engine-targets.ts';
import { feedTargets } from './feed-targets.ts';
import { operatorTargets } from './operator-targets.ts';
import { textTargets } from './text-targets.ts';

export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  ...feedTargets,
  ...engineTargets,
  ...textTargets,
  ...operatorTargets,
  ...checkedCaptureTargets,
  ...doorTargets,
];
