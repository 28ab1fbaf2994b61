/** The order directory's memory is there before the first order, as the system counts it. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ORDERS = 2 ** 18;
const PAGE_BYTES = 4096;
const SLOT_BYTES = 32;

/** In a process of its own: pages that this one is given while it fills a directory, which it has done before. */
const FILL_TWICE = `
  const { OrderDirectory } = await import(process.argv[1]);
  const limits = { openOrders: ${ORDERS}, closedOrders: ${ORDERS} };
  let faults = 0;
  for (let round = 0; round < 2; round += 1) {
    const directory = new OrderDirectory(limits, ${ORDERS});
    const before = process.resourceUsage().minorPageFault;
    for (let i = 1; i < ${ORDERS}; i += 1) directory.close(directory.open(1, i, 1));
    faults = process.resourceUsage().minorPageFault - before;
  }
  console.log(faults);
`;

it('an order directory is given no memory while it fills', () => {
  const path = join(import.meta.dirname, 'order-directory.ts');
  const faults = execFileSync(process.execPath, ['--input-type=module', '-e', FILL_TWICE, path]);
  const pages = (ORDERS * SLOT_BYTES) / PAGE_BYTES;
  expect(Number(faults)).toBeLessThan(pages / 4);
});
