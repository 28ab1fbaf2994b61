/** The report as one page that asks nobody for anything: style and pictures are inside. */

import { factRows } from '../harness/run-facts.ts';
import type { AllResults } from './results.ts';
import type { Section, Table } from './section.ts';
import { sectionsOf } from './sections/index.ts';
import { STYLE } from './style.ts';
import { escapeText } from './svg/escape.ts';

export const HOW_TO_READ =
  'Ratios in one run are worth more than figures: peers and limits run in turns with what they are compared with. Dashed bars were published by others and measured elsewhere.';

export function reportPage(results: AllResults): string {
  const sections = sectionsOf(results);
  const { commit, date, load, cores } = results.facts;
  const shared =
    load > cores / 2
      ? `<p class="warning">The machine had a load of ${load} on ${cores} cores when this began: it was shared, and its absolute figures say little.</p>`
      : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Touchline, measured ${escapeText(date.slice(0, 10))}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Touchline, measured</h1>
<p>Commit <code>${escapeText(commit)}</code>, ${escapeText(date.slice(0, 16).replace('T', ' '))} UTC. ${HOW_TO_READ}</p>
${shared}
${tableHtml({ title: '', header: [], rows: factRows(results.facts).map((row) => [...row]) })}
<nav>${sections.map(({ id, title }) => `<a href="#${id}">${escapeText(title)}</a>`).join('\n')}</nav>
<p class="legend"><i class="ours"></i> ours <i class="peer"></i> peer <i class="limit"></i> limit <i class="published"></i> published elsewhere</p>
</header>
<main>
${sections.map(sectionHtml).join('\n')}
</main>
</body>
</html>
`;
}

function sectionHtml({ id, title, paragraphs, charts, tables }: Section): string {
  return `<section id="${id}">
<h2>${escapeText(title)}</h2>
${paragraphs.map((paragraph) => `<p>${prose(paragraph)}</p>`).join('\n')}
<div class="charts">
${charts.map((chart) => `<figure>${chart}</figure>`).join('\n')}
</div>
${tables.map((table) => folded(table, charts.length === 0)).join('\n')}
</section>`;
}

/** What stands between back quotes is code, as in the Markdown of the same text. */
function prose(text: string): string {
  return escapeText(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

/** Tables are there for whoever wants the digits; where there is nothing else, they lie open. */
function folded(table: Table, isOpen: boolean): string {
  return `<details${isOpen ? ' open' : ''}><summary>${escapeText(table.title)}</summary>${noteHtml(table)}${tableHtml(table)}</details>`;
}

function noteHtml({ note }: Table): string {
  return note === undefined ? '' : `<p>${prose(note)}</p>`;
}

function tableHtml({ header, rows }: Table): string {
  const cells = (tag: string, row: readonly string[]): string =>
    row.map((cell) => `<${tag}>${escapeText(cell)}</${tag}>`).join('');
  const head = header.length === 0 ? '' : `<thead><tr>${cells('th', header)}</tr></thead>`;
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n');
  return `<div class="wide"><table>${head}<tbody>${body}</tbody></table></div>`;
}
