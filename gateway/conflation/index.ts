/** Conflation in process, without sessions and sockets: for measurements. */

export { BookClass } from './book-class.ts';
export { BookHistory } from './book-history.ts';
export type { BookSource } from './book-source.ts';
