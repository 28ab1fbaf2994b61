/** Reads a capture, plain or gzip, line by line, with the lines counted from 1. */

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { UserError } from '../../../feed/process/index.ts';

export interface CaptureLine {
  readonly number: number;
  readonly text: string;
}

const GZIP_MAGIC = [0x1f, 0x8b] as const;
/** No line of a capture is longer; a file that is no text at all is refused here. */
const MAX_LINE_CHARACTERS = 64 * 1024 * 1024;

/** Throws `UserError` for a file that cannot be read. */
export async function* captureLines(path: string): AsyncGenerator<CaptureLine> {
  let number = 0;
  try {
    for await (const text of textLines(path)) yield { number: ++number, text };
  } catch (error) {
    if (error instanceof UserError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError('UNREADABLE_CAPTURE', `${path}, after line ${number}: ${why}`);
  }
}

async function* textLines(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of await byteStream(path)) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_CHARACTERS) throw new Error('a line is too long to be a capture’s');
    for (const line of lines) yield withoutReturn(line);
  }
  rest += decoder.decode();
  if (rest !== '') yield withoutReturn(rest);
}

async function byteStream(path: string): Promise<AsyncIterable<unknown>> {
  const file = createReadStream(path);
  if (!(await isGzip(path))) return file;
  const gunzip = createGunzip();
  file.on('error', (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}

async function isGzip(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && GZIP_MAGIC.every((byte, i) => buffer[i] === byte);
  } finally {
    await handle.close();
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

/** How many there are; 0 for a file that cannot be read. */
export async function countLines(path: string): Promise<number> {
  let count = 0;
  try {
    for await (const { number } of captureLines(path)) count = number;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return 0;
  }
  return count;
}
