/** How the parts of a saved state are told apart. */

/** Four ASCII letters as a number, in the order in which they are written. */
export function partNumber(name: string): number {
  let number = 0;
  for (let i = 3; i >= 0; i -= 1) number = number * 256 + name.charCodeAt(i);
  return number;
}
