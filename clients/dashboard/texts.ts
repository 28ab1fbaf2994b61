/** The words of the page in the language chosen; `speak` is called once, before anything is built. */

import { english, type Texts } from './texts/english.ts';
import { spanish } from './texts/spanish.ts';

export type { Texts } from './texts/english.ts';

export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

const BY_LANGUAGE: Readonly<Record<Language, Texts>> = { en: english, es: spanish };

/** A live binding: whoever reads it after `speak` reads the language chosen. */
export let texts: Texts = english;

export function speak(language: Language): void {
  texts = BY_LANGUAGE[language];
}

/** The reader's choice, or the first of the browser's languages that the page speaks. */
export function languageFor(chosen: Language | 'auto', preferred: readonly string[]): Language {
  if (chosen !== 'auto') return chosen;
  for (const tag of preferred) {
    const known = LANGUAGES.find((language) => language === tag.slice(0, 2).toLowerCase());
    if (known !== undefined) return known;
  }
  return 'en';
}
