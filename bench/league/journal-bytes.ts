/** From the journal's batches of a run back to the commands that were given. */

import { RecordPlayer } from '../../engine/index.ts';
import { type Command, CommandType } from '../../engine/protocol/index.ts';
import type { ClientOrders } from './client-orders.ts';
import type { LeagueStream } from './league-stream.ts';
import { MessageType } from './league-stream.ts';

/** Decodes all batches as a restart does; throws unless they hold the stream's messages, in order. */
export function checkJournal(
  batches: readonly Uint8Array[],
  stream: LeagueStream,
  orders: ClientOrders,
): void {
  let next = 0;
  const player = new RecordPlayer({
    command: (_transaction, _timeHigh, _timeLow, _owner, _number, command) => {
      if (command.type === CommandType.ListInstrument) return;
      if (!isMessage(command, next, stream, orders)) {
        throw new Error(`The journal's command ${next} is another one: ${JSON.stringify(command)}`);
      }
      next += 1;
    },
    client: () => {},
  });
  for (const batch of batches) player.play(batch, 0, batch.length);
  if (next !== stream.count) {
    throw new Error(`The journal holds ${next} of ${stream.count} messages.`);
  }
}

function isMessage(
  command: Command,
  index: number,
  stream: LeagueStream,
  orders: ClientOrders,
): boolean {
  const type = stream.types[index];
  switch (command.type) {
    case CommandType.NewOrder:
      return (
        type === MessageType.New &&
        command.clientOrderId === orders.orderIds[index] &&
        command.side === stream.sides[index] &&
        command.price === stream.prices[index] &&
        command.quantity === stream.quantities[index]
      );
    case CommandType.Cancel:
      return type === MessageType.Cancel && command.clientOrderId === orders.orderIds[index];
    case CommandType.Replace:
      return (
        type === MessageType.Modify &&
        command.clientOrderId === orders.orderIds[index] &&
        command.price === stream.prices[index] &&
        command.quantity === stream.quantities[index]
      );
    default:
      return false;
  }
}
