/** Order entry for Node: the part of this folder that uses sockets. */

export * from './order-entry-connection.ts';
