/** Chooses the one scale on which the cumulative bars of both sides are drawn. */

/** Round numbers within a decade; close enough together that bars use most of the room. */
const STEPS = [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10] as const;

/** A scale is kept until it would leave this much of the room unused. */
const SMALLEST_USE = 0.5;

/**
 * The scale for a largest total of `total`, given the scale in use. It grows at once and shrinks
 * late: a scale that followed every change would move every bar although one level changed.
 */
export function nextScale(current: number, total: number): number {
  if (total <= 0) return current;
  if (total <= current && total >= current * SMALLEST_USE) return current;
  return roundUp(total);
}

function roundUp(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  for (const step of STEPS) {
    if (step * decade >= value) return step * decade;
  }
  return 10 * decade;
}
