/** The order books: the fast one, its naive twin, and what they share. */

export * from './book.ts';
export { BookMemory } from './book-memory.ts';
export { MatchingBook } from './matching-book.ts';
export { NaiveBook, NaiveMemory } from './naive-book.ts';
export type { OpenSums } from './open-sums.ts';
