/** Reads the league's hand-made cases: messages and the hash of the reports they must give. */

import { z } from 'zod';
import { checkStream, emptyStream, LeagueFileError, type LeagueStream } from './league-stream.ts';

export interface EdgeCase {
  readonly name: string;
  readonly stream: LeagueStream;
  readonly sha256: string;
  /** Where the file lists them. */
  readonly lines: readonly string[] | undefined;
}

/** [type, side, ioc, quantity, order id, price] */
type Message = readonly [number, number, number, number, number, number];

const wholeNumber = z.int();
const FILE = z.object({
  cases: z.array(
    z.object({
      name: z.string(),
      sha256: z.string(),
      messages: z
        .array(
          z.tuple([wholeNumber, wholeNumber, wholeNumber, wholeNumber, wholeNumber, wholeNumber]),
        )
        .optional(),
      messages_note: z.string().optional(),
      expected: z.array(z.string()).optional(),
    }),
  ),
});

/** Cases that the file tells in words only. */
const TOLD_CASES: Readonly<Record<string, () => Message[]>> = {
  deep_recursive_sweep_5000: () => [
    ...Array.from({ length: 5000 }, (_, i): Message => [0, 1, 0, 1, i + 1, 100]),
    [0, 0, 1, 5000, 5001, 100],
  ],
};

/** Throws LeagueFileError. */
export function readEdgeCases(text: string): EdgeCase[] {
  const parsed = FILE.safeParse(parseJson(text));
  if (!parsed.success) throw new LeagueFileError('BAD_CASE', z.prettifyError(parsed.error));
  return parsed.data.cases.map(({ name, sha256, messages, expected }) => {
    const rows = messages ?? TOLD_CASES[name]?.();
    if (rows === undefined) throw new LeagueFileError('BAD_CASE', `${name} has no messages.`);
    return { name, sha256, stream: toStream(rows), lines: expected };
  });
}

function toStream(messages: readonly Message[]): LeagueStream {
  const stream = emptyStream(messages.length);
  for (const [i, [type, side, ioc, quantity, orderId, price]] of messages.entries()) {
    stream.types[i] = type;
    stream.sides[i] = side;
    stream.immediate[i] = ioc;
    stream.quantities[i] = quantity;
    stream.orderIds[i] = orderId;
    stream.prices[i] = price;
  }
  checkStream(stream);
  return stream;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LeagueFileError('BAD_CASE', (error as Error).message);
  }
}
