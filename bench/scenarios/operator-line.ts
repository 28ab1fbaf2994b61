/** Reads what an operator does: `status Auction`, `rules collar 5`, `bust 1`. */

import {
  type CalendarEntry,
  type Command,
  CommandType,
  type SetRules,
} from '../../engine/protocol/index.ts';
import type { InstrumentId } from '../../feed/index.ts';
import {
  milliseconds,
  statusNamed,
  timeOfDayMs,
  WordError,
  weekdayMask,
  wholeNumber,
} from './words.ts';

const INSTRUMENT = 1 as InstrumentId;
/** Wide enough for every scenario that says nothing of a band. */
export const USUAL_BAND = { lowestPrice: -1_000_000, highestPrice: 1_000_000 };

/** `undefined` when the words are none of an operator. `ownerOf` gives a trader's number. */
export function operatorCommand(
  words: readonly string[],
  ownerOf: (name: string) => number,
): Command | undefined {
  const [verb, ...rest] = words;
  const target = (): number => ownerOf(rest[0] ?? '');
  switch (verb) {
    case 'status':
      return rest[0] === 'is' ? undefined : setStatus(rest[0] ?? '');
    case 'rules':
      return setRules([...rest]);
    case 'calendar':
      return setCalendar(rest.join(' '));
    case 'kill':
      return { type: CommandType.KillSwitch, target: target(), isOn: true };
    case 'revive':
      return { type: CommandType.KillSwitch, target: target(), isOn: false };
    case 'bust':
      return { type: CommandType.BustTrade, instrument: INSTRUMENT, tradeId: wholeNumber(rest[0]) };
    case 'correct':
      return correctTrade(rest);
    default:
      return undefined;
  }
}

function setStatus(word: string): Command {
  return { type: CommandType.SetStatus, instrument: INSTRUMENT, status: statusNamed(word) };
}

/** `collar 5 pause 10 for 30s reference 100 band 1 to 200`: each part may be left out. */
function setRules(words: string[]): SetRules {
  const rules: { -readonly [Key in keyof SetRules]: SetRules[Key] } = {
    type: CommandType.SetRules,
    instrument: INSTRUMENT,
    ...USUAL_BAND,
    collarTicks: 0,
    pauseTicks: 0,
    pauseMs: 0,
  };
  while (words.length > 0) {
    const word = words.shift();
    if (word === 'collar') rules.collarTicks = wholeNumber(words.shift());
    else if (word === 'pause') rules.pauseTicks = wholeNumber(words.shift());
    else if (word === 'for') rules.pauseMs = milliseconds(words.shift());
    else if (word === 'reference') rules.referencePrice = wholeNumber(words.shift());
    else if (word === 'band') rules.lowestPrice = wholeNumber(words.shift());
    else if (word === 'to') rules.highestPrice = wholeNumber(words.shift());
    else if (word !== 'none') throw new WordError(`"${word}" is no rule.`);
  }
  return rules;
}

/** `Mon-Fri 09:00 Continuous, Mon-Fri 17:30 Closed`, or `none`; `but 2023-11-15` is a holiday. */
function setCalendar(text: string): Command {
  const [week = '', days = ''] = text.split(' but ');
  const entries = week === 'none' ? [] : week.split(', ').map(calendarEntry);
  const holidays = days
    .split(' ')
    .filter((day) => day !== '')
    .map((day) => Date.parse(`${day}T00:00:00Z`) / 86_400_000);
  return { type: CommandType.SetCalendar, instrument: INSTRUMENT, entries, holidays };
}

function calendarEntry(text: string): CalendarEntry {
  const [days, time, status = ''] = text.trim().split(' ');
  return {
    weekdays: weekdayMask(days),
    timeOfDayMs: timeOfDayMs(time),
    status: statusNamed(status),
  };
}

/** `1 to 5 @ 101`. */
function correctTrade([id, to, quantity, at, price]: readonly string[]): Command {
  if (to !== 'to' || at !== '@') throw new WordError('a correction reads "1 to 5 @ 101".');
  return {
    type: CommandType.CorrectTrade,
    instrument: INSTRUMENT,
    tradeId: wholeNumber(id),
    price: wholeNumber(price),
    quantity: wholeNumber(quantity),
  };
}
