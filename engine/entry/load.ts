/** What commands weigh: for a client's share, and when the engine can take no more. */

import {
  type Command,
  CommandType,
  LEVELS_PER_COMMAND,
  MASS_CANCEL_COST,
} from '../protocol/index.ts';

/** An overloaded engine asks to be tried again after this; its relays report several times as often. */
export const OVERLOADED_RETRY_MS = 100;

/** How many commands this one counts for. */
export function costOf(command: Command): number {
  if (command.type === CommandType.MassCancel) return MASS_CANCEL_COST;
  if (command.type !== CommandType.BookUpdate) return 1;
  return 1 + Math.floor(command.levels.length / LEVELS_PER_COMMAND);
}

/** False for what an overloaded engine takes all the same: it ends orders, or says what is so. */
export function isNewWork({ type }: Command): boolean {
  switch (type) {
    case CommandType.Cancel:
    case CommandType.MassCancel:
    case CommandType.OwnerGone:
    case CommandType.SetStatus:
    case CommandType.SetRules:
    case CommandType.SetCalendar:
    case CommandType.KillSwitch:
    case CommandType.BustTrade:
    case CommandType.CorrectTrade:
    case CommandType.AdvanceTime:
      return false;
    default:
      return true;
  }
}
