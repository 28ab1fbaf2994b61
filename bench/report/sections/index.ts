/** All sections of the report that there are results for. */

import { type AllResults, factsOf, type LooseJson, type Part } from '../results.ts';
import { flatTable, type Section } from '../section.ts';
import { feedSection } from './feed-section.ts';
import { gatewaySection } from './gateway-section.ts';
import { leagueSection } from './league-section.ts';
import { microSection } from './micro-section.ts';
import { soakSection } from './soak-section.ts';

export function sectionsOf(results: AllResults): Section[] {
  const sections: Partial<Record<Part, Section | undefined>> = {
    league: leagueSection(results),
    journal: plainSection(
      'journal',
      'Journal',
      'Fresh processes in turns, with the journal and without it; per second of processor time. Left out: fsync, unless asked for. It would lie on a slow disk.',
      results.journal,
    ),
    feed: feedSection(results),
    gateway: gatewaySection(results),
    dashboard: plainSection(
      'dashboard',
      'Dashboard',
      'A real Chromium, fed by the real processes on the same processors, and drawing by them too (`--disable-gpu`); frames are those in which a text changed. Left out: other machines’ graphics. It would lie in a window that nobody paints.',
      results.dashboard,
    ),
    micro: microSection(results),
    soak: soakSection(results),
  };
  return Object.entries(sections).flatMap(([part, section]) =>
    section === undefined ? [] : [dated(section, results, part as Part)],
  );
}

/** What was measured at another time, or of another commit, than the head of the report says. */
function dated(section: Section, results: AllResults, part: Part): Section {
  const { commit, date } = factsOf(results, part);
  if (date === results.facts.date) return section;
  const when = `Measured ${date.slice(0, 16).replace('T', ' ')} UTC at commit ${commit}.`;
  return { ...section, paragraphs: [...section.paragraphs, when] };
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
