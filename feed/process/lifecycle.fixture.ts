/** A process for the tests of the process kit; the first argument says how it behaves. */

import { runProcess, UserError } from './index.ts';

const [, , behaviour = ''] = process.argv;

runProcess(
  'fixture',
  async (context) => {
    if (behaviour === 'user-error') throw new UserError('BAD_THING', 'The thing is wrong.');
    if (behaviour === 'stuck') await new Promise(() => undefined);
    context.onShutdown(() => say('first closed'));
    context.onShutdown(async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      say('second closed');
    });
    if (behaviour === 'cannot-close') {
      context.onShutdown(() => new Promise(() => undefined), 'the stubborn one');
    }
    if (behaviour === 'fails-to-close') {
      context.onShutdown(() => {
        throw new Error('no way');
      }, 'the broken one');
    }
    context.parent?.onMessage((message) => say(`heard ${JSON.stringify(message)}`));
    if (behaviour !== 'done') setInterval(() => undefined, 1000);
    if (behaviour === 'throws') setTimeout(() => JSON.parse('{'), 20);
    if (behaviour === 'rejects') void Promise.reject(new Error('nobody waits'));
    if (behaviour === 'shutdown') setTimeout(() => context.shutdown('done'), 20);
    context.ready({ publish: 'tcp://127.0.0.1:1' });
    say('ready');
  },
  { endsWithParent: behaviour === 'ends-with-parent', shutdownLimitMs: 2000 },
);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
