/** The byte vectors of PROTOCOL.md, read from its text. */

import { readFileSync } from 'node:fs';
import type { GatewayEvent, Request } from '../protocol/index.ts';

export const PROTOCOL_TEXT = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');

export interface Vector {
  readonly name: string;
  /** The first line of the block: what the JSON codec sends. */
  readonly json: string;
  readonly message: Request | GatewayEvent;
  readonly bytes: Uint8Array;
}

export function protocolVectors(): Vector[] {
  return [...PROTOCOL_TEXT.matchAll(/```vector (\S+)\n(.*)\n([^`]*)```/g)].map(
    ([, name, json, hex]) => ({
      name: name as string,
      json: json as string,
      message: JSON.parse(json as string),
      bytes: Uint8Array.from(
        (hex as string)
          .split('\n')
          .flatMap((line) => (line.split(';')[0] as string).trim().split(' '))
          .filter((byte) => byte !== '')
          .map((byte) => Number.parseInt(byte, 16)),
      ),
    }),
  );
}
