/** Checks what a gateway sent, on the client's side. */

import { EVENT_SHAPES, type GatewayEvent } from './messages.ts';
import { parseShape, type Shape, shapeProblem } from './shape-check.ts';

/**
 * Makes the check: the event, or `undefined` for a type that this version does not know, which a
 * client ignores. A known type that does not fit its shape throws `TypeError` with words.
 */
export function eventChecker(): (value: unknown) => GatewayEvent | undefined {
  const shapes = new Map<unknown, Shape>();
  for (const [type, text] of Object.entries(EVENT_SHAPES)) {
    shapes.set(Number(type), parseShape(text));
  }
  return (value) => {
    if (!Array.isArray(value)) throw new TypeError('A message is an array.');
    const shape = shapes.get(value[0]);
    if (shape === undefined) return undefined;
    const problem = shapeProblem(shape, value);
    if (problem !== undefined) throw new TypeError(problem);
    return value as unknown as GatewayEvent;
  };
}
