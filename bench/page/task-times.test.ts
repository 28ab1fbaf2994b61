/** Which tasks of a trace count. */

import { expect, test } from 'vitest';
import { countLong } from './task-times.ts';

const task = (tid: number, dur: number, tdur: number) => ({
  name: 'ThreadControllerImpl::RunTask',
  ph: 'X',
  pid: 1,
  tid,
  dur,
  tdur,
});
const frame = (tid: number) => ({ name: 'FireAnimationFrame', ph: 'X', pid: 1, tid });

test('long tasks of the thread that draws are counted, by the clock and by their own work', () => {
  const events = [frame(7), frame(7), frame(8), task(7, 60_000, 20_000), task(7, 80_000, 55_000)];
  const others = [task(7, 50_000, 50_000), task(8, 90_000, 90_000), task(9, 90_000, 90_000)];
  expect(countLong([...events, ...others])).toEqual({ long: 2, longOfOwnWork: 1 });
});

test('where nothing draws nothing is counted', () => {
  expect(countLong([task(7, 90_000, 90_000)])).toEqual({ long: 0, longOfOwnWork: 0 });
});
