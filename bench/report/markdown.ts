/** The same results as bench/RESULTS.md, and the few of them that the README shows. */

import { factRows } from '../harness/run-facts.ts';
import { markdownTable } from '../harness/text-table.ts';
import { HOW_TO_READ } from './html.ts';
import { type AllResults, numberAt } from './results.ts';
import { readable, type Section } from './section.ts';
import { sectionsOf } from './sections/index.ts';

export function resultsDocument(results: AllResults): string {
  const facts = markdownTable(
    ['machine', ''],
    factRows(results.facts).map((row) => [...row]),
  );
  const sections = sectionsOf(results).map(sectionText);
  return `# Results

Written by \`npm run bench:all -- --publish\`; do not edit. ${HOW_TO_READ}

${facts}

${sections.join('\n\n')}
`;
}

function sectionText({ title, paragraphs, tables }: Section): string {
  const parts = tables.map(({ title: name, note, header, rows }) => {
    const about = note === undefined ? '' : `${note}\n\n`;
    return `### ${name}\n\n${about}${markdownTable(
      header,
      rows.map((row) => row.map(escaped)),
    )}`;
  });
  return [`## ${title}`, ...paragraphs, ...parts].join('\n\n');
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|');
}

interface Figure {
  readonly what: string;
  /** Set for what is the same on a busy machine: ratios of what ran in turns, and bytes. */
  readonly bearsLoad?: true;
  readonly here: (results: AllResults) => string | undefined;
  readonly beside: (results: AllResults) => string;
}

const million = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : `${readable(value / 1e6)} M/s`;
const text = (value: number | undefined, unit: string): string =>
  value === undefined ? '' : `${readable(value)} ${unit}`;

/** What ours costs, of a ratio that says what theirs costs beside it. */
function timesAsMuch(theirs: number | undefined): string | undefined {
  return theirs === undefined ? undefined : `${(1 / theirs).toFixed(2)} times as much`;
}

const FIGURES: readonly Figure[] = [
  {
    what: 'the whole engine, slowest of the league’s five streams',
    here: ({ league }) => million(numberAt(league, 'full.worst.messagesPerSecond')),
    beside: ({ league }) =>
      `its matcher alone ${million(numberAt(league, 'bare.worst.messagesPerSecond')) ?? '-'}`,
  },
  {
    what: 'deltas into proved books of another process (TCP)',
    here: ({ feed }) => million(numberAt(feed, 'throughput.tcp.deltasPerSecond')),
    beside: ({ feed }) =>
      `the same bytes, not decoded ${million(numberAt(feed, 'throughput.tcp.limit')) ?? '-'}`,
  },
  {
    what: 'late joiner of 1,000 instruments, LIVE after',
    here: ({ feed }) => {
      const ms = numberAt(feed, 'lateJoinMs');
      return ms === undefined ? undefined : text(ms, 'ms');
    },
    beside: () => '',
  },
  {
    what: 'processor time of a frame to a browser, beside plain ws with msgpackr, which acknowledges nothing',
    bearsLoad: true,
    here: ({ gateway }) => timesAsMuch(numberAt(gateway, 'ofPlainWs')),
    beside: ({ gateway }) =>
      `beside socket.io ${timesAsMuch(numberAt(gateway, 'ofSocketIo')) ?? '-'}`,
  },
  {
    what: 'bytes of a diff of six levels',
    bearsLoad: true,
    here: (results) => bytesOf(results, 'encode a diff, ours'),
    beside: (results) =>
      `JSON with names and decimals ${bytesOf(results, 'encode a diff, JSON, names and decimals') ?? '-'}`,
  },
  {
    what: 'one delta through a whole consumer, four a transaction',
    here: ({ micro }) => {
      const suite = micro?.suites.find(({ name }) => name === 'delta');
      const ns = suite?.results['whole consumer, 4 a transaction']?.nsPerOperation;
      return ns === undefined ? undefined : text(ns, 'ns');
    },
    beside: () => 'checksum, order, transactions, book, hash',
  },
];

function bytesOf({ micro }: AllResults, name: string): string | undefined {
  const suite = micro?.suites.find((one) => one.name === 'gateway codec');
  const bytes = suite?.results[name]?.bytesPerOperation;
  return bytes === undefined ? undefined : `${readable(bytes)}`;
}

/** Between the README's markers. Of a machine that was shared, only what bears that is shown. */
export function readmeFigures(results: AllResults): string {
  const { processor, cores, load, runtime, commit, date } = results.facts;
  const isShared = load > cores / 2;
  const rows = FIGURES.flatMap(({ what, bearsLoad, here, beside }) => {
    const value = here(results);
    const isShown = value !== undefined && (bearsLoad === true || !isShared);
    return isShown ? [[what, value, beside(results)]] : [];
  });
  const shared = isShared
    ? `, shared with other work (load ${load}): only what bears that is shown`
    : '';
  return `${markdownTable(['measured', 'here', 'beside it'], rows)}

${processor}, ${cores} cores${shared}; ${runtime}; commit ${commit}, ${date.slice(0, 10)}. All of it, with its peers and limits:
[bench/RESULTS.md](bench/RESULTS.md); \`npm run bench:all\` measures it on your machine.`;
}

export const FIGURES_BEGIN = '<!-- figures: written by npm run bench:all -- --publish -->';
export const FIGURES_END = '<!-- end of figures -->';

/** Throws when the text has no place for them. */
export function withFigures(readme: string, results: AllResults): string {
  const [begin, end] = [readme.indexOf(FIGURES_BEGIN), readme.indexOf(FIGURES_END)];
  if (begin < 0 || end < begin) throw new Error('README.md has no markers for its figures.');
  const before = readme.slice(0, begin + FIGURES_BEGIN.length);
  return `${before}\n${readmeFigures(results)}\n${readme.slice(end)}`;
}
