/** Plays scenarios, line by line, and says where what was seen is not what is written. */

import { ENGINE_OWNER } from '../../engine/protocol/index.ts';
import { FeedState, TradingStatus } from '../../feed/index.ts';
import { drawBeside, drawLadder, drawReports, type Row, tidyRow } from './drawing.ts';
import { networkLine } from './network-line.ts';
import { operatorCommand } from './operator-line.ts';
import { orderCommand } from './order-line.ts';
import { type Block, type Scenario, ScenarioError, type Step } from './scenario-file.ts';
import { screenLine } from './screen-line.ts';
import { equal, type Seen, shown, Unexpected } from './seen.ts';
import { milliseconds, statusWord, WordError } from './words.ts';
import { Disagreement, World } from './world.ts';

/** A line that does not hold. */
export interface Fault {
  readonly path: string;
  readonly line: number;
  readonly scenario: string;
  readonly what: string;
  readonly expected: readonly string[];
  readonly seen: readonly string[];
}

/** In place of what is to be seen: `--fill` writes it there. */
export const UNKNOWN_ANSWER = '?';
export const NO_ANSWER = 'nothing';
export const UNKNOWN_ROW = '| ? |';

/** Hears what each step has shown: for those who write scenarios. */
export type OnSeen = (step: Step, seen: Seen) => void;

/** `undefined`: everything was as it is written. */
export function playScenario(scenario: Scenario, onSeen?: OnSeen): Fault | undefined {
  const world = new World();
  for (const step of scenario.steps) {
    const fault = playStep(world, scenario, step, onSeen);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function playStep(
  world: World,
  scenario: Scenario,
  step: Step,
  onSeen: OnSeen | undefined,
): Fault | undefined {
  const { path, title } = scenario;
  const fault = (
    what: string,
    expected: readonly string[],
    seen: readonly string[],
    line = step.line,
  ): Fault => ({ path, line, scenario: title, what, expected, seen });
  try {
    const seen = act(world, step);
    onSeen?.(step, seen);
    return (
      differs(step.answers, orNothing(seen.answers), UNKNOWN_ANSWER, fault) ??
      differs(step.rows, seen.rows?.map(tidyRow), UNKNOWN_ROW, fault)
    );
  } catch (error) {
    if (error instanceof WordError) throw new ScenarioError(path, step.line, error.message);
    if (error instanceof Disagreement) return fault(error.message, error.naive, error.fast);
    if (error instanceof Unexpected) return fault(error.message, error.expected, error.seen);
    throw error;
  }
}

/** To be answered by nothing at all is something to be written down, too. */
export function orNothing(answers: readonly string[] | undefined): readonly string[] {
  return answers === undefined || answers.length === 0 ? [NO_ANSWER] : answers;
}

/** The block as it is written beside what was seen; without a block nothing is asked. */
function differs(
  block: Block,
  seen: readonly string[] | undefined,
  unknown: string,
  fault: (
    what: string,
    expected: readonly string[],
    seen: readonly string[],
    line: number,
  ) => Fault,
): Fault | undefined {
  if (block.count === 0) return undefined;
  const expected = block.lines.map(tidyRow);
  if (expected.length === 1 && expected[0] === unknown) return undefined;
  const rows = seen ?? [];
  const at = expected.findIndex((line, i) => line !== rows[i]);
  if (at < 0 && rows.length === expected.length) return undefined;
  const line = block.line + (at < 0 ? expected.length - 1 : at);
  return fault('what is seen differs', expected, rows, line);
}

function act(world: World, step: Step): Seen {
  const words = step.text.split(/\s+/);
  const [first = '', ...rest] = words;
  if (first === 'wait') return answered(world.pass(milliseconds(rest[0])));
  const command = operatorCommand(words, (name) => world.ownerOf(name));
  if (command !== undefined) return submitted(world.submit(ENGINE_OWNER, command), step);
  const looked = look(world, step.text);
  if (looked !== undefined) return looked;
  const played = networkLine(world, step.text) ?? screenLine(world, step.text);
  if (played !== undefined) return played;
  const order = orderCommand(rest, world.nowMs);
  if (order === undefined) throw new WordError(`"${step.text}" is no line of a scenario.`);
  return submitted(world.submit(world.ownerOf(first), order), step);
}

function answered(reports: readonly Row[]): Seen {
  return { answers: drawReports(reports) };
}

/** A refusal that nobody wrote down is a fault. */
function submitted(
  { reports, isRefused }: { readonly reports: readonly Row[]; readonly isRefused: boolean },
  step: Step,
): Seen {
  const answers = drawReports(reports);
  if (isRefused && step.answers.count === 0) {
    throw new Unexpected('it was refused', [], answers);
  }
  return { answers };
}

/** What the market holds. A look at its book is a look at the services' books, too. */
function look(world: World, text: string): Seen | undefined {
  const [what, ...rest] = text.split(' ');
  const value = rest.slice(1).join(' ');
  switch (what) {
    case 'book':
      lookAtServices(world);
      return shown(text, drawLadder(world.state(), world.orderOf), 'book is empty');
    case 'beside':
      return shown(text, drawBeside(world.state(), world.orderOf), 'beside is nothing');
    case 'status':
      return equal('the status', value, statusWord(fieldOf(world, 'instrument', 2)));
    case 'last':
      return equal('the last trade price', value, `${fieldOf(world, 'prices', 0)}`);
    case 'reference':
      return equal('the reference price', value, `${fieldOf(world, 'prices', 1)}`);
    case 'indicative':
      return equal('the indicative price', value, indicativeOf(world));
    default:
      return undefined;
  }
}

function fieldOf(world: World, row: string, at: number): number {
  return world.state().find(([kind]) => kind === row)?.[at + 1] as number;
}

/** As a service on the feed has it. */
function indicativeOf(world: World): string {
  const { indicative, status } = world.service.consumer.find('ONE') ?? {};
  const isCollecting = status === TradingStatus.PreOpen || status === TradingStatus.Auction;
  if (indicative === undefined || indicative.volume === 0 || !isCollecting) return 'nothing';
  const { price, volume, imbalance, side } = indicative;
  const left = imbalance === 0 ? '' : `, ${imbalance} left to ${side === 0 ? 'buy' : 'sell'}`;
  return `${volume} @ ${price}${left}`;
}

/** Whoever says LIVE has the engine's book, level by level and order by order. */
function lookAtServices(world: World): void {
  const { service, orderService } = world;
  const same = (what: string, engine: readonly string[], theirs: readonly string[]): void => {
    if (engine.join('\n') === theirs.join('\n')) return;
    throw new Unexpected(
      `a service that says LIVE has other ${what} than the engine`,
      engine,
      theirs,
    );
  };
  if (service.consumer.find('ONE')?.state === FeedState.Live) {
    same('levels', world.shownLevels(), world.levelsOf(service.consumer));
  }
  if (orderService.consumer.find('ONE')?.state === FeedState.Live) {
    same('orders', world.shownOrders(), world.ordersOf(orderService.consumer));
  }
}
