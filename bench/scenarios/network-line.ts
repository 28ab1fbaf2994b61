/** Lines about the way from the engine to a service: what gets lost, who is down, what is seen there. */

import type { Fault as LineFault } from './feed-line.ts';
import { equal, type Seen, shown } from './seen.ts';
import { WordError, wholeNumber } from './words.ts';
import type { World } from './world.ts';

const FAULTS: Readonly<Record<string, LineFault>> = {
  lose: 'lose',
  double: 'double',
  garble: 'garble',
  delay: 'delay',
};
const SPOILED = /^(\w+) the next (?:(\d+) packets|packet)$/;
const GOES = /^(line|relay) goes (up|down)$/;

/** `undefined` when the line is about something else. */
export function networkLine(world: World, text: string): Seen | undefined {
  const spoiled = SPOILED.exec(text);
  if (spoiled !== null) {
    const fault = FAULTS[spoiled[1] ?? ''];
    if (fault === undefined) throw new WordError(`"${spoiled[1]}" is nothing that packets meet.`);
    world.spoil(fault, wholeNumber(spoiled[2] ?? '1'));
    return {};
  }
  const goes = GOES.exec(text);
  if (goes !== null) {
    if (goes[1] === 'line') world.isLineUp = goes[2] === 'up';
    else world.isRelayUp = goes[2] === 'up';
    return {};
  }
  switch (text) {
    case 'relay forgets':
      world.relayForgets();
      return {};
    case 'engine begins anew':
      world.restartEngine();
      return {};
    case 'service begins anew':
      world.newServices();
      return {};
    case 'service shows':
    case 'service shows nothing':
      return shown(text, world.levelsOf(world.service.consumer), 'service shows nothing');
    case 'service has orders':
    case 'service has no orders':
      return shown(text, world.ordersOf(world.orderService.consumer), 'service has no orders');
    case 'service heard':
    case 'service heard nothing':
      return shown(text, takeHeard(world), 'service heard nothing');
    default:
      return serviceState(world, text);
  }
}

/** `service is LIVE`, or with its reason: `service is STALE: HEARTBEAT_LOST`. */
function serviceState(world: World, text: string): Seen | undefined {
  const [, expected] = /^service is (.*)$/.exec(text) ?? [];
  if (expected === undefined) return undefined;
  const { consumer } = world.service;
  // What is said of the instrument; before it is known, of the whole stream.
  const { state, reason } = consumer.find('ONE') ?? consumer;
  return equal('the state', expected, reason === 'NONE' ? state : `${state}: ${reason}`);
}

/** What a service is told apart from books and trades, since the last time somebody asked. */
function takeHeard(world: World): string[] {
  const { events } = world.service;
  const lines = events
    .filter(({ type }) => type !== 'hash-checked')
    .map((event) => {
      if (event.type === 'bad-packet') return `- ${event.type} ${event.code}`;
      return `- ${event.type}`;
    });
  events.length = 0;
  return lines;
}
