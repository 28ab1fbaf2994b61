/** What must hold of the fast market without knowing what is right: other streams, related answers. */

import { describe, expect, it } from 'vitest';
import { BookKind, type InstrumentId, Side } from '../../feed/index.ts';
import { type Command, CommandType, OrderType, TimeInForce } from '../protocol/index.ts';
import { testSeed } from '../testing/seeded.ts';
import { FastPlayer, randomStream } from './differential/fast-player.ts';
import { mirroredCommand, mirroredRows } from './differential/mirrored.ts';
import type { TimedCommand } from './differential/random-commands.ts';
import { canBeSplit, instrumentOf, NamedRows } from './differential/split.ts';
import { TASTES } from './differential/tastes.ts';

const COMMANDS = 800;
const STREAMS_OF_TASTE = 3;
const STRANGER = 99;

/** Where the first trade of an instrument has happened, no stop can be reached by both sides at once. */
function withFirstTrades(commands: readonly TimedCommand[]): TimedCommand[] {
  let lastOrderId = 0;
  const symbols = new Set<string>();
  return commands.flatMap((timed) => {
    const { command } = timed;
    if (command.type !== CommandType.ListInstrument || symbols.has(command.symbol)) return [timed];
    symbols.add(command.symbol);
    if (command.bookKind !== BookKind.Orders) return [timed];
    const orders = [Side.Bid, Side.Ask].map((side): TimedCommand => {
      lastOrderId += 1;
      const instrument = symbols.size as InstrumentId;
      return { ...timed, owner: STRANGER, command: oneLot(instrument, side, lastOrderId) };
    });
    return [timed, ...orders];
  });
}

function oneLot(instrument: InstrumentId, side: Side, clientOrderId: number): Command {
  const { NewOrder } = CommandType;
  const terms = { orderType: OrderType.Limit, timeInForce: TimeInForce.Gtc, price: 0, quantity: 1 };
  return { type: NewOrder, instrument, clientOrderId, side, ...terms };
}

/** An uncross lets the bid of two linked orders fill first, so one side differs from the other. */
function withoutLinks(command: Command): Command {
  if (command.type !== CommandType.NewOrder) return command;
  const { linkedTo: _, ...rest } = command;
  return rest;
}

function withoutUncross(command: Command): boolean {
  const { SetRules, SetStatus, SetCalendar } = CommandType;
  return ![SetRules, SetStatus, SetCalendar].some((type) => type === command.type);
}

describe('the fast market', () => {
  const firstSeed = testSeed();

  it.each(TASTES.map(({ name }) => name))('does the same for the other side, of %s', (taste) => {
    for (let seed = firstSeed; seed < firstSeed + STREAMS_OF_TASTE; seed += 1) {
      const whole = randomStream(seed, COMMANDS, taste);
      const isLinked = taste === 'stops and links';
      const stream = isLinked
        ? whole.filter(({ command }) => withoutUncross(command))
        : whole.map((timed) => ({ ...timed, command: withoutLinks(timed.command) }));
      const market = new FastPlayer();
      const mirrored = new FastPlayer();
      for (const [step, timed] of withFirstTrades(stream).entries()) {
        const told = market.play(timed);
        const other = mirrored.play({ ...timed, command: mirroredCommand(timed.command) });
        const what = `seed ${seed}, command ${step}: ${JSON.stringify(timed.command)}`;
        expect(other.reason, what).toBe(told.reason);
        expect(mirroredRows('report', other.reports, true), what).toEqual(
          mirroredRows('report', told.reports, false),
        );
        expect(mirroredRows('stream', other.stream, true), what).toEqual(
          mirroredRows('stream', told.stream, false),
        );
      }
    }
  });

  it.each(TASTES.map(({ name }) => name))('may be split by instrument, of %s', (taste) => {
    for (let seed = firstSeed; seed < firstSeed + STREAMS_OF_TASTE; seed += 1) {
      const used = new Set<number | string>();
      const stream = randomStream(seed, COMMANDS, taste).filter(({ command }) =>
        canBeSplit(command, used),
      );
      const whole = new FastPlayer();
      const wholeRows = new NamedRows();
      const halves = [new FastPlayer(), new FastPlayer()];
      const halfRows = halves.map(() => new NamedRows());
      for (const [step, timed] of stream.entries()) {
        const told = whole.play(timed);
        const named = wholeRows.take(told);
        const instrument = instrumentOf(timed.command);
        for (const [half, market] of halves.entries()) {
          const isOurs = instrument === 0 || instrument % halves.length === half;
          const isList = timed.command.type === CommandType.ListInstrument;
          // What time brings comes to both at the same time.
          const nothing: Command = { type: CommandType.AdvanceTime };
          const command = isOurs || isList ? timed.command : nothing;
          const toldHere = market.play({ ...timed, command });
          const namedHere = halfRows[half]?.take(toldHere);
          const what = `seed ${seed}, command ${step}, half ${half}: ${JSON.stringify(timed.command)}`;
          if (isOurs) expect(toldHere.reason, what).toBe(told.reason);
          for (const [id, rows] of named) {
            if (id % halves.length === half) expect(namedHere?.get(id), what).toEqual(rows);
          }
        }
      }
    }
  });
});
