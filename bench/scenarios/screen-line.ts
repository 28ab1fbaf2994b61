/** Lines about browsers: `amy opens the book, depth 5`, `amy shows`, `amy comes back`. */

import { drawLevels } from './drawing.ts';
import { equal, type Seen, shown } from './seen.ts';
import { WordError, wholeNumber } from './words.ts';
import type { World } from './world.ts';

const USUAL = { depth: 5, interval: 100, grouping: 1 };
const OPENS = /^(\w+) opens the book(?:, (.*))?$/;
const GATEWAY = /^gateway (\d)'s line goes (up|down)$/;
const STARTS = /^gateway (\d) starts$/;
const COMES_BACK = /^(\w+) comes back(?: to gateway (\d))?$/;
const DOES = /^(\w+) (goes|shows|shows nothing|got|got nothing)$/;
const IS = /^(\w+) is ([A-Z]+)$/;

/** `undefined` when the line is about something else. */
export function screenLine(world: World, text: string): Seen | undefined {
  const [, opener, wishes] = OPENS.exec(text) ?? [];
  if (opener !== undefined) {
    world.openScreen(opener, { ...USUAL, ...readWishes(wishes ?? '') });
    return {};
  }
  const [, gateway, direction] = GATEWAY.exec(text) ?? [];
  if (gateway !== undefined) {
    world.gateway(Number(gateway) - 1).line.isUp = direction === 'up';
    return {};
  }
  const [, started] = STARTS.exec(text) ?? [];
  if (started !== undefined) {
    world.gateway(Number(started) - 1);
    return {};
  }
  const [, returner, where = '1'] = COMES_BACK.exec(text) ?? [];
  if (returner !== undefined) {
    world.comeBack(returner, Number(where) - 1);
    return {};
  }
  const [, looked, state] = IS.exec(text) ?? [];
  if (looked !== undefined && world.screens.has(looked)) {
    return equal('the state', state ?? '', world.screen(looked).state);
  }
  const [, name, does] = DOES.exec(text) ?? [];
  return name === undefined ? undefined : screenDoes(world, name, does ?? '');
}

function screenDoes(world: World, name: string, does: string): Seen {
  const screen = world.screen(name);
  if (does === 'goes') {
    screen.disconnect();
    world.gone(name);
    return {};
  }
  if (does.startsWith('shows')) return shown(does, drawLevels(screen.levels()), 'shows nothing');
  const heard = screen.takeHeard().map((what) => `- ${what}`);
  return shown(does, heard, 'got nothing');
}

/** `depth 5, grouping 10, interval 0`. */
function readWishes(text: string): Partial<typeof USUAL> {
  const wishes: Record<string, number> = {};
  for (const wish of text.split(', ')) {
    const [name = '', value] = wish.split(' ');
    if (name === '') continue;
    if (!(name in USUAL)) throw new WordError(`"${name}" is nothing that a book is opened with.`);
    wishes[name] = wholeNumber(value);
  }
  return wishes;
}
