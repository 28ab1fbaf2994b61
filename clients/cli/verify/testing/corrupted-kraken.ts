/** A copy of the Kraken capture with one quantity changed, and where that was. */

import { captureLines } from '../capture-lines.ts';
import { KrakenCapture } from '../captures/kraken-capture.ts';

export interface CorruptedCapture {
  /** The capture up to shortly behind the changed line, as it was and with the change. */
  readonly original: string;
  readonly text: string;
  readonly line: number;
}

/** Not at the start, so that much has held before. */
const FIRST_LINE = 1500;
/** Enough to see that what follows does not hide it. */
const LINES_BEHIND = 100;
const LAST_LEVEL_UNDER_CHECKSUM = 9;

/** Changes one lot of one level: under the checksum of the top ten, or out of its sight. */
export async function corruptOneLevel(
  path: string,
  where: 'in the top ten' | 'behind the top ten',
): Promise<CorruptedCapture> {
  const line = await findLine(path, where === 'in the top ten');
  const original: string[] = [];
  for await (const { number, text } of captureLines(path)) {
    if (number > line + LINES_BEHIND) break;
    original.push(text);
  }
  const lines = original.map((text, i) => (i === line - 1 ? withOtherQuantity(text) : text));
  return { original: `${original.join('\n')}\n`, text: `${lines.join('\n')}\n`, line };
}

async function findLine(path: string, isInTop: boolean): Promise<number> {
  const texts = new Map<number, string>();
  for await (const { number, text } of captureLines(path)) texts.set(number, text);
  for await (const { line, book } of new KrakenCapture(path).expectations()) {
    const level = line < FIRST_LINE ? undefined : firstLevel(texts.get(line) ?? '');
    if (level === undefined || book === undefined || level.quantity === 0) continue;
    const at = book[level.side].prices.indexOf(book.units.price.parse(level.price));
    if (at >= 0 && at <= LAST_LEVEL_UNDER_CHECKSUM === isInTop) return line;
  }
  throw new Error('the capture has no such line');
}

const FIRST_LEVEL = /"(a|b)":\[\["([\d.]+)","([\d.]+)"/;

/** The first level of an update, if it is all that the update changes on its side. */
function firstLevel(
  text: string,
): { side: 'bids' | 'asks'; price: string; quantity: number } | undefined {
  const match = FIRST_LEVEL.exec(text);
  if (match === null || text.indexOf(`"${match[2]}"`) !== text.lastIndexOf(`"${match[2]}"`)) {
    return undefined;
  }
  const [, key, price = '', quantity = ''] = match;
  return { side: key === 'a' ? 'asks' : 'bids', price, quantity: Number(quantity) };
}

function withOtherQuantity(text: string): string {
  return text.replace(FIRST_LEVEL, (whole) => {
    const digits = whole.slice(0, -2);
    const last = Number(whole.at(-2));
    return `${digits}${(last + 1) % 10}"`;
  });
}
