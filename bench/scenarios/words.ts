/** The words of scenarios for the engine's codes, and back. */

import { Reason, SelfTrade } from '../../engine/protocol/index.ts';
import { TradingStatus } from '../../feed/index.ts';

export class WordError extends Error {}

export const SELF_TRADE_WORDS: Readonly<Record<string, SelfTrade>> = {
  allow: SelfTrade.Allow,
  newest: SelfTrade.CancelNewest,
  oldest: SelfTrade.CancelOldest,
  both: SelfTrade.CancelBoth,
  decrement: SelfTrade.Decrement,
};

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export function reasonWord(code: unknown): string {
  return Object.entries(Reason).find(([, value]) => value === code)?.[0] ?? `reason ${code}`;
}

export function statusWord(code: number): string {
  return Object.entries(TradingStatus).find(([, value]) => value === code)?.[0] ?? `status ${code}`;
}

export function statusNamed(word: string): TradingStatus {
  const found = Object.entries(TradingStatus).find(([name]) => name === word);
  if (found === undefined) throw new WordError(`"${word}" is no trading status.`);
  return found[1];
}

/** `5`, `-3`: whole numbers up to 2^53 - 1; `max` is that. */
export function wholeNumber(word: string | undefined): number {
  if (word === 'max') return Number.MAX_SAFE_INTEGER;
  const value = Number(word);
  if (word === undefined || !/^-?\d+$/.test(word) || !Number.isSafeInteger(value)) {
    throw new WordError(`a whole number is wanted, not "${word ?? 'nothing'}".`);
  }
  return value;
}

/** `250ms`, `10s`, `5min`, `2h`, `1d`. */
export function milliseconds(word: string | undefined): number {
  const match = /^(\d+)(ms|s|min|h|d)$/.exec(word ?? '');
  if (match === null) throw new WordError(`a time such as 10s is wanted, not "${word}".`);
  return Number(match[1]) * (UNITS[match[2] ?? ''] ?? 0);
}

/** `09:30` and `09:30:15`, in UTC. */
export function timeOfDayMs(word: string | undefined): number {
  const match = /^(\d\d):(\d\d)(?::(\d\d))?$/.exec(word ?? '');
  if (match === null) throw new WordError(`a time of day such as 09:30 is wanted, not "${word}".`);
  const [, hours, minutes, seconds = '0'] = match;
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}

/** `Tue`, or `Mon-Fri`: bit 0 is Monday. */
export function weekdayMask(word: string | undefined): number {
  const [first = '', last = first] = (word ?? '').split('-');
  const [from, to] = [DAYS.indexOf(first), DAYS.indexOf(last)];
  if (from < 0 || to < from) throw new WordError(`days such as Mon-Fri are wanted, not "${word}".`);
  let mask = 0;
  for (let day = from; day <= to; day += 1) mask |= 1 << day;
  return mask;
}
