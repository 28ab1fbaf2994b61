/** A fault as people read it: the file and line, and a ladder of what was expected and seen. */

import type { Fault } from './play.ts';

export function faultText({ path, line, scenario, what, expected, seen }: Fault): string {
  const head = `${path}:${line}: ${what} (scenario: ${scenario})`;
  return [head, ...diffRows(expected, seen)].join('\n');
}

/**
 * Rows that both have stand once; `-` is expected and not seen, `+` seen and not expected. Ladders
 * are aligned at their prices.
 */
export function diffRows(expected: readonly string[], seen: readonly string[]): string[] {
  const rows: { readonly mark: string; readonly cells: readonly string[] }[] = [];
  const add = (mark: string, line: string): void => {
    rows.push({ mark, cells: line.split('|').map((cell) => cell.trim()) });
  };
  const common = longestCommon(expected, seen);
  let [i, j] = [0, 0];
  for (const line of [...common, undefined]) {
    for (; i < expected.length && expected[i] !== line; i += 1) add('-', expected[i] as string);
    for (; j < seen.length && seen[j] !== line; j += 1) add('+', seen[j] as string);
    if (line === undefined) break;
    add(' ', line);
    i += 1;
    j += 1;
  }
  const width = Math.max(0, ...rows.map(({ cells }) => (cells.length > 1 ? cells[0]!.length : 0)));
  const prices = Math.max(0, ...rows.map(({ cells }) => (cells[1] ?? '').length));
  return rows.map(({ mark, cells }) => {
    if (cells.length < 3) return `  ${mark} ${cells.join(' | ')}`;
    const [bids = '', price = '', asks = ''] = cells;
    return `  ${mark} ${bids.padStart(width)} | ${price.padStart(prices)} | ${asks}`.trimEnd();
  });
}

/** The usual table; scenarios are short. */
function longestCommon(a: readonly string[], b: readonly string[]): string[] {
  const best: string[][][] = Array.from({ length: a.length + 1 }, () =>
    Array.from({ length: b.length + 1 }, () => []),
  );
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const [skipA = [], skipB = []] = [best[i + 1]?.[j], best[i]?.[j + 1]];
      const isSame = a[i] === b[j];
      const longer = skipA.length >= skipB.length ? skipA : skipB;
      const row = best[i] as string[][];
      row[j] = isSame ? [a[i] as string, ...(best[i + 1]?.[j + 1] ?? [])] : longer;
    }
  }
  return best[0]?.[0] ?? [];
}
