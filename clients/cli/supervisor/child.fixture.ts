/** A process for the tests of the spawner; the first argument says how it behaves. */

import { runProcess, UserError } from '../../../feed/process/index.ts';

const [, , behaviour = ''] = process.argv;

runProcess('fixture', async (context) => {
  if (behaviour === 'user-error') throw new UserError('BAD_THING', 'The thing is wrong.');
  if (behaviour === 'no-kit') {
    process.stderr.write('Error: something else broke\n');
    process.exit(3);
  }
  if (behaviour === 'deaf') process.on('SIGTERM', () => undefined);
  if (behaviour === 'deaf') context.onShutdown(() => new Promise(() => undefined));
  setInterval(() => undefined, 1000);
  context.parent?.onMessage((message) => context.parent?.send({ type: 'echo', message }));
  if (behaviour !== 'never-ready') context.ready({ serve: 'tcp://127.0.0.1:1' });
});
