/** The client over surroundings that are not a browser's: for simulations. */

export type { Book } from '../api.ts';
export { Client } from '../client.ts';
export type { Platform, Socket } from '../platform.ts';
