/** The player against a connection that the test answers. */

import { describe, expect, test } from 'vitest';
import { BookKind, Side } from '../../feed/index.ts';
import { CommandType, OrderType, TimeInForce } from '../protocol/index.ts';
import type { AnsweredStep } from './pending-steps.ts';
import { Player, type PlayerOptions } from './player.ts';
import type { Source, SourceCommand, SourceItem, SourceProblem } from './source.ts';
import { StandInConnection } from './testing/stand-in-connection.ts';

const INSTRUMENT = {
  symbol: 'X',
  tickSize: '1',
  lotSize: '1',
  bookKind: BookKind.Orders,
  lowestPrice: 1,
  highestPrice: 1000,
};

function limit(
  clientOrderId: number,
  side: Side,
  timeInForce: TimeInForce = TimeInForce.Gtc,
): SourceCommand {
  return {
    type: CommandType.NewOrder,
    symbol: 'X',
    clientOrderId,
    side,
    orderType: OrderType.Limit,
    timeInForce,
    price: 100,
    quantity: 5,
  };
}

function step(line: number, commands: SourceCommand[], awaitsAnswers = false): SourceItem {
  return { type: 'step', timeNs: BigInt(line) * 1_000_000_000n, line, commands, awaitsAnswers };
}

class ListSource implements Source {
  readonly name = 'list';
  readonly instruments = [INSTRUMENT];
  readonly totalBytes = 0;
  readonly bytesRead = 0;
  asked = 0;
  readonly #items: readonly SourceItem[];

  constructor(items: readonly SourceItem[]) {
    this.#items = items;
  }

  *items(): Generator<SourceItem> {
    for (const item of this.#items) {
      this.asked++;
      yield item;
    }
  }

  summary(): Record<string, number> {
    return {};
  }
}

function setUp(items: readonly SourceItem[], options: Partial<PlayerOptions> = {}) {
  const connection = new StandInConnection();
  const source = new ListSource(items);
  const steps: AnsweredStep[] = [];
  const problems: SourceProblem[] = [];
  const player = new Player({
    connection,
    source,
    speed: 'max',
    onError: 'skip',
    nowMs: () => 0,
    listener: {
      stepAnswered: (answered) => steps.push(answered),
      problem: (found) => problems.push(found),
    },
    ...options,
  });
  return { connection, source, steps, problems, player };
}

/** Lets everything that can go on without an answer go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('a step', () => {
  test('is told when all its commands are answered, with the last transaction published', async () => {
    const { connection, steps, player } = setUp([
      step(1, [limit(1, Side.Bid), limit(2, Side.Bid)]),
      step(2, [limit(3, Side.Ask, TimeInForce.Ioc)]),
      step(3, [{ type: CommandType.Cancel, symbol: 'X', clientOrderId: 99 }]),
      step(4, []),
      step(5, [limit(4, Side.Ask)]),
    ]);
    const playing = player.play();
    await settle();
    expect(steps).toEqual([]);
    connection.answerAll();
    await settle();
    connection.answerAll();
    expect(await playing).toBe('end');
    // Transaction 1 is the listing; a refused cancel publishes nothing; the fill of step 2 does.
    expect(steps).toEqual([
      { line: 1, transaction: 3 },
      { line: 2, transaction: 4 },
      { line: 3, transaction: 4 },
      { line: 4, transaction: 4 },
      { line: 5, transaction: 5 },
    ]);
  });

  test('that awaits answers holds the source until the last fill', async () => {
    const { connection, source, player } = setUp([
      step(1, [limit(1, Side.Bid)]),
      step(2, [limit(2, Side.Ask, TimeInForce.Ioc)], true),
      step(3, [limit(3, Side.Bid)]),
    ]);
    const playing = player.play();
    await settle();
    connection.answerAll();
    await settle();
    expect(source.asked).toBe(2);
    // The answers come one at a time: being accepted is not the end of an immediate order.
    connection.answerOne();
    await settle();
    connection.answerReports(1);
    await settle();
    expect(source.asked).toBe(2);
    connection.answerAll();
    await settle();
    expect(source.asked).toBe(3);
    connection.answerAll();
    await playing;
  });

  test('for what could not be listed is a problem with its line', async () => {
    const { connection, problems, player } = setUp([
      step(7, [{ ...limit(1, Side.Bid), symbol: 'UNKNOWN' }]),
    ]);
    const playing = player.play();
    await settle();
    connection.answerAll();
    await playing;
    expect(problems).toMatchObject([{ line: 7, code: 'NOT_LISTED' }]);
  });
});

test('a window holds the source until the far end has applied what was published', async () => {
  const items = [1, 2, 3, 4, 5].map((line) => step(line, [limit(line, Side.Bid)]));
  const { connection, source, player } = setUp(items, { window: 2 });
  const playing = player.play();
  await settle();
  connection.answerAll();
  await settle();
  connection.answerAll();
  await settle();
  expect(connection.sent).toBe(1 + 2);
  player.applied(2);
  await settle();
  connection.answerAll();
  await settle();
  expect(connection.sent).toBe(1 + 3);
  player.applied(4);
  await settle();
  connection.answerAll();
  await settle();
  expect(source.asked).toBe(5);
  expect(await playing).toBe('end');
});

test('an instrument that is listed is waited for at the far end, when asked to', async () => {
  const { connection, source, player } = setUp([step(1, [limit(1, Side.Bid)])], {
    window: 16,
    awaitsListings: true,
  });
  const playing = player.play();
  await settle();
  connection.answerAll();
  await settle();
  expect([source.asked, connection.sent]).toEqual([0, 1]);
  // Transaction 1 is the listing.
  player.applied(1);
  await settle();
  expect([source.asked, connection.sent]).toEqual([1, 2]);
  connection.answerAll();
  expect(await playing).toBe('end');
});

test('no more than the connection’s window of commands is ever unanswered', async () => {
  const items = Array.from({ length: 6000 }, (_, index) =>
    step(index + 1, [limit(index + 1, Side.Bid)]),
  );
  const { connection, player } = setUp(items);
  const playing = player.play();
  for (;;) {
    await settle();
    if (connection.unanswered === 0) break;
    expect(connection.unanswered).toBeLessThanOrEqual(4096);
    connection.answerAll();
  }
  expect(await playing).toBe('end');
});

describe('what ends a play', () => {
  const bad: SourceItem = {
    type: 'problem',
    line: 3,
    code: 'NOT_JSON',
    message: 'This is not JSON.',
  };

  test('a problem, when it is said to be fatal', async () => {
    const { connection, player } = setUp([bad, step(4, [limit(1, Side.Bid)])], {
      onError: 'fatal',
    });
    const playing = player.play();
    const failed = expect(playing).rejects.toMatchObject({
      code: 'NOT_JSON',
      message: 'line 3: This is not JSON.',
    });
    await settle();
    connection.answerAll();
    await failed;
    expect(connection.sent).toBe(1);
  });

  test('not a problem that is skipped, nor a warning', async () => {
    for (const [item, onError] of [
      [bad, 'skip'],
      [{ ...bad, isWarning: true }, 'fatal'],
    ] as const) {
      const { connection, problems, player } = setUp([item, step(4, [limit(1, Side.Bid)])], {
        onError,
      });
      const playing = player.play();
      await settle();
      connection.answerAll();
      await settle();
      connection.answerAll();
      expect(await playing).toBe('end');
      expect(problems).toHaveLength(1);
    }
  });

  test('the loss of the engine, which says what is not known', async () => {
    const items = [step(1, [limit(1, Side.Bid)]), step(2, [limit(2, Side.Bid)])];
    const { connection, player } = setUp(items, { patienceMs: 1 });
    const playing = player.play();
    const failed = expect(playing).rejects.toMatchObject({
      code: 'ENGINE_LOST',
      message: expect.stringContaining('2 commands were unanswered'),
    });
    await settle();
    connection.answerAll();
    await settle();
    connection.lose();
    await failed;
  });

  test('not an engine that comes back in time with all that it had', async () => {
    const items = [step(1, [limit(1, Side.Bid)]), step(2, [limit(2, Side.Bid)])];
    const { connection, player, steps } = setUp(items, { patienceMs: 50 });
    const playing = player.play();
    await settle();
    connection.answerAll();
    await settle();
    connection.lose();
    connection.comeBack(true);
    // Longer than its patience: the clock has been stopped.
    await new Promise((resolve) => setTimeout(resolve, 100));
    connection.answerAll();
    expect(await playing).toBe('end');
    expect(steps).toHaveLength(2);
  });

  test('an engine that comes back and knows nothing', async () => {
    const { connection, player } = setUp([step(1, [limit(1, Side.Bid)])]);
    const failed = expect(player.play()).rejects.toMatchObject({ code: 'ENGINE_LOST' });
    await settle();
    connection.answerAll();
    await settle();
    connection.lose();
    connection.comeBack(false);
    await failed;
  });

  test('a refused instrument', async () => {
    const { connection, player } = setUp([]);
    connection.refuseListing = true;
    const failed = expect(player.play()).rejects.toMatchObject({ code: 'INSTRUMENT_REFUSED' });
    await settle();
    connection.answerAll();
    await failed;
  });

  test('being stopped, also while waiting for the next step’s time', async () => {
    const items = [step(1, []), step(1_000_000, [limit(1, Side.Bid)])];
    const { connection, player } = setUp(items, { speed: 1 });
    const playing = player.play();
    await settle();
    connection.answerAll();
    await settle();
    player.stop();
    expect(await playing).toBe('stopped');
    expect(connection.sent).toBe(1);
  });
});
