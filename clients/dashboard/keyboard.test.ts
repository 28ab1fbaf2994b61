/** Every shortcut of the help sheet does something, and typing is left alone. */

import { expect, test } from 'vitest';
import { actionFor, type KeyTarget } from './keyboard.ts';
import { texts } from './texts.ts';

function press(key: string, target: KeyTarget = 'page', modifiers = {}, isPast = false) {
  const plain = { key, ctrlKey: false, metaKey: false, altKey: false };
  return actionFor({ ...plain, ...modifiers }, target, isPast);
}

const inPast = (key: string, target: KeyTarget = 'page') => press(key, target, {}, true);

test('keys lead to their actions', () => {
  expect(press('/')).toEqual({ type: 'search' });
  expect(press('ArrowDown')).toEqual({ type: 'step-instrument', by: 1 });
  expect(press('ArrowUp')).toEqual({ type: 'step-instrument', by: -1 });
  expect(press('1')).toEqual({ type: 'choose-instrument', index: 0 });
  expect(press('9')).toEqual({ type: 'choose-instrument', index: 8 });
  expect(press('[')).toEqual({ type: 'step-depth', by: -1 });
  expect(press(']')).toEqual({ type: 'step-depth', by: 1 });
  expect(press('-')).toEqual({ type: 'step-grouping', by: -1 });
  expect(press('+')).toEqual({ type: 'step-grouping', by: 1 });
  expect(press('j')).toEqual({ type: 'move-cursor', by: 1 });
  expect(press('.')).toEqual({ type: 'step' });
});

const NAMES: Readonly<Record<string, string>> = {
  '↑': 'ArrowUp',
  '↓': 'ArrowDown',
  space: ' ',
  '←': 'ArrowLeft',
  '→': 'ArrowRight',
  PgDn: 'PageDown',
  PgUp: 'PageUp',
  Esc: 'Escape',
};

test('the help sheet lists no key without an action', () => {
  const keys = texts.help.keys.flatMap(([shown]) => shown.split(' '));
  for (const key of keys.filter((one) => one !== '…')) {
    expect(inPast(NAMES[key] ?? key), key).toBeDefined();
  }
});

test('every action has a key on the help sheet', () => {
  const keys = texts.help.keys.flatMap(([shown]) => shown.split(' '));
  const listed = new Set(
    keys.flatMap((key) => [press, inPast].map((one) => one(NAMES[key] ?? key)?.type)),
  );
  for (const code of Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))) {
    for (const type of [press(code)?.type, inPast(code)?.type]) {
      if (type !== undefined) expect(listed, code).toContain(type);
    }
  }
});

test('in the past the arrows move in time, and Escape leads back', () => {
  expect(inPast('ArrowLeft')).toEqual({ type: 'travel-by', seconds: -1 });
  expect(inPast('PageUp')).toEqual({ type: 'travel-by', seconds: 60 });
  expect(inPast('Home')).toEqual({ type: 'travel-to', end: 'earliest' });
  expect(inPast('>')).toEqual({ type: 'step-speed', by: 1 });
  expect(inPast('Escape')).toEqual({ type: 'travel' });
  expect(inPast('ArrowDown')).toEqual({ type: 'step-instrument', by: 1 });
  expect(inPast('ArrowDown', 'slider')).toEqual({ type: 'travel-by', seconds: -1 });
  expect(inPast(' ', 'slider')).toEqual({ type: 'pause' });
  for (const key of ['Home', 'End', 'PageUp', '<']) expect(press(key), key).toBeUndefined();
});

test('typing keeps its keys, a choice its arrows, a button its space', () => {
  expect(press('c', 'text')).toBeUndefined();
  expect(press('ArrowDown', 'choice')).toBeUndefined();
  expect(press(' ', 'button')).toBeUndefined();
  expect(press('c', 'button')).toEqual({ type: 'centre' });
});

test('the browser’s own shortcuts stay its own', () => {
  expect(press('t', 'page', { ctrlKey: true })).toBeUndefined();
  expect(press('ArrowLeft', 'page', { altKey: true })).toBeUndefined();
  expect(press('c', 'page', { metaKey: true })).toBeUndefined();
});

test('other keys do nothing, names of object properties among them', () => {
  for (const key of ['0', 'x', 'Tab', 'Enter', 'constructor', 'toString', '__proto__']) {
    expect(press(key), key).toBeUndefined();
  }
});
