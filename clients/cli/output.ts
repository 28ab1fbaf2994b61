/** Standard output whose reader may leave: `touchline tail | head` is no error. */

import type { ProcessContext } from '../../feed/process/index.ts';

/** Ends the process in order when nobody reads its output any more. */
export function endWithReader(context: ProcessContext): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') context.shutdown('nobody reads the output');
    else context.fail(error);
  });
}
