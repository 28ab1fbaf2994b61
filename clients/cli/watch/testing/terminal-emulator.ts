/** A terminal in memory: reads what a program writes to one, and says what a person would see. */

/** One column: a letter and the codes that painted it. */
interface Cell {
  readonly letter: string;
  readonly codes: string;
}

const BLANK: Cell = { letter: ' ', codes: '' };
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal understands.
const SEQUENCE = /^\u001b\[([?0-9;]*)([A-Za-z])/;

export class TerminalEmulator {
  readonly columns: number;
  readonly rows: number;
  /** The other screen, which a program enters and leaves. */
  isAlternate = false;
  isCursorShown = true;
  #cells: Cell[][];
  #row = 0;
  #column = 0;
  #codes = '';
  #unread = '';

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#cells = this.#blank();
  }

  /** Lines without the white space at their ends. */
  get lines(): string[] {
    return this.#cells.map((line) =>
      line
        .map(({ letter }) => letter)
        .join('')
        .trimEnd(),
    );
  }

  get text(): string {
    return this.lines.join('\n');
  }

  /** The codes that paint a letter. */
  codesAt(row: number, column: number): string {
    return this.#cells[row]?.[column]?.codes ?? '';
  }

  /** Throws for anything that this terminal does not understand: a program must use nothing else. */
  write(text: string): void {
    let rest = this.#unread + text;
    this.#unread = '';
    while (rest !== '') {
      if (rest.startsWith('\u001b')) {
        const found = SEQUENCE.exec(rest);
        if (found === null) {
          if (rest.length > 16)
            throw new Error(`no sequence: ${JSON.stringify(rest.slice(0, 16))}`);
          this.#unread = rest;
          return;
        }
        this.#obey(found[1] ?? '', found[2] ?? '');
        rest = rest.slice(found[0].length);
        continue;
      }
      const [letter = ''] = rest;
      rest = rest.slice(letter.length);
      if (letter === '\r') this.#column = 0;
      else if (letter === '\n') this.#row = Math.min(this.rows - 1, this.#row + 1);
      else this.#put(letter);
    }
  }

  #obey(parameters: string, command: string): void {
    const [first = 1, second = 1] = parameters.split(';').map((one) => Number(one) || 1);
    switch (command) {
      case 'H':
        this.#row = first - 1;
        this.#column = second - 1;
        break;
      case 'J':
        this.#cells = this.#blank();
        break;
      case 'K':
        this.#cells[this.#row]?.fill(BLANK, this.#column);
        break;
      case 'm':
        this.#codes = parameters === '0' ? '' : `${this.#codes};${parameters}`.replace(/^;/, '');
        break;
      case 'h':
      case 'l':
        this.#mode(parameters, command === 'h');
        break;
      default:
        throw new Error(`this terminal knows no ${parameters}${command}`);
    }
  }

  #mode(mode: string, isOn: boolean): void {
    if (mode === '?1049') {
      this.isAlternate = isOn;
      this.#cells = this.#blank();
    } else if (mode === '?25') this.isCursorShown = isOn;
    else if (mode !== '?7' && mode !== '?2026') throw new Error(`no mode ${mode}`);
  }

  #put(letter: string): void {
    const line = this.#cells[this.#row];
    // Without wrapping, what is too long stays on the last column.
    const at = Math.min(this.#column, this.columns - 1);
    if (line !== undefined) line[at] = { letter, codes: this.#codes };
    this.#column += 1;
  }

  #blank(): Cell[][] {
    return Array.from({ length: this.rows }, () => Array<Cell>(this.columns).fill(BLANK));
  }

  /** As HTML, for a picture of it. */
  toHtml(): string {
    const lines = this.#cells.map((line) => line.map(cellHtml).join(''));
    const style = `font: 15px/1.25 'DejaVu Sans Mono', 'Liberation Mono', monospace`;
    const colours = 'background: #11151c; color: #d6dbe3; padding: 12px; margin: 0';
    return `<pre style="${style}; ${colours}; display: inline-block">${lines.join('\n')}</pre>`;
  }
}

function cellHtml({ letter, codes }: Cell): string {
  const text = letter.replace('&', '&amp;').replace('<', '&lt;');
  const style = styleOf(codes);
  return style === '' ? text : `<span style="${style}">${text}</span>`;
}

function styleOf(codes: string): string {
  const all = codes.split(';');
  const styles: string[] = [];
  for (let i = 0; i < all.length; i += 1) {
    const code = all[i];
    if (code === '1') styles.push('font-weight: bold');
    else if (code === '2') styles.push('opacity: 0.55');
    else if (code === '7') styles.push('background: #d6dbe3; color: #11151c');
    else if (code === '30') styles.push('color: #000');
    else if (code === '38' || code === '48') {
      const property = code === '38' ? 'color' : 'background';
      styles.push(`${property}: ${indexed(Number(all[i + 2]))}`);
      i += 2;
    }
  }
  return styles.join('; ');
}

/** A colour of the 6 x 6 x 6 cube that terminals count from 16. */
function indexed(index: number): string {
  const part = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  const parts = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(part);
  return `rgb(${parts.join(', ')})`;
}
