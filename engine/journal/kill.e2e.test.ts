/**
 * The whole engine with a follower, a relay, a service and a client: SIGKILL at random moments under
 * load, and after each restart everything must be as if nothing had happened. The many kills are in
 * kill.integration.test.ts. `TOUCHLINE_KILLS` says how many (default: as many as fit into the
 * budget); `TOUCHLINE_SEED` repeats the choices, though not the machine's timing.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type Subscription, subscribe } from '../../clients/subscriber/index.ts';
import { FeedState, LevelBook, Side, sameEpoch } from '../../feed/index.ts';
import { FeedSubscriber } from '../../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';
import type { Command, Report } from '../protocol/index.ts';
import { connectOrderEntry, type OrderEntryConnection } from '../protocol/node.ts';
import { until } from '../testing/entry-fixture.ts';
import { cancel, limit, listing, market, modify, replace } from '../testing/orders.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import { rows } from '../testing/stream-replica.ts';
import { JournalOracle } from './testing/journal-oracle.ts';
import { recordsOf } from './testing/journaled-engine.ts';
import { KillableEngine } from './testing/killable-engine.ts';
import type { Phase } from './testing/phase-marker.ts';
import { startRelay } from './testing/relay-process.ts';

const BUDGET_MS = 25_000;
/** Longer only for a phase that has not had its kills. */
const LONGEST_MS = 90_000;
const KILLS = Number(process.env['TOUCHLINE_KILLS'] ?? 0);
/** A phase must have been hit so often, or the run has not tried what it says. */
const LEAST_PER_PHASE = KILLS >= 100 ? 10 : 1;
const INSTRUMENTS = 2;
const WINDOW = 1500;

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Sends random commands from one client, and remembers all of them. */
class Load {
  readonly sent: Command[] = [];
  readonly reports: Report[] = [];
  /** Transaction of each command that was answered by one. */
  readonly answered = new Map<number, number>();
  isOn = false;
  readonly #connection: OrderEntryConnection;
  readonly #random: (below: number) => number;

  constructor(connection: OrderEntryConnection, random: (below: number) => number) {
    this.#connection = connection;
    this.#random = random;
    connection.onReport((report) => {
      this.reports.push(report);
      const { command, transaction } = report;
      if (command !== 0 && transaction !== 0) this.answered.set(command, transaction);
    });
    for (let id = 1; id <= INSTRUMENTS; id++) this.send(listing(`SYM-${id}`));
  }

  send(command: Command): void {
    expect(this.#connection.send(command)).toBe(this.sent.push(command));
  }

  start(): void {
    this.isOn = true;
    const turn = (): void => {
      if (!this.isOn) return;
      const count = this.#random(4) === 0 ? 100 : 5;
      for (let i = 0; i < count && this.#connection.unanswered < WINDOW; i++) {
        this.send(this.#command());
      }
      setTimeout(turn, this.#random(3));
    };
    turn();
  }

  /** Stops and waits until every command has its answer. */
  async stop(): Promise<void> {
    this.isOn = false;
    await until(() => this.#connection.unanswered === 0, 'every answer', 60_000);
  }

  #command(): Command {
    const random = this.#random;
    const id = this.sent.length + 1;
    const instrument = 1 + random(INSTRUMENTS);
    const earlier = Math.max(1, id - random(200));
    const price = 1000 + random(30);
    const quantity = 1 + random(20);
    switch (random(8)) {
      case 0:
      case 1:
        return cancel(instrument, earlier);
      case 2:
        return modify(instrument, earlier, price, quantity);
      case 3:
        return random(2) === 0
          ? replace(instrument, earlier, price, quantity)
          : market(instrument, id, random(2) === 0 ? Side.Bid : Side.Ask, quantity);
      default:
        return limit(instrument, id, random(2) === 0 ? Side.Bid : Side.Ask, price, quantity);
    }
  }
}

it(
  'comes back after SIGKILL as if nothing had happened, whatever it was doing',
  async () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const folder = mkdtempSync(join(tmpdir(), 'touchline-kill-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const rate = ['--commands-per-second', '1000000'];
    // Relays may be some thousand records behind when the engine dies.
    const checkpoints = ['--checkpoint-every', '500', '--restart-records', '20000'];
    const segments = ['--segment-bytes', '300000'];
    const engine = new KillableEngine(folder, ...segments, ...checkpoints, ...rate);
    await engine.start();
    closers.push(() => engine.kill());
    const relay = await startRelay(engine.endpoints.publish, engine.endpoints.spine);
    closers.push(() => relay.stop());
    const service = subscribe({ feed: engine.endpoints.publish, repair: relay.endpoint });
    closers.push(() => service.close());
    const seen = await followRecords(engine);
    const connection = await connectOrderEntry({ endpoint: engine.endpoints.entry, name: 'load' });
    closers.push(() => connection.close());
    const { epoch } = connection;
    const load = new Load(connection, random);
    await load.stop();
    const oracle = new JournalOracle(epoch, (number) => load.sent[number - 1] as Command);

    const phases: Record<Phase, number> = { restarting: 0, idle: 0, writing: 0, publishing: 0 };
    const start = performance.now();
    let kills = 0;
    const goesOn = (): boolean => {
      const isTried = Object.values(phases).every((count) => count >= LEAST_PER_PHASE);
      const elapsedMs = performance.now() - start;
      if (!isTried && elapsedMs < LONGEST_MS) return true;
      return KILLS > 0 ? kills < KILLS : elapsedMs < BUDGET_MS;
    };
    while (goesOn()) {
      load.start();
      await sleep(random(60));
      if (random(3) === 0) {
        // Orders are on their way, and nothing new comes.
        load.isOn = false;
        await sleep(random(40));
      }
      phases[await engine.kill()] += 1;
      kills += 1;
      while (random(3) === 0 || phases.restarting < LEAST_PER_PHASE) {
        // Once more, while it is coming back.
        engine.spawn();
        await sleep(50 + random(300));
        phases[await engine.kill()] += 1;
        kills += 1;
      }
      engine.spawn();
      await engine.ready();
      await load.stop();
      oracle.follow(engine.directory);
      expectAnswersKept(load, oracle);
      await until(() => seen.next >= oracle.engine.nextSequence, `all records, seed ${seed}`);
      expect(seen.records, `seed ${seed}`).toEqual(oracle.records);
      expect(seen.epochs, `seed ${seed}`).toBe(1);
      await expectBooks(service, oracle, `seed ${seed}`);
    }
    expect(sameEpoch(service.position.epoch, epoch)).toBe(true);
    const counts = Object.entries(phases).map(([phase, count]) => `${phase} ${count}`);
    process.stdout.write(
      `${kills} kills (${counts.join(', ')}), ${oracle.numbers.length} commands\n`,
    );
    for (const count of Object.values(phases)) {
      expect(count, `${counts}`).toBeGreaterThanOrEqual(LEAST_PER_PHASE);
    }
  },
  LONGEST_MS + 60_000 + KILLS * 10_000,
);

/** Every answer that was given holds: under its number, in its place. */
function expectAnswersKept(load: Load, oracle: JournalOracle): void {
  for (const [number, transaction] of load.answered) {
    if (oracle.numbers[transaction - 1] !== number) {
      const other = oracle.numbers[transaction - 1];
      throw new Error(`command ${number} was transaction ${transaction}; now that is ${other}`);
    }
  }
  // Each was done once, and in the order in which it was sent.
  for (const [index, number] of oracle.numbers.entries()) expect(number).toBe(index + 1);
}

/** A relay in this process: keeps every record, and never any twice. */
async function followRecords(engine: KillableEngine): Promise<{
  readonly records: string[];
  readonly next: number;
  readonly epochs: number;
}> {
  const seen = { records: [] as string[], next: 1, epochs: 0 };
  const { publish, spine } = engine.endpoints;
  const subscriber = new FeedSubscriber(
    {
      feed: [publish],
      repair: [spine],
      wallClock,
      nowMs: monotonicMs,
      crc32,
      relay: {
        fromStart: true,
        mustRepair: true,
        accepted: (packet, first, count) => {
          // A replayed packet may begin with what is there already.
          seen.records.push(...recordsOf(packet).slice(seen.next - first));
          seen.next = first + count;
        },
        restarted: (_epoch, sequence) => {
          if (sequence === 0) seen.epochs += 1;
        },
      },
    },
    {},
  );
  closers.push(() => subscriber.close());
  await subscriber.start();
  return seen;
}

async function expectBooks(
  service: Subscription,
  oracle: JournalOracle,
  hint: string,
): Promise<void> {
  const { market: own, nextSequence } = oracle.engine;
  await until(
    () =>
      service.state === FeedState.Live &&
      service.position.sequence === nextSequence &&
      own.instruments.every(({ symbol }) => service.find(symbol)?.state === FeedState.Live),
    `LIVE at ${nextSequence}, ${hint}`,
    60_000,
  );
  for (const instrument of own.instruments) {
    const book = service.find(instrument.symbol)?.book ?? new LevelBook(0);
    expect(rows(book), hint).toEqual(rows(instrument.levelBook()));
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
