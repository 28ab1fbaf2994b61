/** The order client: see README.md. */

export {
  type EntryKeys,
  OrderEntryError,
  type OrderEntryErrorCode,
  type SessionMemory,
} from '../../engine/protocol/node.ts';
export { Side } from '../../feed/index.ts';
export * from './api.ts';
export { OrderRejected, UnknownSymbol } from './errors.ts';
export * from './operator.ts';
export { connectOrders } from './order-client.ts';
