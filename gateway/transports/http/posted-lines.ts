/** Reads the lines of a posted body, within a bound. */

const LINE_END = 0x0a;

/** The lines without their ends, empty ones left out; `undefined` when there are more bytes than allowed. */
export async function readLines(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array[] | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    // What is too much is still read to its end, so that the answer can be heard.
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  return bytes > maxBytes ? undefined : splitLines(Buffer.concat(chunks));
}

function splitLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(LINE_END, start);
    const end = found === -1 ? bytes.length : found;
    if (end > start) lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}
