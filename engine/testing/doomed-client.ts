/** A client process that places two orders, says who it is, and lives until it is killed. */

import { Side } from '../../feed/index.ts';
import { connectOrderEntry } from '../protocol/node.ts';
import { limit } from './orders.ts';

const [endpoint = '', name = '', choice = '', heartbeatMs = '200'] = process.argv.slice(2);

const connection = await connectOrderEntry({
  endpoint,
  name,
  cancelOnDisconnect: choice === 'cancel',
  heartbeatMs: Number(heartbeatMs),
});
connection.send(limit(1, 11, Side.Bid, 100, 5));
connection.send(limit(1, 12, Side.Ask, 200, 7));
await connection.whenAnswered();
process.send?.(connection.memory);
