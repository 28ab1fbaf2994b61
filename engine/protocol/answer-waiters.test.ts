/** What the client end counts, and whom it wakes. */

import { expect, it } from 'vitest';
import { AnswerWaiters } from './answer-waiters.ts';
import { COMMAND_WINDOW } from './limits.ts';

function taken(count: number): AnswerWaiters {
  const answers = new AnswerWaiters();
  for (let i = 1; i <= count; i++) expect(answers.take()).toBe(i);
  return answers;
}

/** `pending`, or how it was settled by now. */
async function outcome(promise: Promise<void>): Promise<string> {
  const settled = promise.then(
    () => 'resolved',
    (error: { code: string }) => error.code,
  );
  return Promise.race([settled, new Promise<string>((r) => setImmediate(() => r('pending')))]);
}

it('lets a sender go on while the window has room, and again when it is half empty', async () => {
  const answers = taken(COMMAND_WINDOW - 1);
  expect(await outcome(answers.whenDrained())).toBe('resolved');
  answers.take();
  const drained = answers.whenDrained();
  answers.answered(COMMAND_WINDOW / 2 - 1);
  answers.wake();
  expect(await outcome(drained)).toBe('pending');
  answers.answered(COMMAND_WINDOW / 2);
  answers.wake();
  expect(await outcome(drained)).toBe('resolved');
});

it('takes no answer for what was never sent, nor an old one again', () => {
  const answers = taken(3);
  answers.answered(4);
  expect(answers.unanswered).toBe(3);
  answers.answered(2);
  answers.answered(1);
  answers.answered(0);
  expect(answers.unanswered).toBe(1);
});

it('tells of lost answers those who wait, or else the next who asks, once', async () => {
  const answers = taken(5);
  answers.handedOver(3);
  answers.answered(1);
  const waiting = answers.whenAnswered();
  expect(answers.lose()).toBe(2);
  expect(await outcome(waiting)).toBe('CONNECTION_LOST');
  // The two that had not been handed over are still to be sent.
  expect(answers.unanswered).toBe(2);
  answers.handedOver(5);
  expect(answers.lose()).toBe(2);
  expect(await outcome(answers.whenDrained())).toBe('CONNECTION_LOST');
  expect(await outcome(answers.whenDrained())).toBe('resolved');
  expect(answers.lose()).toBe(0);
});
