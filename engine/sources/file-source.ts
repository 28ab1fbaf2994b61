/** A source that is a file of lines and a parser that understands them. */

import type { Report } from '../protocol/index.ts';
import { LineReader } from './line-reader.ts';
import type { LineParser, Source, SourceInstrument, SourceItem } from './source.ts';

export class FileSource implements Source {
  readonly name: string;
  readonly #reader: LineReader;
  readonly #parser: LineParser;

  /** Throws `UserError` for a file that cannot be read. */
  constructor(name: string, path: string, parser: LineParser) {
    this.name = name;
    this.#reader = new LineReader(path);
    this.#parser = parser;
  }

  get instruments(): readonly SourceInstrument[] {
    return this.#parser.instruments;
  }

  get totalBytes(): number {
    return this.#reader.totalBytes;
  }

  get bytesRead(): number {
    return this.#reader.bytesRead;
  }

  async *items(): AsyncGenerator<SourceItem> {
    for await (const batch of this.#reader.batches()) {
      for (const line of batch) {
        if ('text' in line) yield* this.#parser.line(line.text, line.number);
        else yield line;
      }
    }
    yield* this.#parser.end();
  }

  onReport(report: Report): void {
    this.#parser.onReport?.(report);
  }

  summary(): Readonly<Record<string, number>> {
    return this.#parser.summary();
  }
}
