/** Order entry for Node: the part of this folder that uses sockets. */

export { keyProof } from './dealer-link.ts';
export * from './order-entry-connection.ts';
