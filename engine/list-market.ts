/** Lists the instruments of a market file, with their rules, by sequenced commands like anybody's. */

import type { InstrumentId } from '../feed/index.ts';
import type { Engine } from './engine.ts';
import { type MarketInstrument, readMarketFile } from './market-file.ts';
import { type Command, CommandType, ENGINE_OWNER } from './protocol/index.ts';

/** A market that comes back from its journal has them already: what is there stays as it is. */
export function listMarket(engine: Engine, file: string | false): void {
  if (file === false) return;
  for (const instrument of readMarketFile(file).instruments) {
    if (engine.market.find(instrument.symbol) !== undefined) continue;
    const { symbol, tickSize, lotSize, bookKind, lowestPrice, highestPrice } = instrument;
    const definition = { symbol, tickSize, lotSize, bookKind, lowestPrice, highestPrice };
    submit(engine, { type: CommandType.ListInstrument, ...definition });
    // With a journal a command is done when it has been written.
    engine.sequencer.commit();
    const listed = engine.market.find(symbol);
    if (listed === undefined) continue;
    for (const command of sessionCommands(instrument, listed.id)) submit(engine, command);
  }
  engine.flush();
}

/** What a market file asks for beyond the listing. */
export function sessionCommands(of: MarketInstrument, instrument: InstrumentId): Command[] {
  const { calendar, rules, status, lowestPrice, highestPrice } = of;
  const commands: Command[] = [];
  if (rules !== undefined) {
    const band = { lowestPrice, highestPrice };
    commands.push({ type: CommandType.SetRules, instrument, ...band, ...rules });
  }
  if (calendar !== undefined) {
    commands.push({ type: CommandType.SetCalendar, instrument, ...calendar });
  }
  if (status !== undefined) commands.push({ type: CommandType.SetStatus, instrument, status });
  return commands;
}

function submit(engine: Engine, command: Command): void {
  engine.sequencer.submit(ENGINE_OWNER, 0, command);
}
