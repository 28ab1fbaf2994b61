/** The text format of scenarios: which lines belong together, before anybody knows what they mean. */

export interface ScenarioFile {
  readonly path: string;
  readonly lines: readonly string[];
  readonly scenarios: readonly Scenario[];
}

export interface Scenario {
  readonly title: string;
  readonly path: string;
  /** Of the title, from 1; as are those of the steps. */
  readonly line: number;
  readonly steps: readonly Step[];
}

/** A line that does or asks something, and the lines below it that say what must then be seen. */
export interface Step {
  readonly line: number;
  readonly text: string;
  /** Lines that begin with `>`, without it: what the line above is answered. */
  readonly answers: Block;
  /** Rows of a ladder or a list: lines that are indented further and hold a `|` or begin with `-`. */
  readonly rows: Block;
}

export interface Block {
  /** Of the first one, or where it would be. */
  readonly line: number;
  readonly lines: readonly string[];
  /** How many lines of the file it takes. */
  readonly count: number;
}

export class ScenarioError extends Error {
  constructor(path: string, line: number, what: string) {
    super(`${path}:${line}: ${what}`);
    this.name = 'ScenarioError';
  }
}

const TITLE = /^scenario:\s*(\S.*)$/;
const NO_LINES: Block = { line: 0, lines: [], count: 0 };

export function parseScenarioFile(path: string, text: string): ScenarioFile {
  const lines = text.split('\n');
  const scenarios: { title: string; path: string; line: number; steps: Step[] }[] = [];
  for (let i = 0; i < lines.length; ) {
    const line = (lines[i] ?? '').trim();
    const title = TITLE.exec(line)?.[1];
    if (line === '' || line.startsWith('#')) {
      i += 1;
    } else if (title !== undefined) {
      scenarios.push({ title, path, line: i + 1, steps: [] });
      i += 1;
    } else {
      const scenario = scenarios.at(-1);
      if (scenario === undefined) {
        throw new ScenarioError(path, i + 1, 'a line stands before the first "scenario:".');
      }
      const step = readStep(path, lines, i);
      scenario.steps.push(step);
      i += 1 + step.answers.count + step.rows.count;
    }
  }
  return { path, lines, scenarios };
}

function readStep(path: string, lines: readonly string[], at: number): Step {
  const text = (lines[at] ?? '').trim();
  if (isAnswer(text) || isRow(text)) {
    throw new ScenarioError(path, at + 1, `"${text}" belongs to no line above it.`);
  }
  const answers = block(lines, at + 1, isAnswer, (line) => line.slice(1).trim());
  const rows = block(lines, at + 1 + answers.count, isRow, (line) => line);
  return { line: at + 1, text, answers, rows };
}

function block(
  lines: readonly string[],
  from: number,
  belongs: (line: string) => boolean,
  read: (line: string) => string,
): Block {
  let end = from;
  while (end < lines.length && belongs((lines[end] ?? '').trim())) end += 1;
  if (end === from) return { ...NO_LINES, line: from + 1 };
  const found = lines.slice(from, end).map((line) => read(line.trim()));
  return { line: from + 1, lines: found, count: end - from };
}

function isAnswer(line: string): boolean {
  return line.startsWith('>');
}

function isRow(line: string): boolean {
  return line.includes('|') || line.startsWith('- ');
}
