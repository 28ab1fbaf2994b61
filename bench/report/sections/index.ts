/** All sections of the report that there are results for. */

import type { AllResults, LooseJson } from '../results.ts';
import { flatTable, type Section } from '../section.ts';
import { feedSection } from './feed-section.ts';
import { gatewaySection } from './gateway-section.ts';
import { leagueSection } from './league-section.ts';
import { microSection } from './micro-section.ts';
import { soakSection } from './soak-section.ts';

export function sectionsOf(results: AllResults): Section[] {
  return [
    leagueSection(results),
    plainSection(
      'journal',
      'Journal',
      'Fresh processes in turns, with the journal and without it; per second of processor time. Left out: fsync, unless asked for. It would lie on a slow disk.',
      results.journal,
    ),
    feedSection(results),
    gatewaySection(results),
    plainSection(
      'dashboard',
      'Dashboard',
      'A real Chromium, fed by the real processes; frames are those in which a text changed. Left out: other machines’ graphics. It would lie in a window that nobody paints.',
      results.dashboard,
    ),
    microSection(results),
    soakSection(results),
  ].filter((section) => section !== undefined);
}

/** For results that are a few numbers. */
function plainSection(
  id: string,
  title: string,
  paragraph: string,
  values: LooseJson | undefined,
): Section | undefined {
  if (values === undefined) return undefined;
  return { id, title, paragraphs: [paragraph], charts: [], tables: [flatTable('Figures', values)] };
}
