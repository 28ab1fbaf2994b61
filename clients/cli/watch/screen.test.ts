import { expect, test } from 'vitest';
import { Screen } from './screen.ts';
import { TerminalEmulator } from './testing/terminal-emulator.ts';

function terminal(columns = 20, rows = 4) {
  const emulator = new TerminalEmulator(columns, rows);
  const written: string[] = [];
  const write = (text: string) => {
    written.push(text);
    emulator.write(text);
  };
  return { columns, rows, write, written, emulator };
}

test('shows the lines, and leaves the terminal as it was', () => {
  const at = terminal();
  const screen = new Screen(at);
  screen.draw(['one', 'two']);
  expect(at.emulator.lines).toEqual(['one', 'two', '', '']);
  expect([at.emulator.isAlternate, at.emulator.isCursorShown]).toEqual([true, false]);
  screen.leave();
  screen.leave();
  screen.draw(['three']);
  expect([at.emulator.isAlternate, at.emulator.isCursorShown]).toEqual([false, true]);
  expect(at.emulator.text.trim()).toBe('');
});

test('sends only the lines that changed, and nothing when none did', () => {
  const at = terminal();
  const screen = new Screen(at);
  screen.draw(['one', 'two', 'three']);
  at.written.length = 0;
  screen.draw(['one', '2', 'three']);
  expect(at.written.join('')).not.toContain('three');
  expect(at.emulator.lines).toEqual(['one', '2', 'three', '']);
  at.written.length = 0;
  screen.draw(['one', '2', 'three']);
  expect(at.written).toEqual([]);
  screen.draw(['one']);
  expect(at.emulator.lines).toEqual(['one', '', '', '']);
});

test('any pictures one after the other stand as they were drawn', () => {
  const seed = Number(process.env['TOUCHLINE_SEED'] ?? Date.now() % 1e9);
  let state = seed;
  const next = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  const at = terminal(12, 5);
  const screen = new Screen(at);
  const paints = ['', '\u001b[1m', '\u001b[38;5;75m'];
  for (let round = 0; round < 2000; round += 1) {
    const words = Array.from({ length: next(8) }, () => ['a', 'bb', '', 'ccc ▐█'][next(4)] ?? '');
    screen.draw(
      words.map((word) => {
        const paint = paints[next(3)] ?? '';
        return paint === '' || word === '' ? word : `${paint}${word}\u001b[0m`;
      }),
    );
    if (next(50) === 0) screen.forget();
    const shown = [...words, '', '', '', '', ''].slice(0, 5);
    expect(at.emulator.lines, `seed ${seed}`).toEqual(shown.map((word) => word.trimEnd()));
  }
});

test('a terminal of another size is drawn as a whole', () => {
  const at = terminal();
  const screen = new Screen(at);
  screen.draw(['one', 'two']);
  at.written.length = 0;
  at.columns = 30;
  screen.draw(['one', 'two']);
  expect(at.written.join('')).toContain('one');
});
