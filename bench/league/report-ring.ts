/** Where a run's reports go: a ring of rows, handed on whenever it is full. */

export const ReportKind = {
  OrderAck: 0,
  Trade: 1,
  CancelAck: 2,
  ModifyAck: 3,
  CancelReject: 4,
  ModifyReject: 5,
} as const;
export type ReportKind = (typeof ReportKind)[keyof typeof ReportKind];

/**
 * A row, 64 bytes like the league's own transport record; the kind says how many fields count.
 *
 *   | kind | sequence | four fields, in the order of the report line | unused | unused |
 */
export const ROW_DOUBLES = 8;
const SHIFT = 3;
const ROWS = 1024;

export type TakeRows = (rows: Float64Array, rowCount: number) => void;

export class ReportRing {
  /** Rows written since the start. */
  total = 0;
  private readonly rows = new Float64Array(ROWS << SHIFT);
  private next = 0;
  private readonly take: TakeRows;

  constructor(take: TakeRows) {
    this.take = take;
  }

  write(kind: ReportKind, sequence: number, a: number, b: number, c: number, d: number): void {
    const rows = this.rows;
    const at = this.next << SHIFT;
    rows[at] = kind;
    rows[at + 1] = sequence;
    rows[at + 2] = a;
    rows[at + 3] = b;
    rows[at + 4] = c;
    rows[at + 5] = d;
    this.next += 1;
    if (this.next === ROWS) this.flush();
  }

  /** Hands on what is there; the rows are reused afterwards. */
  flush(): void {
    this.total += this.next;
    this.take(this.rows, this.next);
    this.next = 0;
  }
}
