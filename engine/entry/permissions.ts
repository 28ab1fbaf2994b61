/** Who may give which command: orders are everybody's, the market is its operators'. */

import { type Command, CommandType } from '../protocol/index.ts';
import type { ClientAccount } from './client-account.ts';
import type { EntryKeys } from './entry-keys.ts';

/** True for what only the engine itself gives: what a clock has decided, written down as a command. */
export function isEngineOnly({ type }: Command): boolean {
  return type === CommandType.OwnerGone || type === CommandType.AdvanceTime;
}

/** Without keys names prove nothing, so everybody who can connect may do everything. */
export function isPermitted(
  command: Command,
  { name, owner }: Pick<ClientAccount, 'name' | 'owner'>,
  keys: EntryKeys | undefined,
): boolean {
  if (keys === undefined) return true;
  switch (command.type) {
    case CommandType.SetRules:
    case CommandType.SetCalendar:
    case CommandType.BustTrade:
    case CommandType.CorrectTrade:
      return keys.may(name, 'operator');
    case CommandType.KillSwitch:
      // Anybody may stop itself; to be let go again is not for it to say.
      return keys.may(name, 'operator') || (command.target === owner && command.isOn);
    case CommandType.ListInstrument:
    case CommandType.SetStatus:
      return keys.may(name, 'operator') || keys.may(name, 'source');
    case CommandType.BookUpdate:
    case CommandType.VenueTrade:
      return keys.may(name, 'source');
    default:
      return true;
  }
}
