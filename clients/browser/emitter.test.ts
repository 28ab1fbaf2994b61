import { expect, it } from 'vitest';
import { Emitter } from './emitter.ts';

it('calls every listener until it is taken off, and one that throws disturbs no other', () => {
  const errors: unknown[] = [];
  const emitter = new Emitter<{ change: [number] }>((error) => errors.push(error));
  const heard: string[] = [];
  const off = emitter.on('change', (value) => heard.push(`first ${value}`));
  emitter.on('change', () => {
    throw new Error('mine');
  });
  emitter.on('change', (value) => heard.push(`last ${value}`));
  emitter.emit('change', 1);
  off();
  emitter.emit('change', 2);
  expect(heard).toEqual(['first 1', 'last 1', 'last 2']);
  expect(errors.map(String)).toEqual(['Error: mine', 'Error: mine']);
});

it('takes one listener off once, where it was added twice', () => {
  const emitter = new Emitter<{ change: [] }>();
  let calls = 0;
  const listener = () => {
    calls += 1;
  };
  const off = emitter.on('change', listener);
  emitter.on('change', listener);
  off();
  off();
  emitter.emit('change');
  expect(calls).toBe(1);
});
