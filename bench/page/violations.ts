/** What axe-core finds wrong with the page as it stands, for people who hear it or see it badly. */

import axe from 'axe-core';
import type { Page } from 'playwright-core';

export interface Violation {
  readonly rule: string;
  readonly help: string;
  /** The elements, as selectors. */
  readonly where: readonly string[];
}

/** Every rule of axe-core's own choice; evaluated by the driver, so no policy of the page is bent. */
export async function findViolations(page: Page): Promise<readonly Violation[]> {
  await page.evaluate(axe.source);
  return await page.evaluate(async () => {
    const { axe: inPage } = window as unknown as { axe: typeof axe };
    const { violations } = await inPage.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, help, nodes }) => ({
      rule: id,
      help,
      where: nodes.map(({ target }) => target.join(' ')),
    }));
  });
}
