/** What a gateway counts while it works: plain numbers, because some are counted for every frame. */

/** How a client that came back to its book was answered. */
export type ResumeResult = 'noop' | 'diff' | 'snapshot';

export class Tally {
  framesSent = 0;
  bytesSent = 0;
  requestsReceived = 0;
  /** Requests that waited for their turn, because others had used up the time for requests. */
  requestsPutOff = 0;
  /** Messages encoded, by type: frames sent divided by these is how many clients share an encode. */
  readonly encodesByType = new Map<string, number>();
  /** Transactions that were told as a part of another one's diff. */
  merged = 0;
  /** Writes to sockets: frames sent divided by this is how many leave at once. */
  socketWrites = 0;
  held = 0;
  released = 0;
  slowClosed = 0;
  readonly acceptedByCodec = new Map<string, number>();
  readonly rejectedByReason = new Map<string, number>();
  readonly closedByCode = new Map<string, number>();
  readonly subscribedByChannel = new Map<string, number>();
  readonly resumedByResult = new Map<string, number>();
  readonly refusedByError = new Map<string, number>();
  /** Questions about the past, by how they were answered. */
  readonly pastByResult = new Map<string, number>();
  /** Told of each diff that a class sends: from the engine's time to the gateway's, in seconds. */
  delivered: (seconds: number) => void = () => {};
  /** Told of each acknowledgement: how long the oldest frame had waited for it. */
  acknowledged: (seconds: number) => void = () => {};
  /** Told of each probe of a transport that came back. */
  probed: (seconds: number) => void = () => {};
  /** Told of each beat: how long it took to make and write its frames. */
  broadcast: (seconds: number) => void = () => {};
}

export function count(numbers: Map<string, number>, name: string): void {
  numbers.set(name, (numbers.get(name) ?? 0) + 1);
}
