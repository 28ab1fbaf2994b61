/** What every reader does with a line that is no good: counts it and goes on. */

import { DecimalError } from '../../../../feed/decimal.ts';
import { UnreadableLine } from './capture-json.ts';

export function skipUnreadable<Value>(
  read: () => Value | undefined,
  count: () => void,
): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnreadableLine) && !(error instanceof DecimalError)) throw error;
    count();
    return undefined;
  }
}
