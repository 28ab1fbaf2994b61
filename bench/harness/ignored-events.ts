/** Hears a matching book and does nothing: for measuring the book alone. */

import type { BookEvents } from '../../engine/book/index.ts';

export const IGNORE: BookEvents = {
  accepted: () => {},
  traded: () => {},
  crossed: () => {},
  cancelled: () => {},
  replaced: () => {},
  rested: () => {},
  reduced: () => {},
  levelChanged: () => {},
};
