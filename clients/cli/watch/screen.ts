/** Redraws lines in place on a terminal, sending only what has changed, and leaves it as it was found. */

const ESC = '\u001b[';
// The other screen, no cursor, and no wrapping: a line too long is cut, it does not push the rest.
const ENTER = `${ESC}?1049h${ESC}?25l${ESC}?7l`;
const LEAVE = `${ESC}?7h${ESC}?25h${ESC}?1049l`;
const CLEAR = `${ESC}2J`;
const CLEAR_TO_END_OF_LINE = `${ESC}K`;
// Terminals that know it show the whole picture at once; the others ignore it.
const BEGIN = `${ESC}?2026h`;
const END = `${ESC}?2026l`;

export interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export class Screen {
  readonly #terminal: Terminal;
  #shown: readonly string[] = [];
  #size = '';
  #isEntered = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.enter();
  }

  enter(): void {
    if (this.#isEntered) return;
    this.#isEntered = true;
    this.#terminal.write(ENTER);
    this.forget();
  }

  /** The next picture is sent as a whole: what stands on the terminal may be anything. */
  forget(): void {
    this.#size = '';
  }

  /** Lines that stand there already are not sent again: a slow connection is spared. */
  draw(lines: readonly string[]): void {
    if (!this.#isEntered) return;
    const { columns, rows } = this.#terminal;
    const size = `${columns} ${rows}`;
    const isWhole = size !== this.#size;
    const shown = lines.slice(0, rows || lines.length);
    let text = isWhole ? CLEAR : '';
    const height = isWhole ? shown.length : Math.max(shown.length, this.#shown.length);
    for (let i = 0; i < height; i += 1) {
      const line = shown[i] ?? '';
      if (!isWhole && line === (this.#shown[i] ?? '')) continue;
      text += `${ESC}${i + 1};1H${line}${CLEAR_TO_END_OF_LINE}`;
    }
    this.#size = size;
    this.#shown = shown;
    if (text !== '') this.#terminal.write(BEGIN + text + END);
  }

  leave(): void {
    if (!this.#isEntered) return;
    this.#isEntered = false;
    this.#terminal.write(LEAVE);
  }
}
