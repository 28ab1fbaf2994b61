/** Reads a text file, plain or gzip, line by line in bounded memory. */

import { createReadStream, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { MIB } from '../../feed/index.ts';
import { UserError } from '../../feed/process/index.ts';
import { problem } from './line-problem.ts';
import type { SourceProblem } from './source.ts';

/** The deepest venue snapshot seen has 10,000 levels in about 300 KB. */
export const MAX_LINE_BYTES = 16 * MIB;

const READ_BYTES = 256 * 1024;
const NEWLINE = 0x0a;
const GZIP_MAGIC = [0x1f, 0x8b];

export interface Line {
  readonly number: number;
  readonly text: string;
}

export class LineReader {
  readonly path: string;
  readonly totalBytes: number;
  /** Of the file as it is stored. */
  bytesRead = 0;
  #lineNumber = 0;
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  #skipping = false;

  /** Throws `UserError` for a file that is not there or is not a file. */
  constructor(path: string) {
    this.path = path;
    this.totalBytes = sizeOf(path);
  }

  /** Lines without their ends (LF or CR LF), in batches as they are read; a line too long is a problem. */
  async *batches(): AsyncGenerator<readonly (Line | SourceProblem)[]> {
    const input = await this.#open();
    try {
      for await (const chunk of input) {
        const batch = this.#split(chunk as Buffer);
        if (batch.length > 0) yield batch;
      }
      const last = this.#finish();
      if (last !== undefined) yield [last];
    } catch (error) {
      // Lines before the damage have been handed out; what follows cannot be had.
      const why = error instanceof Error ? error.message : String(error);
      const message = `The file ends here, it cannot be read on: ${why}.`;
      yield [problem(this.#lineNumber + 1, 'FILE_DAMAGED', message)];
    } finally {
      input.destroy();
    }
  }

  async #open(): Promise<Transform> {
    const isGzip = await startsWith(this.path, GZIP_MAGIC);
    const file = createReadStream(this.path, { highWaterMark: READ_BYTES });
    const counter = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.bytesRead += chunk.length;
        done(null, chunk);
      },
    });
    // An error of any part destroys the last one with it, where the iteration meets it.
    if (!isGzip) return pipeline(file, counter, ignore);
    return pipeline(file, counter, createGunzip({ chunkSize: READ_BYTES }), ignore);
  }

  #split(chunk: Buffer): (Line | SourceProblem)[] {
    const lines: (Line | SourceProblem)[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end < 0) break;
      this.#keep(chunk.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0 || this.#skipping) return;
    this.#pieceBytes += piece.length;
    this.#pieces.push(piece);
    if (this.#pieceBytes <= MAX_LINE_BYTES) return;
    this.#skipping = true;
    this.#pieces = [];
  }

  #take(): Line | SourceProblem {
    this.#lineNumber++;
    const isTooLong = this.#skipping;
    const [first] = this.#pieces;
    const bytes = this.#pieces.length === 1 ? first : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#pieceBytes = 0;
    this.#skipping = false;
    if (isTooLong) {
      const most = MAX_LINE_BYTES.toLocaleString('en');
      return problem(this.#lineNumber, 'LINE_TOO_LONG', `A line has more than ${most} bytes.`);
    }
    const text = (bytes ?? Buffer.alloc(0)).toString('utf8');
    return { number: this.#lineNumber, text: text.endsWith('\r') ? text.slice(0, -1) : text };
  }

  /** The last line may lack its end. */
  #finish(): Line | SourceProblem | undefined {
    return this.#pieceBytes > 0 ? this.#take() : undefined;
  }
}

function ignore(): void {}

function sizeOf(path: string): number {
  try {
    const stats = statSync(path);
    if (stats.isFile()) return stats.size;
  } catch (error) {
    throw unreadable(path, error);
  }
  throw new UserError('NOT_A_FILE', `${path} is not a file. Name the recording itself.`);
}

async function startsWith(path: string, magic: readonly number[]): Promise<boolean> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(magic.length), 0, magic.length, 0);
      return bytesRead === magic.length && magic.every((byte, index) => buffer[index] === byte);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): UserError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') {
    return new UserError('FILE_NOT_FOUND', `There is no file ${path}. Check the path.`);
  }
  const why = error instanceof Error ? error.message : String(error);
  return new UserError('FILE_UNREADABLE', `${path} cannot be read: ${why}.`);
}
