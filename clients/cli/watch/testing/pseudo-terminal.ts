/** A program at a real pseudo-terminal, which has a size that changes and keys that are pressed. */

import { type ChildProcess, spawn } from 'node:child_process';
import { TerminalEmulator } from './terminal-emulator.ts';

/**
 * Python's standard library has pseudo-terminals, and Node has none: the program in one, bytes
 * passed on both ways, and a new size ("rows columns") for each line that comes over descriptor 3.
 */
const HOST = `
import fcntl, os, pty, select, signal, struct, sys, termios
def resize(rows, columns):
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
child, master = pty.fork()
if child == 0:
    select.select([], [], [], 0.05)
    os.execvp(sys.argv[3], sys.argv[3:])
resize(int(sys.argv[1]), int(sys.argv[2]))
signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
sources = [0, 3, master]
while True:
    ready, _, _ = select.select(sources, [], [])
    if master in ready:
        try: data = os.read(master, 65536)
        except OSError: data = b''
        if not data: break
        os.write(1, data)
    if 0 in ready:
        data = os.read(0, 4096)
        if data: os.write(master, data)
        else: sources.remove(0)
    if 3 in ready:
        data = os.read(3, 4096)
        if not data: sources.remove(3)
        for line in data.decode().split('\\n'):
            if line: resize(*map(int, line.split()))
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status) & 255)
`;

export class PseudoTerminal {
  /** What a person sees now; another one after a change of size. */
  screen: TerminalEmulator;
  /** All that was written, as it was. */
  output = '';
  readonly exit: Promise<number>;
  readonly #host: ChildProcess;

  constructor(
    command: readonly string[],
    { columns = 80, rows = 24 },
    env: NodeJS.ProcessEnv = process.env,
  ) {
    this.screen = new TerminalEmulator(columns, rows);
    this.#host = spawn('python3', ['-c', HOST, String(rows), String(columns), ...command], {
      stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
      env: { ...env, TERM: 'xterm-256color' },
    });
    this.exit = new Promise((resolve) => this.#host.on('close', (code) => resolve(code ?? -1)));
    this.#host.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
      this.screen.write(text);
    });
  }

  press(keys: string): void {
    this.#host.stdin?.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.screen = new TerminalEmulator(columns, rows);
    const control = this.#host.stdio[3];
    if (control !== null && control !== undefined && 'write' in control) {
      control.write(`${rows} ${columns}\n`);
    }
  }

  /** Ends the program, should it still run. */
  kill(): void {
    if (this.#host.exitCode === null) this.#host.kill();
  }
}
