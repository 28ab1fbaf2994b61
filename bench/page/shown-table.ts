/** Reads from the page's elements what it shows: what a person would read, and nothing else. */

import type { Page } from 'playwright-core';

/** One level as its cells say it, without separators between thousands. */
export interface ShownLevel {
  readonly price: string;
  readonly size: string;
  readonly orders: string;
  readonly total: string;
}

export interface ShownTable {
  readonly symbol: string;
  readonly sequence: string;
  readonly transaction: string;
  /** As the truth strip says it. */
  readonly stripSequence: string;
  readonly stripTransaction: string;
  readonly state: string;
  /** "none" while nothing covers the ladder. */
  readonly veil: string;
  readonly veilText: string;
  /** Best first. */
  readonly bids: readonly ShownLevel[];
  readonly asks: readonly ShownLevel[];
}

/** One reading, in one task of the page: nothing can be drawn in between. */
export function readShownTable(page: Page): Promise<ShownTable> {
  return page.evaluate(shownTable);
}

/** What `readShownTable` does in the page; refers to nothing outside itself. */
export function shownTable(): ShownTable {
  const textOf = (selector: string, within: ParentNode = document) =>
    (within.querySelector(selector)?.textContent ?? '').replaceAll(',', '');
  const ladder = document.querySelector('#ladder') ?? document;
  const levels = (side: string) =>
    [...ladder.querySelectorAll(`tr.level.${side}`)]
      .map((row) => {
        const filled = (name: string) =>
          [...row.querySelectorAll(`.${name}`)].map((cell) => cell.textContent).join('');
        return {
          price: textOf('.price', row),
          size: filled('size').replaceAll(',', ''),
          orders: filled('orders').replaceAll(',', ''),
          total: filled('total').replaceAll(',', ''),
        };
      })
      .filter((level) => level.price !== '');
  const table = ladder.querySelector<HTMLTableElement>('.ladder-table');
  const veil = ladder.querySelector<HTMLElement>('.veil');
  return {
    symbol: table?.dataset['symbol'] ?? '',
    sequence: table?.dataset['sequence'] ?? '',
    transaction: table?.dataset['transaction'] ?? '',
    stripSequence: textOf('.strip .sequence dd'),
    stripTransaction: textOf('.strip .transaction dd'),
    state: document.querySelector<HTMLElement>('.strip')?.dataset['state'] ?? '',
    veil: veil?.dataset['kind'] ?? '',
    veilText: veil?.textContent ?? '',
    bids: levels('bid'),
    // Asks stand outermost first on the page.
    asks: levels('ask').reverse(),
  };
}

/** Waits until the ladder is uncovered and holds levels. */
export async function waitUntilLive(page: Page, timeoutMs: number): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelector<HTMLElement>('.strip')?.dataset['state'] === 'LIVE' &&
      document.querySelector<HTMLElement>('#ladder .veil')?.dataset['kind'] === 'none' &&
      document.querySelector('#ladder .level.bid .price')?.textContent !== '',
    undefined,
    { timeout: timeoutMs },
  );
}
