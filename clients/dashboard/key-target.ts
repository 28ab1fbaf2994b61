/** Says what kind of element a key was pressed in. */

import type { KeyTarget } from './keyboard.ts';

export function keyTargetOf(target: EventTarget | null): KeyTarget {
  if (!(target instanceof HTMLElement)) return 'page';
  if (target instanceof HTMLInputElement && target.type === 'range') return 'slider';
  if (target instanceof HTMLInputElement || target.isContentEditable) return 'text';
  if (target instanceof HTMLSelectElement) return 'choice';
  return target instanceof HTMLButtonElement ? 'button' : 'page';
}
