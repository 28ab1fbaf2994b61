/** Writes what was seen into a scenario file, wherever it says that this is not known yet. */

import { tidyRow } from './drawing.ts';
import { orNothing, playScenario, UNKNOWN_ANSWER, UNKNOWN_ROW } from './play.ts';
import type { Block, ScenarioFile, Step } from './scenario-file.ts';
import type { Seen } from './seen.ts';

const INDENT = '    ';

interface Replacement {
  readonly block: Block;
  readonly lines: readonly string[];
}

/** The whole text; a scenario is filled up to its first fault. */
export function fillFile(file: ScenarioFile): string {
  const replacements: Replacement[] = [];
  const onSeen = (step: Step, seen: Seen): void => {
    fill(
      step.answers,
      UNKNOWN_ANSWER,
      orNothing(seen.answers).map((line) => `${INDENT}> ${line}`),
    );
    fill(step.rows, UNKNOWN_ROW, alignedRows(seen.rows ?? []));
  };
  const fill = (block: Block, unknown: string, lines: readonly string[]): void => {
    if (block.count === 1 && tidyRow(block.lines[0] ?? '') === unknown) {
      replacements.push({ block, lines });
    }
  };
  for (const scenario of file.scenarios) playScenario(scenario, onSeen);
  const lines: string[] = [...file.lines];
  // From the end, so that the lines before keep their numbers.
  for (const { block, lines: seen } of replacements.sort((a, b) => b.block.line - a.block.line)) {
    lines.splice(block.line - 1, block.count, ...seen);
  }
  return lines.join('\n');
}

/** Ladders with their prices below each other. */
export function alignedRows(rows: readonly string[]): string[] {
  const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()));
  const width = Math.max(
    0,
    ...cells.map(([first = '', ...rest]) => (rest.length ? first.length : 0)),
  );
  const prices = Math.max(0, ...cells.map(([, price = '']) => price.length));
  return cells.map(([first = '', price, asks = '']) => {
    if (price === undefined) return `${INDENT}${first}`;
    return `${INDENT}${first.padStart(width)} | ${price.padStart(prices)} | ${asks}`.trimEnd();
  });
}
