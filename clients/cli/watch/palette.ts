/** What the watching paints with: the command line's colours, and those of bars, marks and alarms. */

import { type Colours, coloursFor } from '../colours.ts';

export interface Palette extends Colours {
  bidBar(text: string): string;
  askBar(text: string): string;
  /** What is chosen. */
  marked(text: string): string;
  /** What must not be overlooked. */
  alarm(text: string): string;
}

const ESC = '\u001b[';

/** Bars are darker than figures, so that the eye finds the figures first. */
const BARS = {
  bidBar: '38;5;24',
  askBar: '38;5;94',
  marked: '7',
  alarm: '1;30;48;5;221',
} as const;

export function paletteFor(
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
): Palette {
  const colours = coloursFor(isTerminal, env);
  const isPlain = colours.strong('x') === 'x';
  const paint = (code: string) => (text: string) =>
    isPlain || text === '' ? text : `${ESC}${code}m${text}${ESC}0m`;
  return {
    ...colours,
    bidBar: paint(BARS.bidBar),
    askBar: paint(BARS.askBar),
    marked: paint(BARS.marked),
    alarm: paint(BARS.alarm),
  };
}
