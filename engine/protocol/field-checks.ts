/** What the protocol can carry: checks of the client end, before anything is written. */

import { OrderEntryError } from './order-entry-error.ts';

const utf8 = new TextEncoder();

export function within(field: string, value: number, lowest: number, highest: number): void {
  if (!Number.isInteger(value) || value < lowest || value > highest) refuse(field, value);
}

/** A byte that names one of the values 0 to `highest`. */
export function choice(field: string, value: number, highest: number): void {
  within(field, value, 0, highest);
}

/** A text that fits into `bytes` of UTF-8. */
export function room(field: string, value: string, bytes: number): void {
  if (utf8.encode(value).length > bytes || value.includes('\0')) refuse(field, value);
}

/** Throws `OrderEntryError` BAD_FIELD. */
export function refuse(field: string, value: unknown): never {
  throw new OrderEntryError('BAD_FIELD', `It is ${field}: ${String(value).slice(0, 80)}.`);
}
