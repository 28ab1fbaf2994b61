/** Captures as `touchline verify` reads them: readers of its own, so that it checks what others made of a file. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCapture } from '../../../clients/cli/index.ts';
import { UserError } from '../../../feed/process/index.ts';
import { type FuzzTarget, must } from '../fuzz-target.ts';

const MIB = 2 ** 20;
const utf8 = new TextEncoder();

const LINES = {
  kraken: [
    '1618678133.626511: [1,{"as":[["5.10","2.000","1.1"]],"bs":[["5.00","3.000","1.1"]]},"book-10","A/B"]',
    '1618678134.1: [1,{"a":[["5.10","0.000","1.2"]]},{"b":[["5.00","1.000","1.2","r"]],"c":"974942666"},"book-10","A/B"]',
    '1618678135.2: [2,[["5.05","1.000","1.3","b","l",""]],"trade","A/B"]',
  ],
  binance: [
    '{"type":"snapshot","symbol":"AB","timeNs":"1","data":{"lastUpdateId":5,"bids":[["5.00","3.0"]],"asks":[["5.10","2.0"]]}}',
    '{"stream":"ab@depth","data":{"e":"depthUpdate","E":1,"s":"AB","U":6,"u":7,"b":[["5.00","0.0"]],"a":[]}}',
    '{"stream":"ab@trade","data":{"e":"trade","E":1,"T":1,"s":"AB","t":1,"p":"5.05","q":"1.0","m":true}}',
  ],
  capture: [
    '{"type":"instrument","symbol":"ONE","tickSize":"0.01","lotSize":"1","depth":10}',
    '{"type":"snapshot","symbol":"ONE","timeNs":"1700000000000000000","bids":[["5.00","3"]],"asks":[]}',
    '{"type":"trade","symbol":"ONE","timeNs":"1700000000000000002","price":"5.05","quantity":"1","aggressor":"buy"}',
  ],
  lobster: ['34200.017459617,1,0,1,2238200,-1', '2239500,100,2231800,100,2239900,100,2230700,200'],
} as const;

let folder: string | undefined;

export const checkedCaptureTargets: readonly FuzzTarget[] = [
  {
    name: 'checked-capture',
    isText: true,
    isSlow: true,
    covers: ['clients/cli/verify/'],
    maxBytes: 4096,
    // Streams of the file, one for each reader.
    maxBufferBytes: 8 * MIB,
    seeds: () => Object.values(LINES).map((lines) => utf8.encode(lines.join('\n'))),
    run: async (input) => {
      folder ??= mkdtempSync(join(tmpdir(), 'touchline-fuzz-'));
      const path = join(folder, 'capture');
      writeFileSync(path, input);
      for (const kind of Object.keys(LINES)) await readAll(kind, path);
    },
    close: async () => {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      folder = undefined;
    },
  },
];

/** A line that is no good is counted and passed over; a file that is none is refused. */
async function readAll(kind: string, path: string): Promise<void> {
  const reader = openCapture(kind, path, path);
  try {
    let last = 0;
    for await (const { line } of reader.expectations()) {
      must(line >= last, 'expectations come in the order of their lines');
      last = line;
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}
