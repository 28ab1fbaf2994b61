import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { Child, ChildFailed } from './child.ts';

const PATH = fileURLToPath(new URL('./child.fixture.ts', import.meta.url));
const LIMIT_MS = 30_000;
const started: Child[] = [];

function start(behaviour: string, path = PATH): Child {
  const child = new Child({ name: 'fixture', path, arguments: [behaviour] });
  started.push(child);
  return child;
}

afterEach(async () => {
  for (const child of started.splice(0)) {
    child.kill('SIGKILL');
    await child.exited;
  }
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('tells its endpoints, speaks, and ends in order', async () => {
  const child = start('');
  expect(await child.ready(LIMIT_MS)).toEqual({ serve: 'tcp://127.0.0.1:1' });
  const heard = new Promise((resolve) => child.onMessage(resolve));
  child.send({ a: 1 });
  expect(await heard).toEqual({ type: 'echo', message: { a: 1 } });
  expect(await child.stop(LIMIT_MS)).toBe(true);
  expect(child.exit).toMatchObject({ code: 0, signal: null });
  expect(isThere(child.pid)).toBe(false);
});

test('one that ends before it is ready rejects with its last words', async () => {
  const error = await start('user-error')
    .ready(LIMIT_MS)
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ChildFailed);
  expect(error).toMatchObject({
    exit: { code: 2, signal: null, lastError: 'BAD_THING: The thing is wrong.' },
  });
});

test('finds the error among the lines when the process did not tell it', async () => {
  const exit = await start('no-kit').exited;
  expect(exit).toEqual({ code: 3, signal: null, lastError: 'Error: something else broke' });
});

test('a program that is not there is an error, not a wait', async () => {
  const error = await start('', '/nowhere/main.ts')
    .ready(LIMIT_MS)
    .catch((reason: unknown) => String(reason));
  expect(error).toContain('/nowhere/main.ts');
});

test('one that does not become ready is given up with what it said', async () => {
  await expect(start('never-ready').ready(300)).rejects.toThrow('not ready after 300 ms');
});

test('one that does not end is killed, and stop says so', async () => {
  const child = start('deaf');
  await child.ready(LIMIT_MS);
  expect(await child.stop(300)).toBe(false);
  expect(child.exit?.signal).toBe('SIGKILL');
  expect(isThere(child.pid)).toBe(false);
});

test('one that is stopped by SIGSTOP still ends in order', async () => {
  const child = start('');
  await child.ready(LIMIT_MS);
  child.kill('SIGSTOP');
  expect(await child.stop(LIMIT_MS)).toBe(true);
});
