import { describe, expect, it } from 'vitest';
import { reportPage } from './html.ts';
import {
  FIGURES_BEGIN,
  FIGURES_END,
  readmeFigures,
  resultsDocument,
  withFigures,
} from './markdown.ts';
import { type AllResults, condensed, PARTS } from './results.ts';
import { SAMPLE_FACTS, sampleResults } from './sample-results.ts';
import { sectionsOf } from './sections/index.ts';
import { axisFor } from './svg/axis.ts';
import { barChart } from './svg/bar-chart.ts';
import { lineChart } from './svg/line-chart.ts';

describe('an axis', () => {
  it('begins at 0 when it is linear, and ends behind the largest value', () => {
    const { ticks, place } = axisFor('linear', [3, 47]);
    expect(ticks.map(({ text }) => text)).toEqual(['0', '10', '20', '30', '40', '50']);
    expect([place(0), place(25), place(50)]).toEqual([0, 0.5, 1]);
  });

  it('gives each power of ten the same room when it is logarithmic', () => {
    const { ticks, place } = axisFor('log', [1, 1000]);
    expect(ticks.map(({ value }) => value)).toEqual([1, 10, 100, 1000]);
    expect(place(10)).toBeCloseTo(1 / 3);
  });

  it('gives each nine of a percentile the same room', () => {
    const { ticks, place } = axisFor('percentile', [0.5, 0.999]);
    expect(ticks.map(({ text }) => text)).toEqual(['p0', 'p50', 'p90', 'p99', 'p99.9']);
    expect(place(0.99) - place(0.9)).toBeCloseTo(place(0.9));
  });

  it('holds no value, one value, and equal ones', () => {
    for (const kind of ['linear', 'log', 'percentile'] as const) {
      for (const values of [[], [5], [5, 5], [Number.NaN]]) {
        const { place, ticks } = axisFor(kind, values);
        expect(Number.isFinite(place(5)), `${kind} ${values}`).toBe(true);
        expect(ticks.length).toBeGreaterThan(1);
      }
    }
  });
});

/** Widths of the bars, in the order in which they stand. */
function widths(svg: string): number[] {
  return [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
}

describe('a chart', () => {
  it('draws bars as long as their values', () => {
    const bars = [100, 50, 25].map((value) => ({
      label: `${value}`,
      value,
      kind: 'ours' as const,
    }));
    const [first = 0, second, third] = widths(barChart({ title: 't', unit: 'u', bars }));
    expect([second, third]).toEqual([first / 2, first / 4]);
  });

  it('writes every value and every name, whatever they hold', () => {
    const svg = barChart({
      title: '<b> & "q"',
      unit: 'u',
      bars: [{ label: 'a<b', value: 1_234_567, kind: 'peer', low: 1e6, high: 2e6 }],
    });
    expect(svg).toContain('&lt;b&gt; &amp; &quot;q&quot;');
    expect(svg).toContain('a&lt;b');
    expect(svg).toContain('1.23 M');
    expect(svg).toContain('class="whisker"');
  });

  it('leaves out points that are no numbers', () => {
    const svg = lineChart({
      title: 't',
      x: { label: 'x', kind: 'linear' },
      y: { label: 'y', kind: 'linear' },
      series: [
        {
          name: 'a',
          points: [
            [0, 1],
            [1, Number.NaN],
            [2, 3],
          ],
        },
      ],
    });
    expect(svg).not.toContain('NaN');
    expect(svg.match(/<circle/g)).toHaveLength(2);
  });
});

describe('the page', () => {
  const page = reportPage(sampleResults());

  it('has a section for every benchmark that has results, and none for others', () => {
    expect(sectionsOf(sampleResults()).map(({ id }) => id)).toEqual([
      'league',
      'journal',
      'feed',
      'gateway',
      'dashboard',
      'micro',
      'soak',
    ]);
    expect(sectionsOf({ facts: SAMPLE_FACTS })).toEqual([]);
    expect(PARTS.length).toBe(9);
  });

  it('asks nobody for anything, and runs nothing', () => {
    expect(page).not.toMatch(/https?:|src=|url\(|<script|@import|<link|javascript:/i);
    expect(page).not.toContain('NaN');
    expect(page).not.toContain('undefined');
  });

  it('says what every section measures, and on which machine', () => {
    for (const { paragraphs } of sectionsOf(sampleResults())) {
      expect(paragraphs.join(' ')).toMatch(/Left out: .*(would lie|It would lie)/);
    }
    expect(page).toContain('Sample &lt;processor&gt;');
    expect(page).toContain('20.1 ms');
  });

  it('names what it shows in words, with units', () => {
    const sample = sampleResults();
    const named = reportPage({
      ...sample,
      journal: { commandsPerSecond: { none: 1e6, write: 9e5 }, costPercent: { median: 10 } },
      dashboard: { fps: 60, scriptP99Ms: 3.4, tickToFrameP99Ms: 30, gzipKb: 80 },
    });
    for (const words of [
      'with one, durability “write”: commands a second',
      'what the journal costs, median, %',
      'frames in which a text changed, a second',
      'the whole page, KiB gzipped',
      '<code>--disable-gpu</code>',
    ]) {
      expect(named).toContain(words);
    }
    expect(named).not.toMatch(/costPercent|scriptP99Ms|gzipKb/);
  });

  it('says of which commit a part is that was measured at another time', () => {
    const earlier = {
      ...SAMPLE_FACTS,
      date: '2026-01-02T03:04:05.678Z',
      commit: 'abcdef',
      load: 3,
    };
    const said = 'Measured 2026-01-02 03:04 UTC at commit abcdef.';
    const sample = sampleResults();
    const datedOf = (results: AllResults) =>
      sectionsOf(results).flatMap(({ id, paragraphs }) => (paragraphs.includes(said) ? [id] : []));
    expect(datedOf(sample)).toEqual([]);
    expect(datedOf({ ...sample, feed: { ...sample.feed, facts: earlier } })).toEqual(['feed']);
    const facts = { ...SAMPLE_FACTS, parts: { league: earlier } };
    expect(datedOf({ ...sample, facts })).toEqual(['league']);
  });

  it('warns where the machine was shared', () => {
    expect(page).not.toContain('class="warning"');
    const busy = { ...sampleResults(), facts: { ...SAMPLE_FACTS, load: 9 } };
    expect(reportPage(busy)).toContain('class="warning"');
    expect(readmeFigures(busy)).toContain('shared with other work (load 9)');
    expect(readmeFigures(busy)).toContain('| 55 |');
    expect(readmeFigures(busy)).not.toMatch(/M\/s| ns /);
    expect(readmeFigures(sampleResults())).toMatch(/M\/s/);
  });
});

describe('the documents', () => {
  it('hold the tables of the page', () => {
    const text = resultsDocument(sampleResults());
    for (const part of ['| static |', '## Soak', '| relay |', 'whole consumer, 4 a transaction']) {
      expect(text).toContain(part);
    }
  });

  it('put the figures between the README’s markers, and nowhere else', () => {
    const readme = `before\n${FIGURES_BEGIN}\nold\n${FIGURES_END}\nafter\n`;
    const written = withFigures(readme, sampleResults());
    expect(written).toMatch(/^before\n/);
    expect(written).toMatch(/\nafter\n$/);
    expect(written).not.toContain('old');
    expect(written).toContain('| 3 M/s | its matcher alone 9 M/s |');
    expect(withFigures(written, sampleResults())).toBe(written);
    expect(() => withFigures('no markers', sampleResults())).toThrow(/no markers/);
  });

  it('are small enough to be kept', () => {
    const kept = condensed(sampleResults());
    expect(kept.soak?.samples.length).toBeLessThanOrEqual(80);
    expect(kept.soak?.samples.at(-1)).toEqual(sampleResults().soak?.samples.at(-1));
    expect(kept.micro?.suites[0]?.results['whole consumer, 4 a transaction']?.samplesNs).toEqual(
      [],
    );
    expect(resultsDocument(kept)).toBe(resultsDocument(sampleResults()));
  });
});
