import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

const FIXTURE = fileURLToPath(new URL('./lifecycle.fixture.ts', import.meta.url));
const started: Run[] = [];

class Run {
  stdout = '';
  stderr = '';
  readonly messages: unknown[] = [];
  readonly process: ChildProcess;
  readonly exit: Promise<{ code: number | null; signal: string | null }>;
  #wake: () => void = () => undefined;

  constructor(behaviour: string, ipc = false, args: string[] = [], env = {}) {
    this.process = spawn(process.execPath, [FIXTURE, behaviour, ...args], {
      stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
      env: { ...process.env, TOUCHLINE_LOG: 'info', TOUCHLINE_SUPERVISED: '', ...env },
    });
    this.process.stdout?.on('data', (chunk) => {
      this.stdout += chunk;
      this.#wake();
    });
    this.process.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
      this.#wake();
    });
    this.process.on('message', (message) => this.messages.push(message));
    // Not 'close': it never comes when this end has closed the channel.
    const { stdout, stderr } = this.process;
    const ends = [stdout, stderr].map((stream) => new Promise((end) => stream?.on('end', end)));
    this.exit = new Promise((resolve) => {
      this.process.on('exit', (code, signal) => {
        void Promise.all(ends).then(() => resolve({ code, signal }));
      });
    });
    started.push(this);
  }

  async says(text: string): Promise<void> {
    while (!this.stdout.includes(text)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

afterEach(() => {
  for (const run of started.splice(0)) run.process.kill('SIGKILL');
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} closes in reverse order and ends with 0`, async () => {
    const run = new Run('');
    await run.says('ready');
    run.process.kill(signal);
    expect(await run.exit).toEqual({ code: 0, signal: null });
    expect(run.stdout).toBe('ready\nsecond closed\nfirst closed\n');
  });
}

test('a second and a third SIGINT do not cut the closing short', async () => {
  const run = new Run('');
  await run.says('ready');
  for (let i = 0; i < 3; i++) {
    run.process.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  expect(await run.exit).toEqual({ code: 0, signal: null });
  expect(run.stdout).toContain('first closed');
});

test('ends when the parent closes the channel, and hears and speaks through it', async () => {
  const run = new Run('', true);
  await run.says('ready');
  run.process.send({ hello: 1 });
  await run.says('heard {"hello":1}');
  expect(run.messages).toEqual([{ type: 'ready', endpoints: { publish: 'tcp://127.0.0.1:1' } }]);
  run.process.disconnect();
  expect(await run.exit).toEqual({ code: 0, signal: null });
  expect(run.stdout).toContain('first closed');
});

test('a supervised process leaves Ctrl-C to its supervisor', async () => {
  const run = new Run('', true, [], { TOUCHLINE_SUPERVISED: '1' });
  await run.says('ready');
  run.process.kill('SIGINT');
  run.process.send('still there');
  await run.says('heard "still there"');
  run.process.kill('SIGTERM');
  expect(await run.exit).toEqual({ code: 0, signal: null });
});

test('an uncaught error is logged, everything is closed, and the exit code is 1', async () => {
  for (const behaviour of ['throws', 'rejects']) {
    const run = new Run(behaviour, true);
    expect(await run.exit).toEqual({ code: 1, signal: null });
    expect(run.stdout).toContain('first closed');
    expect(run.stderr).toContain('"level":60');
    expect(run.messages.at(-1)).toMatchObject({ type: 'failed', code: 'FATAL' });
  }
});

test('a mistake of the user is one line without a stack, and exit code 2', async () => {
  const run = new Run('user-error', true);
  expect(await run.exit).toEqual({ code: 2, signal: null });
  expect(run.stderr).toBe('BAD_THING: The thing is wrong.\n');
  expect(run.messages).toEqual([
    { type: 'failed', code: 'BAD_THING', message: 'The thing is wrong.' },
  ]);
});

test('what does not close in time is named, and the process ends anyway', async () => {
  const run = new Run('cannot-close');
  await run.says('ready');
  run.process.kill('SIGTERM');
  expect(await run.exit).toEqual({ code: 1, signal: null });
  expect(run.stderr).toContain('the stubborn one');
  expect(run.stderr).toContain('not closed within 2000 ms');
});

test('what fails to close does not keep the rest from closing', async () => {
  const run = new Run('fails-to-close');
  await run.says('ready');
  run.process.kill('SIGTERM');
  expect(await run.exit).toEqual({ code: 1, signal: null });
  expect(run.stdout).toContain('first closed');
  expect(run.stderr).toContain('the broken one');
});

test('work that is done ends with 0, also over a channel', async () => {
  for (const behaviour of ['done', 'shutdown']) {
    const run = new Run(behaviour, true);
    expect(await run.exit).toEqual({ code: 0, signal: null });
    expect(run.stdout).toContain('first closed');
  }
});

test('waiting for what cannot happen any more is an error, not a success', async () => {
  const run = new Run('stuck');
  expect(await run.exit).toEqual({ code: 1, signal: null });
});

test('an unknown log level is refused, and --log-level silences the log', async () => {
  const wrong = new Run('', false, ['--log-level', 'loud']);
  expect(await wrong.exit).toEqual({ code: 2, signal: null });
  expect(wrong.stderr).toContain('BAD_LOG_LEVEL: --log-level is "loud".');
  const silent = new Run('done', false, ['--log-level=silent']);
  expect(await silent.exit).toEqual({ code: 0, signal: null });
  expect(silent.stderr).toBe('');
});

test('ends with its parent when asked to, though there is no channel', async () => {
  // A shell in between is the parent; it says who its child is, and is killed.
  const shell = spawn(
    '/bin/sh',
    ['-c', `"${process.execPath}" "${FIXTURE}" ends-with-parent & echo pid $!; wait`],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TOUCHLINE_LOG: 'silent' } },
  );
  let output = '';
  // The pipe ends when its last holder has: the fixture.
  const ended = new Promise((resolve) => shell.stdout.on('end', resolve));
  const ready = new Promise<void>((resolve) => {
    shell.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.includes('ready')) resolve();
    });
  });
  await ready;
  shell.kill('SIGKILL');
  await ended;
  expect(output).toContain('first closed');
});
