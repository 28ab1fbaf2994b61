/** Attacks a gateway among the real processes, and says what that costs it and those who are served. */

import '../setup/compiled.ts';
import { Command, InvalidArgumentError } from 'commander';
import { startStack } from '../../clients/cli/index.ts';
import { FEED_PATH } from '../../gateway/protocol/index.ts';
import { ATTACKS, type AttackOutcome, CLASS_EXPLOSION } from '../../gateway/testing/index.ts';
import { LoadProcess, processorUs, rssMb, type Server, sleep } from './processes.ts';
import { listSymbols } from './recorded-diffs.ts';
import { DEPTH, INTERVAL_MS } from './settings.ts';

/** Connections of an attacker at once; what is asked for comes in so many turns. */
const AT_ONCE = 250;
const HEALTHY = 100;
const PATIENCE_MS = 20_000;
const MEASURE_MS = 3000;
/** Their memory is what counts: they stay as long as they may. */
const LINGER_MS = 4000;

const { handshakes, intruders } = new Command('attacks')
  .description('Attacks a gateway while 100 clients are served.')
  .option('--handshakes <n>', 'bad handshakes', wholeNumber, 100_000)
  .option('--intruders <n>', 'connections of every other attack', wholeNumber, 250)
  .addHelpText(
    'after',
    `
Of each attack: how many connections, how they ended, the processor time of the gateway per attempt,
its memory before and after, and the age of what its healthy clients read meanwhile. The attacker is
this process; the limits of addresses are off on loopback, so nothing is kept from coming.`,
  )
  .parse()
  .opts<{ handshakes: number; intruders: number }>();

const stack = await startStack({ source: 'sim:7', logLevel: 'error' });
try {
  const { hostname: host, port } = new URL(stack.endpoints.gateway);
  const gateway: Server = { host, port: Number(port), pid: stack.gateway.pid };
  const symbols = await listSymbols(`ws://${host}:${port}${FEED_PATH}`);
  const target = { host, port: Number(port), symbol: symbols[0] ?? '' };
  const load = new LoadProcess({
    ...{ kind: 'gateway', host, port: Number(port), symbols, books: 1 },
    ...{ connections: HEALTHY, depth: DEPTH, interval: INTERVAL_MS },
  });
  await load.connected();
  const calm = await load.measure(gateway, MEASURE_MS);
  say(`healthy clients alone: age p99 ${calm.ageMsP99.toFixed(1)} ms, ${calm.rssMb.toFixed(0)} MB`);
  for (const attack of [...ATTACKS, CLASS_EXPLOSION]) {
    const before = { us: processorUs(gateway.pid), mb: rssMb(gateway.pid) };
    const count = attack.name === 'bad handshakes' ? handshakes : intruders;
    const measuring = load.measure(gateway, MEASURE_MS);
    const patienceMs = attack === CLASS_EXPLOSION ? LINGER_MS : PATIENCE_MS;
    const outcomes: AttackOutcome[] = [];
    for (let done = 0; done < count; done += AT_ONCE) {
      outcomes.push(await attack.run(target, Math.min(AT_ONCE, count - done), patienceMs));
    }
    const healthy = await measuring;
    await sleep(500);
    const us = (processorUs(gateway.pid) - before.us) / count;
    const answers = new Map<string, number>();
    for (const outcome of outcomes) {
      for (const [answer, times] of outcome.answers) {
        answers.set(answer, (answers.get(answer) ?? 0) + times);
      }
    }
    const told = [...answers].map(([answer, times]) => `${times} x ${answer}`).join(', ');
    say(
      `${attack.name}: ${count} tried, ${told || 'none ended'}; ${us.toFixed(0)} us each, ` +
        `${before.mb.toFixed(0)} -> ${rssMb(gateway.pid).toFixed(0)} MB; healthy p99 ` +
        `${healthy.ageMsP99.toFixed(1)} ms, ${healthy.torn} torn, ${healthy.connections} there`,
    );
  }
  await load.end();
} finally {
  await stack.stop();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Not a whole number.');
  return value;
}
