/** Damages lines of text as a bad disk or a bad recorder would. */

/** Cuts, doubles, overwrites: enough to hit every place where a line can be wrong. */
export function damaged(line: string, random: () => number): string {
  const at = Math.floor(random() * line.length);
  const to = at + Math.floor(random() * 20);
  const junk = ['', '"', '[', '-1', '1e999', 'null', '{}', '\u0000', line.slice(at, to)];
  return line.slice(0, at) + junk[Math.floor(random() * junk.length)] + line.slice(to);
}
