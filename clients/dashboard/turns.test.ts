/** One of what is due in each frame, and nothing that is due is passed over. */

import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

/** Due whenever the test says so; remembers who drew when. */
function panels(names: string) {
  const due = new Set<string>();
  const drawn: string[] = [];
  const turns = new Turns(
    [...names].map((name) => (nowMs: number) => {
      if (!due.delete(name)) return false;
      drawn.push(`${name}${nowMs}`);
      return true;
    }),
  );
  return { due, drawn, turns };
}

test('of all that is due one is drawn a frame', () => {
  const { due, drawn, turns } = panels('abc');
  for (const name of 'abc') due.add(name);
  for (const nowMs of [1, 2, 3, 4]) turns.draw(nowMs);
  expect(drawn).toEqual(['a1', 'b2', 'c3']);
});

test('what is due in every frame keeps nothing else waiting', () => {
  const { due, drawn, turns } = panels('abc');
  due.add('c');
  for (const nowMs of [1, 2, 3, 4]) {
    due.add('a');
    turns.draw(nowMs);
  }
  expect(drawn).toEqual(['a1', 'c2', 'a3', 'a4']);
});

test('where nothing is due nothing is drawn', () => {
  const { drawn, turns } = panels('ab');
  turns.draw(1);
  new Turns([]).draw(1);
  expect(drawn).toEqual([]);
});
