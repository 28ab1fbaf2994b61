/** The few colours the terminal gets, and none where they are not wanted. */

const ESC = '\u001b[';

export interface Colours {
  bid(text: string): string;
  ask(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
  good(text: string): string;
  warning(text: string): string;
}

// The two hues that people who see fewer colours can tell apart: blue and orange.
const COLOURED: Colours = {
  bid: paint('38;5;75'),
  ask: paint('38;5;215'),
  faint: paint('2'),
  strong: paint('1'),
  good: paint('38;5;114'),
  warning: paint('1;38;5;221'),
};

const same = (text: string): string => text;
const PLAIN: Colours = {
  bid: same,
  ask: same,
  faint: same,
  strong: same,
  good: same,
  warning: same,
};

/** See no-color.org: any value that is not empty switches colours off. */
export function coloursFor(
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
): Colours {
  const unwanted = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return isTerminal && !unwanted ? COLOURED : PLAIN;
}

export const plainColours: Colours = PLAIN;

function paint(code: string): (text: string) => string {
  return (text) => (text === '' ? '' : `${ESC}${code}m${text}${ESC}0m`);
}
