/** A suite's results as a table, under the paragraph that says how far to trust it. */

import { amount, digits, percent, textTable } from '../harness/text-table.ts';
import type { MicroResult } from './measure-case.ts';
import type { MicroSuiteResult } from './micro-file.ts';

const WIDTH = 100;

export const MICRO_HEADER = ['case', 'ns/op', '±', 'p99', 'op/s', 'heap B/op', 'bytes'] as const;

export function suiteText(suite: MicroSuiteResult): string {
  const { name, measures, leavesOut, wouldLie, results } = suite;
  const paragraph = `${measures} Left out: ${leavesOut} It would lie: ${wouldLie}`;
  return `${name}\n${wrap(paragraph)}\n${textTable(MICRO_HEADER, microRows(results))}`;
}

export function microRows(results: Readonly<Record<string, MicroResult>>): string[][] {
  return Object.entries(results).map(([name, result]) => [
    name,
    digits(result.nsPerOperation),
    percent(result.spread),
    digits(result.p99NsPerOperation),
    amount(result.operationsPerSecond),
    heapText(result),
    result.bytesPerOperation === undefined ? '' : digits(result.bytesPerOperation),
  ]);
}

/** Below what the counter can tell, only that. */
function heapText({
  allocatedBytesPerOperation: bytes,
  allocationResolution,
}: MicroResult): string {
  return bytes <= allocationResolution ? `< ${digits(2 * allocationResolution)}` : digits(bytes);
}

function wrap(text: string): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string;
    if (line.length + word.length + 1 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}
