/** All sections of the report that there are results for. */

import { type AllResults, factsOf, type Part } from '../results.ts';
import type { Section } from '../section.ts';
import { dashboardSection } from './dashboard-section.ts';
import { feedSection } from './feed-section.ts';
import { gatewaySection } from './gateway-section.ts';
import { journalSection } from './journal-section.ts';
import { leagueSection } from './league-section.ts';
import { microSection } from './micro-section.ts';
import { soakSection } from './soak-section.ts';

export function sectionsOf(results: AllResults): Section[] {
  const sections: Partial<Record<Part, Section | undefined>> = {
    league: leagueSection(results),
    journal: journalSection(results),
    feed: feedSection(results),
    gateway: gatewaySection(results),
    dashboard: dashboardSection(results),
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
