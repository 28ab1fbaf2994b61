/** Real processes, killed at random under load; after each kill everybody's books are proved equal. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { connectOrderEntry } from '../../engine/protocol/node.ts';
import { Side } from '../../feed/index.ts';
import { sideDifference } from '../sim/compare-books.ts';
import { naiveLevels } from '../sim/naive-history.ts';
import { Seeded } from '../sim/seeded.ts';
import { ChaosProcess } from './chaos-process.ts';
import { OrderLoad } from './order-load.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const ANY_PORT = 'tcp://127.0.0.1:*';
const SUBSCRIBERS = 2;
const BOOKS = z.object({
  type: z.literal('books'),
  round: z.number(),
  gaps: z.number(),
  snapshots: z.number(),
  books: z.array(z.object({ symbol: z.string(), levels: z.array(z.array(z.number())) })),
});
type Books = z.infer<typeof BOOKS>;

export const VICTIMS = ['engine', 'relay', 'subscriber'] as const;
export type Victim = (typeof VICTIMS)[number];

export interface ChaosTally {
  readonly kills: Record<Victim, number>;
  rounds: number;
  commands: number;
  /** Books found equal, level by level. */
  booksProved: number;
}

export interface ChaosOptions {
  readonly seed: number;
  /** Asked before each round; the number of rounds that are over comes in. */
  readonly goesOn: (tally: ChaosTally) => boolean;
  /** Who is killed in a round; by default chance says. */
  readonly victimOf?: (round: number) => Victim;
}

/** Throws when anybody is wrong, or does not come back. */
export async function runChaos({ seed, goesOn, victimOf }: ChaosOptions): Promise<ChaosTally> {
  const random = new Seeded(seed);
  const tally: ChaosTally = {
    kills: { engine: 0, relay: 0, subscriber: 0 },
    rounds: 0,
    commands: 0,
    booksProved: 0,
  };
  const folder = mkdtempSync(join(tmpdir(), 'touchline-chaos-'));
  const market = new ChaosMarket(folder);
  try {
    await market.start();
    const { entry = '' } = market.engine.endpoints;
    const connection = await connectOrderEntry({ endpoint: entry, name: 'chaos' });
    try {
      const load = new OrderLoad(connection, random);
      while (goesOn(tally)) {
        const round = tally.rounds + 1;
        const victim = victimOf?.(round) ?? random.pick(VICTIMS);
        load.start();
        await sleep(random.below(150));
        await market.strike(victim, random);
        tally.kills[victim] += 1;
        await sleep(random.below(100));
        await load.stop(round);
        tally.booksProved += await market.prove(load, round);
        tally.rounds = round;
        tally.commands = load.commands;
      }
    } finally {
      await connection.close();
    }
  } finally {
    await market.end();
    rmSync(folder, { recursive: true, force: true });
  }
  return tally;
}

class ChaosMarket {
  readonly engine: ChaosProcess;
  readonly #relays: readonly ChaosProcess[];
  readonly #subscribers: readonly ChaosProcess[];

  constructor(folder: string) {
    this.engine = new ChaosProcess({
      name: 'engine',
      file: join(ROOT, 'engine', 'main.ts'),
      args: ({ publish = ANY_PORT, entry = ANY_PORT, spine = ANY_PORT }) => [
        ...['--publish', publish, '--entry', entry, '--spine', spine, '--no-market'],
        ...['--journal', join(folder, 'journal'), '--checkpoint-every', '500'],
        ...['--segment-bytes', '300000', '--commands-per-second', '1000000'],
      ],
    });
    const { engine } = this;
    this.#relays = [0, 1].map(
      (index) =>
        new ChaosProcess({
          name: `relay-${index}`,
          file: join(ROOT, 'feed', 'relay', 'main.ts'),
          args: ({ serve = ANY_PORT }) => [
            ...['--feed', engine.endpoints['publish'] ?? '', '--serve', serve],
            ...['--spine', engine.endpoints['spine'] ?? '', '--name', `relay-${index}`],
            ...['--archive', join(folder, `archive-${index}`)],
          ],
        }),
    );
    this.#subscribers = Array.from(
      { length: SUBSCRIBERS },
      (_, index) =>
        new ChaosProcess({
          name: `subscriber-${index}`,
          file: join(import.meta.dirname, 'subscriber-main.ts'),
          args: () => [
            engine.endpoints['publish'] ?? '',
            ...this.#relays.map(({ endpoints }) => endpoints['serve'] ?? ''),
          ],
        }),
    );
  }

  async start(): Promise<void> {
    await this.engine.start();
    await Promise.all(this.#relays.map((relay) => relay.start()));
    await Promise.all(this.#subscribers.map((subscriber) => subscriber.start()));
  }

  /** `kill -9`, a moment of absence, and a start; orders come all the while. */
  async strike(victim: Victim, random: Seeded): Promise<void> {
    const all = { engine: [this.engine], relay: this.#relays, subscriber: this.#subscribers };
    const one = random.pick(all[victim]);
    await one.kill();
    await sleep(random.below(200));
    await one.start();
  }

  /** How many books were equal. */
  async prove(load: OrderLoad, round: number): Promise<number> {
    const count = load.naive.world.instruments.length;
    const answers = await Promise.all(
      this.#subscribers.map((subscriber) =>
        subscriber.ask({ type: 'books', round, count }, (message) => {
          const parsed = BOOKS.safeParse(message);
          return parsed.success && parsed.data.round === round ? parsed.data : undefined;
        }),
      ),
    );
    const proved = answers.map((answer, index) => {
      expectEqual(answer, load, `subscriber-${index}, round ${round}`);
      return answer.books.length;
    });
    return proved.reduce((sum, count) => sum + count, 0);
  }

  async end(): Promise<void> {
    for (const one of [...this.#subscribers, ...this.#relays, this.engine]) await one.kill();
  }
}

function expectEqual({ books }: Books, { naive }: OrderLoad, hint: string): void {
  const { instruments } = naive.world;
  for (const instrument of instruments) {
    const { symbol } = instrument;
    const book = books.find((one) => one.symbol === symbol);
    for (const side of [Side.Bid, Side.Ask] as const) {
      const should = naiveLevels(naive.world, instrument, side);
      const found = sideDifference(book?.levels[side] ?? [], should);
      if (found === undefined) continue;
      throw new Error(`${hint}: ${symbol} ${side === Side.Bid ? 'bid' : 'ask'} ${found}`);
    }
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
