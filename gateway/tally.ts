/** What a gateway counts while it works: plain numbers, because some are counted for every frame. */

/** How a client that came back to its book was answered. */
export type ResumeResult = 'noop' | 'diff' | 'snapshot';

export class Tally {
  framesSent = 0;
  bytesSent = 0;
  requestsReceived = 0;
  /** Messages encoded: frames sent divided by this is how many clients share an encode. */
  encodes = 0;
  held = 0;
  released = 0;
  slowClosed = 0;
  readonly acceptedByCodec = new Map<string, number>();
  readonly rejectedByReason = new Map<string, number>();
  readonly closedByCode = new Map<string, number>();
  readonly subscribedByChannel = new Map<string, number>();
  readonly resumedByResult = new Map<string, number>();
  readonly refusedByError = new Map<string, number>();
  /** Told of each diff that a class sends: from the engine's time to the gateway's, in seconds. */
  delivered: (seconds: number) => void = () => {};
}

export function count(numbers: Map<string, number>, name: string): void {
  numbers.set(name, (numbers.get(name) ?? 0) + 1);
}
