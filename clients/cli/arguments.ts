/** Checks of option values that several commands share. */

import { InvalidArgumentError } from 'commander';

/** A parser for commander: a whole number within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** A parser for commander: seconds, a decimal above zero. */
export function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0 || value > 86_400) {
    throw new InvalidArgumentError('Give seconds above 0, up to a day.');
  }
  return value;
}

/** A parser for commander: a decimal above zero, handed on as it was written. */
export function aboveZero(text: string): string {
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) <= 0) {
    throw new InvalidArgumentError('Give a number above zero.');
  }
  return text;
}
