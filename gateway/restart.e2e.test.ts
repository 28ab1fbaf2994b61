import { expect, it } from 'vitest';
import { connect, FeedState } from '../clients/browser/index.ts';
import { startStack } from '../clients/cli/index.ts';

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 3000; i += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited in vain until ${what}`);
}

it('tells those who come back to a gateway that has just started what they missed, and not all again', async () => {
  // Calm: within seconds a busy market changes every level, and then a snapshot is the smaller answer.
  const stack = await startStack({ source: 'sim:7', sourceOptions: ['--rate', '20'] });
  const client = connect(`${stack.endpoints.gateway.replace('http', 'ws')}feed`);
  try {
    await until('the instruments are listed', () => client.instruments.length > 0);
    const books = client.instruments.map(({ symbol }) => client.book(symbol, { depth: 100 }));
    const areLive = () => books.every(({ state }) => state === FeedState.Live);
    await until('the books are live', areLive);
    const before = books.map(({ sequence }) => sequence);
    await stack.gateway.kill('SIGKILL');
    await until('the client says so', () => !areLive());
    await stack.gateway.restart();
    await until('the books are live again', areLive);
    // Something has happened meanwhile, which the new gateway has not seen.
    expect(books.some(({ sequence }, i) => sequence > (before[i] ?? 0))).toBe(true);
    const metrics = await (await fetch(`${stack.endpoints.gateway}metrics`)).text();
    const resumes = [...metrics.matchAll(/^touchline_gateway_resumes_total\{result="(\w+)"\}/gm)];
    const results = new Set(resumes.map(([, result]) => result));
    expect(results.has('diff')).toBe(true);
    expect([...results].filter((result) => result === 'snapshot')).toEqual([]);
  } finally {
    client.close();
    await stack.stop();
  }
});
