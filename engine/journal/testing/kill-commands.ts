/** What the killed engine does: every command follows from its number, killed or not. */

import type { Command } from '../../protocol/index.ts';
import { RANDOM_LISTINGS, randomCommand } from '../../testing/random-commands.ts';
import { seededRandom } from '../../testing/seeded.ts';

export const TARGET = {
  segmentBytes: 20_000,
  restartRecords: 150,
  checkpointCommands: 150,
  matcher: new Uint8Array(16).fill(3),
  bootId: new Uint8Array(16).fill(7),
} as const;

export const TARGET_CLIENT = { owner: 1, name: 'killed', token: 'a'.repeat(32) };

export function killCommand(number: number): Command {
  const listing = RANDOM_LISTINGS[number - 1];
  return listing ?? randomCommand(seededRandom(number * 7919), number);
}
