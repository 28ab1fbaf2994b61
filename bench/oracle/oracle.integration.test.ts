/** The long run as it is started: it plays what it was asked for, and says which rules acted. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const MAIN = new URL('./main.ts', import.meta.url).pathname;

function oracle(...options: string[]): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, [MAIN, ...options]);
}

it('plays streams, reloads markets, and ends with a table of the rules that acted', async () => {
  const { stdout } = await oracle('--seeds', '2', '--commands', '300', '--reload', '10');
  expect(stdout).toContain('600 commands of 2 streams: no difference.');
  expect(stdout).toMatch(/^ +\d+ {2}a hidden order trades$/m);
});

it('refuses a taste that there is not, and names those that there are', async () => {
  await expect(oracle('--taste', 'sweet')).rejects.toMatchObject({
    stderr: expect.stringMatching(/Allowed choices are everything, plain, book/),
  });
});
