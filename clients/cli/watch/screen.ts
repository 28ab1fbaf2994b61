/** Redraws lines in place on a terminal, and leaves it as it was found. */

const ESC = '\u001b[';
// The other screen, no cursor, and no wrapping: a line too long is cut, it does not push the rest.
const ENTER = `${ESC}?1049h${ESC}?25l${ESC}?7l`;
const LEAVE = `${ESC}?7h${ESC}?25h${ESC}?1049l`;
const HOME = `${ESC}H`;
const CLEAR_TO_END_OF_LINE = `${ESC}K`;
const CLEAR_BELOW = `${ESC}J`;

export interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export class Screen {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    terminal.write(ENTER);
  }

  /** Nothing is cleared that is not rewritten at once, so nothing flickers. */
  draw(lines: readonly string[]): void {
    const shown = lines.slice(0, this.#terminal.rows || lines.length);
    const body = shown.map((line) => line + CLEAR_TO_END_OF_LINE).join('\r\n');
    this.#terminal.write(HOME + body + CLEAR_BELOW);
  }

  leave(): void {
    this.#terminal.write(LEAVE);
  }
}
