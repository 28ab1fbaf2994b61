/** Puts the chosen theme and palette on the page; the style sheet does the rest. */

import type { Preferences } from './preferences.ts';

export function applyLook(root: HTMLElement, { theme, palette }: Preferences): void {
  // Without the attribute the style sheet follows the system.
  if (theme === 'auto') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
  root.dataset['palette'] = palette;
}
