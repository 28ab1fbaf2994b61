import { expect, it } from 'vitest';
import { Audience, type Member } from './audience.ts';
import { type ConflationClass, NOT_ANNOUNCED } from './conflation-class.ts';

function member(version: number, takes = true): Member & { frames: Uint8Array[] } {
  const frames: Uint8Array[] = [];
  return {
    version,
    frames,
    offer(offered) {
      if (takes) frames.push(...offered);
      return takes;
    },
    dismiss() {},
  };
}

const DIFF = Uint8Array.of(1);

it('sends a diff only to those whom it leads on from where they stand', () => {
  const audience = new Audience();
  const [current, behind, ahead, held] = [member(4), member(3), member(5), member(4, false)];
  for (const one of [current, behind, ahead, held]) audience.members.add(one);
  audience.broadcast([DIFF], 4, 5);
  expect([current, behind, ahead, held].map(({ version }) => version)).toEqual([5, 3, 5, 4]);
  expect([current, behind, ahead].map(({ frames }) => frames.length)).toEqual([1, 0, 0]);
  audience.remind(DIFF, 5);
  expect([current, behind, ahead].map(({ frames }) => frames.length)).toEqual([2, 0, 1]);
});

it('starts everybody anew, and remembers of whom that was not told', () => {
  const audience = new Audience();
  const [first, held] = [member(4), member(4, false)];
  for (const one of [first, held]) audience.members.add(one);
  const logic = { version: 9, catchUp: () => [DIFF, DIFF] } as unknown as ConflationClass;
  audience.restart(logic, { nowMs: 0, nowUs: 0 });
  expect([first.version, first.frames.length, held.version]).toEqual([9, 2, NOT_ANNOUNCED]);
});
