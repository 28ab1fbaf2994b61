/** A part of the report: prose, charts and tables, before it is HTML or Markdown. */

export interface Section {
  readonly id: string;
  readonly title: string;
  /** What is measured, what is left out, what would make it lie. */
  readonly paragraphs: readonly string[];
  /** SVG. */
  readonly charts: readonly string[];
  readonly tables: readonly Table[];
}

export interface Table {
  readonly title: string;
  /** What is true of this table only. */
  readonly note?: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Every number of a JSON file by its path: for what nobody has drawn yet. */
export function flatTable(title: string, value: unknown): Table {
  const rows: string[][] = [];
  const walk = (path: string, part: unknown): void => {
    if (typeof part === 'number') rows.push([path, readable(part)]);
    else if (typeof part === 'string' || typeof part === 'boolean') rows.push([path, `${part}`]);
    else if (typeof part === 'object' && part !== null) {
      for (const [key, inner] of Object.entries(part)) {
        // Where and when stands at the head of the report.
        if (path === '' && key === 'facts') continue;
        walk(path === '' ? key : `${path}.${key}`, inner);
      }
    }
  };
  walk('', value);
  return { title, header: ['what', 'value'], rows };
}

/** The same in words, with units, as far as there are any. */
export function wordedTable(
  title: string,
  value: unknown,
  words: Readonly<Record<string, string>>,
): Table {
  const table = flatTable(title, value);
  return {
    ...table,
    rows: table.rows.map(([path = '', ...rest]) => [words[path] ?? path, ...rest]),
  };
}

/** Four digits that count; whole numbers with their thousands apart. */
export function readable(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(4)));
}
