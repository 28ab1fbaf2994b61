/** The same stream with the sides exchanged: bids for asks, and prices below zero for those above. */

import { Aggressor, oppositeSide, Side } from '../../../feed/index.ts';
import { type Command, CommandType, MassCancelSide } from '../../protocol/index.ts';
import type { ToldRow } from '../naive-world.ts';

export function mirroredCommand(command: Command): Command {
  switch (command.type) {
    case CommandType.NewOrder: {
      const { triggerPrice } = command;
      const trigger = triggerPrice === undefined ? {} : { triggerPrice: minus(triggerPrice) };
      const side = oppositeSide(command.side);
      return { ...command, side, price: minus(command.price), ...trigger };
    }
    case CommandType.Modify:
    case CommandType.Replace: {
      const { triggerPrice } = command;
      const trigger = triggerPrice === undefined ? {} : { triggerPrice: minus(triggerPrice) };
      return { ...command, price: minus(command.price), ...trigger };
    }
    case CommandType.ListInstrument:
      return { ...command, ...mirroredBand(command) };
    case CommandType.SetRules: {
      const { referencePrice } = command;
      const reference =
        referencePrice === undefined ? {} : { referencePrice: minus(referencePrice) };
      return { ...command, ...mirroredBand(command), ...reference };
    }
    case CommandType.MassCancel: {
      const { Both } = MassCancelSide;
      return { ...command, side: command.side === Both ? Both : oppositeSide(command.side) };
    }
    case CommandType.BookUpdate: {
      const levels = command.levels.map((level) => ({
        ...level,
        side: oppositeSide(level.side),
        price: minus(level.price),
      }));
      return { ...command, levels };
    }
    case CommandType.VenueTrade: {
      const aggressor = oppositeSide(command.aggressor);
      return { ...command, price: minus(command.price), aggressor };
    }
    case CommandType.CorrectTrade:
      return { ...command, price: minus(command.price) };
    default:
      return command;
  }
}

function mirroredBand(band: { readonly lowestPrice: number; readonly highestPrice: number }) {
  return { lowestPrice: minus(band.highestPrice), highestPrice: minus(band.lowestPrice) };
}

/** Without a -0, which no price is. */
function minus(price: number): number {
  return 0 - price;
}

/** Where in a row a price stands, and a side. */
const PRICES: Readonly<Record<string, readonly number[]>> = {
  'stream levelChanged': [3],
  'stream rested': [4],
  'stream traded': [3],
  'stream indicative': [2],
  'stream tradeCorrected': [3],
  'report filled': [7],
  'report replaced': [5],
  'report tradeCorrected': [6],
};
const SIDES: Readonly<Record<string, readonly number[]>> = {
  'stream levelChanged': [2],
  'stream rested': [3],
  'stream traded': [2],
  'stream indicative': [5],
  'report filled': [6],
};

/**
 * What a mirrored market tells, mirrored back. Rows of a command are sorted, for an uncross tells of
 * bids before asks; which of the two orders made a trade of it is left out, and so is the side of no
 * imbalance.
 */
export function mirroredRows(
  port: 'stream' | 'report',
  rows: readonly ToldRow[],
  isBack: boolean,
): string[] {
  return rows.map((row) => mirroredRow(port, row, isBack).join(' ')).sort();
}

function mirroredRow(port: string, row: ToldRow, isBack: boolean): ToldRow {
  const call = String(row[0]);
  const name = `${port} ${call}`;
  const values = [...row];
  if (isBack) {
    for (const at of PRICES[name] ?? []) values[at] = minus(Number(values[at]));
    for (const at of SIDES[name] ?? []) values[at] = otherSide(Number(values[at]));
    if (name === 'stream listed') {
      [values[6], values[7]] = [minus(Number(values[7])), minus(Number(values[6]))];
    }
  }
  const isUncrossed = name === 'stream traded' && values[2] === Aggressor.None;
  if (isUncrossed) values[6] = 0;
  if (name === 'stream indicative' && values[4] === 0) values[5] = Side.Bid;
  return values;
}

function otherSide(side: number): number {
  return side === Aggressor.None ? side : oppositeSide(side as Side);
}
