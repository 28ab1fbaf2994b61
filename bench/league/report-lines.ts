/** The league's canonical text of a run: a line per report, sorted by (sequence, kind), hashed. */

import { createHash } from 'node:crypto';
import { ROW_DOUBLES, type TakeRows } from './report-ring.ts';

/** Fields of a line after kind and sequence, by kind. */
const FIELDS = [4, 4, 3, 4, 1, 1] as const;

const KIND_BITS = 3;

/**
 * Collects the lines of a run. Rows come in order of sequence, so only those of one message have
 * to be sorted, and stably: a trade goes before the acknowledgement of the modify that caused it.
 */
export class ReportLines {
  private lines: string[] = [];
  private kinds: number[] = [];
  private sequence = -1;
  private readonly emit: (line: string) => void;

  constructor(emit: (line: string) => void) {
    this.emit = emit;
  }

  readonly take: TakeRows = (rows, rowCount) => {
    for (let row = 0; row < rowCount; row += 1) this.add(rows, row * ROW_DOUBLES);
  };

  /** The last message is complete. */
  end(): void {
    for (let kind = 0; kind < 1 << KIND_BITS; kind += 1) {
      for (const [i, line] of this.lines.entries()) if (this.kinds[i] === kind) this.emit(line);
    }
    this.lines = [];
    this.kinds = [];
  }

  private add(rows: Float64Array, at: number): void {
    const kind = rows[at]!;
    const sequence = rows[at + 1]!;
    if (sequence !== this.sequence) this.end();
    this.sequence = sequence;
    let line = `${kind},${sequence}`;
    for (let field = 0; field < FIELDS[kind]!; field += 1) line += `,${rows[at + 2 + field]}`;
    this.lines.push(line);
    this.kinds.push(kind);
  }
}

/** SHA-256 over lines joined by newlines. */
export class LineHash {
  private readonly hash = createHash('sha256');
  private pending = '';
  private isFirst = true;

  add(line: string): void {
    this.pending += this.isFirst ? line : `\n${line}`;
    this.isFirst = false;
    if (this.pending.length > 65_536) {
      this.hash.update(this.pending);
      this.pending = '';
    }
  }

  digest(): string {
    return this.hash.update(this.pending).digest('hex');
  }
}
