/** Puts the chosen theme, palette and language on the page; the style sheet does the rest. */

import { loadPreferences, type Preferences } from './preferences.ts';
import { languageFor, speak } from './texts.ts';

export function applyLook(root: HTMLElement, { theme, palette }: Preferences): void {
  // Without the attribute the style sheet follows the system.
  if (theme === 'auto') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
  root.dataset['palette'] = palette;
}

/** Once, before the first word is written. */
export function speakAsPreferred(): void {
  const language = languageFor(loadPreferences(localStorage).language, navigator.languages);
  speak(language);
  document.documentElement.lang = language;
}
