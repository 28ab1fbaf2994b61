/** Commands as lines that people read: names for numbers, and what is not said left out. */

import { Side, TradingStatus } from '../../../feed/index.ts';
import {
  CommandType,
  MassCancelSide,
  OrderType,
  PegTo,
  PostOnly,
  Reason,
  reasonCode,
  SelfTrade,
  TimeInForce,
} from '../../protocol/index.ts';
import type { Difference } from './play.ts';
import type { TimedCommand } from './random-commands.ts';

const NAMES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  side: Side,
  orderType: OrderType,
  timeInForce: TimeInForce,
  postOnly: PostOnly,
  selfTrade: SelfTrade,
  pegTo: PegTo,
  status: TradingStatus,
};

/** One line a command, times in milliseconds since the first. */
export function writtenCommands(commands: readonly TimedCommand[]): string {
  const first = commands[0]?.timeNs ?? 0n;
  return commands
    .map(({ timeNs, owner, command }, step) => {
      const { type, ...fields } = command;
      const ms = Number((timeNs - first) / 1000n) / 1000;
      const said = Object.entries(fields).map(([name, value]) => writtenField(type, name, value));
      const at = `${String(step).padStart(4)}  +${ms} ms`.padEnd(18);
      return `${at} owner ${owner}  ${nameOf(CommandType, type)} ${said.filter(Boolean).join(' ')}`;
    })
    .join('\n');
}

export function writtenDifference({ step, what, naive, fast }: Difference): string {
  return `command ${step}, ${what}:\n  naive  ${withReason(naive)}\n  fast   ${withReason(fast)}`;
}

/** A refusal is told by its code as well. */
function withReason(row: string): string {
  const isReason = Object.values(Reason).some((reason) => String(reason) === row);
  return isReason ? `${row} ${reasonCode(Number(row) as Reason)}` : row;
}

function writtenField(type: CommandType, name: string, value: unknown): string {
  if (value === undefined) return '';
  const names = type === CommandType.MassCancel && name === 'side' ? MassCancelSide : NAMES[name];
  if (names !== undefined) return `${name}=${nameOf(names, Number(value))}`;
  return `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`;
}

function nameOf(names: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(names).find(([, one]) => one === value)?.[0] ?? String(value);
}
