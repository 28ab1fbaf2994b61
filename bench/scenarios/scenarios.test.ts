/** All scenarios, and what a wrong one says. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Row } from './drawing.ts';
import { faultText } from './fault-text.ts';
import { fillFile } from './fill.ts';
import { NaiveTwin } from './markets.ts';
import { type Fault, playScenario } from './play.ts';
import { parseScenarioFile, type Scenario, ScenarioError } from './scenario-file.ts';
import { World } from './world.ts';

const CASES = join(import.meta.dirname, 'cases');
const files = readdirSync(CASES)
  .sort()
  .map((name) => parseScenarioFile(name, readFileSync(join(CASES, name), 'utf8')));

describe.each(files)('$path', ({ scenarios }) => {
  it.each(scenarios)('$title', (scenario) => {
    const fault = playScenario(scenario);
    if (fault !== undefined) expect.fail(faultText(fault));
  });
});

it('are 200 and more, each with a title of its own', () => {
  const titles = files.flatMap(({ scenarios }) => scenarios.map(({ title }) => title));
  expect(titles.length).toBeGreaterThanOrEqual(200);
  expect(new Set(titles).size).toBe(titles.length);
});

it('leave nothing to be filled in', () => {
  for (const { path, lines } of files) {
    const unknown = lines.findIndex((line) => /^\s*(> \?|\| \? \|)$/.test(line));
    expect(unknown, path).toBe(-1);
  }
});

it('play the example of the README', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/```scenarios\n([\s\S]*?)```/g)].map(
    ([, text]) => text ?? '',
  );
  expect(examples.length).toBeGreaterThan(0);
  for (const text of examples) {
    for (const scenario of parseScenarioFile('README.md', text).scenarios) {
      const fault = playScenario(scenario);
      if (fault !== undefined) expect.fail(faultText(fault));
    }
  }
});

function only(text: string): Scenario {
  const [scenario] = parseScenarioFile('wrong.scenarios', text).scenarios;
  if (scenario === undefined) throw new Error('There is no scenario.');
  return scenario;
}

function faultOf(text: string): Fault {
  const fault = playScenario(only(text));
  if (fault === undefined) throw new Error('The scenario holds.');
  return fault;
}

describe('a scenario that does not hold', () => {
  afterEach(() => vi.restoreAllMocks());

  it('says in which line of which file, and what was seen, as a ladder', () => {
    const fault = faultOf(`scenario: A wrong book
  ann sells 5 @ 101 as 1
  bob buys 5 @ 100 as 2
  book
        | 102 | 9:9
        | 101 | 1:5
    2:4 | 100 |
`);
    expect(faultText(fault)).toBe(`wrong.scenarios:5: what is seen differs (scenario: A wrong book)
  -     | 102 | 9:9
        | 101 | 1:5
  - 2:4 | 100 |
  + 2:5 | 100 |`);
  });

  it('says which answer was another one', () => {
    const fault = faultOf(`scenario: A wrong answer
  ann sells 5 @ 101 as 1
    > 1 accepted
  bob buys 5 @ 101 as 2
    > 2 accepted
    > 2 filled 4 @ 101
    > 1 filled 5 @ 101
`);
    expect([fault.line, fault.seen[1]]).toEqual([6, '2 filled 5 @ 101']);
  });

  it('says that an answer is missing, or one too many', () => {
    const lines = ['scenario: x', '  ann buys 5 @ 100 as 1', '    > 1 accepted'];
    expect(playScenario(only(lines.join('\n')))).toBeUndefined();
    expect(faultOf([...lines, '    > 1 filled 5 @ 100'].join('\n')).line).toBe(4);
    expect(faultOf([...lines.slice(0, 2), '    > nothing'].join('\n')).line).toBe(3);
  });

  it('does not let a refusal pass that nobody wrote down', () => {
    const fault = faultOf('scenario: x\n  ann cancels 7\n');
    expect(fault.what).toBe('it was refused');
    expect(fault.seen).toEqual(['refused: UnknownOrder']);
  });

  it('says which status, price, state or browser is another one', () => {
    for (const line of [
      'status is Auction',
      'last is 5',
      'service is STALE',
      'indicative is 1 @ 1',
    ]) {
      expect(faultOf(`scenario: x\n  ${line}\n`).line, line).toBe(2);
    }
    const opened = 'scenario: x\n  ann buys 5 @ 100 as 1\n  amy opens the book\n';
    expect(faultOf(`${opened}  amy is STALE\n`).line).toBe(4);
    expect(faultOf(`${opened}  amy shows nothing\n`).line).toBe(4);
    expect(faultOf(`${opened}  amy shows\n    5x2 | 100 |\n`).line).toBe(5);
  });

  it('says that something is there where nothing should be', () => {
    expect(faultOf('scenario: x\n  ann buys 5 @ 100 as 1\n  book is empty\n').line).toBe(3);
  });

  it('notices that the two markets differ, in state as in answers', () => {
    const text = 'scenario: x\n  ann buys 5 @ 100 as 1\n  ann buys 5 @ 99 as 2\n';
    const { state, submit } = NaiveTwin.prototype;
    vi.spyOn(NaiveTwin.prototype, 'state').mockImplementation(function (this: NaiveTwin) {
      return state.call(this).map((row): Row => (row[2] === 99 ? [...row.slice(0, 3), 6, 1] : row));
    });
    expect(faultOf(text)).toMatchObject({
      line: 3,
      what: 'the naive market and the fast one tell different state',
    });
    vi.restoreAllMocks();
    vi.spyOn(NaiveTwin.prototype, 'submit').mockImplementation(function (this: NaiveTwin, ...told) {
      const answer = submit.apply(this, told);
      return { ...answer, reports: answer.reports.filter(([call]) => call !== 'accepted') };
    });
    expect(faultOf(text)).toMatchObject({
      line: 2,
      what: 'the naive market and the fast one tell different reports',
    });
  });

  it('notices a service that is LIVE and has another book', () => {
    const { levelsOf } = World.prototype;
    vi.spyOn(World.prototype, 'levelsOf').mockImplementation(function (this: World, consumer) {
      return levelsOf.call(this, consumer).map((row) => row.replace('5x1', '6x1'));
    });
    const fault = faultOf('scenario: x\n  ann buys 5 @ 100 as 1\n  book\n    1:5 | 100 |\n');
    expect(fault.what).toBe('a service that says LIVE has other levels than the engine');
    expect(fault.line).toBe(3);
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['  ann buys 5 @ 100 as 1', 1, 'before the first "scenario:"'],
    ['scenario: x\n    > 1 accepted', 2, 'belongs to no line above it'],
    ['scenario: x\n\n  ann dances', 3, 'is no line of a scenario'],
    ['scenario: x\n  ann buys many @ 100 as 1', 2, 'a whole number is wanted, not "many"'],
    ['scenario: x\n  ann buys 5 @ 100 as 1 forever', 2, '"forever" is no term of an order'],
    ['scenario: x\n  status Open', 2, '"Open" is no trading status'],
    ['scenario: x\n  wait 5', 2, 'a time such as 10s is wanted'],
    ['scenario: x\n  amy shows nothing', 2, 'amy has opened no book'],
    ['scenario: x\n  burn the next packet', 2, '"burn" is nothing that packets meet'],
  ])('says where it is wrong: %j', (text, line, what) => {
    const play = (): void => {
      for (const scenario of parseScenarioFile('bad.scenarios', text).scenarios) {
        playScenario(scenario);
      }
    };
    expect(play).toThrow(ScenarioError);
    expect(play).toThrow(`bad.scenarios:${line}: `);
    expect(play).toThrow(what);
  });
});

it('is filled in with what is seen, where it says that this is not known', () => {
  const text = `scenario: x
  ann buys 5 @ 100 as 1
    > ?
  wait 1s
    > ?
  book
    | ? |
`;
  expect(fillFile(parseScenarioFile('x.scenarios', text))).toBe(`scenario: x
  ann buys 5 @ 100 as 1
    > 1 accepted
  wait 1s
    > nothing
  book
    1:5 | 100 |
`);
});
