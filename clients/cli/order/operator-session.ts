/** One command of an operator: logs on, does it, prints what it says, logs off. */

import { runProcess } from '../../../feed/process/index.ts';
import { connectOperator, type MarketOperator } from '../../orders/index.ts';
import { endWithReader } from '../output.ts';
import {
  asUserError,
  connectOptions,
  limitTo,
  type Said,
  type SessionOptions,
} from './order-session.ts';

export function runOperatorCommand(
  options: SessionOptions,
  work: (operator: MarketOperator, say: (said: Said) => void) => Promise<void>,
): void {
  runProcess('admin', async (context) => {
    endWithReader(context);
    const say = (said: Said): void => {
      const text = options.json === true ? JSON.stringify(said.json) : said.text;
      process.stdout.write(`${text}\n`);
    };
    try {
      const operator = await connectOperator(connectOptions(options));
      context.onShutdown(() => operator.close(), 'the session');
      limitTo(context, options);
      await work(operator, say);
    } catch (error) {
      throw asUserError(error);
    }
    context.shutdown('done');
  });
}
