/** What the processes of the throughput benchmark tell each other. */

export interface RunPlan {
  /** `feed`: the product's publisher and subscriber. `plain`: the same bytes, only counted. */
  readonly kind: 'feed' | 'plain';
  readonly endpoint: string;
  readonly deltasPerPacket: number;
  readonly perTransaction: number;
  readonly instruments: number;
  /** Deltas of the flow, which is published `rounds` times over. */
  readonly deltas: number;
  readonly rounds: number;
}

export type Message =
  | { readonly type: 'bound'; readonly endpoint: string }
  | { readonly type: 'joined' }
  | { readonly type: 'go' }
  /** Packets taken so far: the publisher keeps a bounded number on their way. */
  | { readonly type: 'taken'; readonly packets: number }
  | { readonly type: 'published'; readonly packets: number; readonly processorNs: number }
  | ({ readonly type: 'done' } & Outcome);

/** Of the subscriber, from its first packet with deltas to its last. */
export interface Outcome {
  readonly seconds: number;
  /** Processor time of the thread that applies, and of the whole process, in seconds. */
  readonly threadSeconds: number;
  readonly processSeconds: number;
  readonly gaps: number;
  /** Lanes A and B per instrument, by id; none when nothing was applied. */
  readonly hashes: readonly (readonly [number, number])[];
}

export function tell(message: Message): void {
  process.send?.(message);
}

export function onMessage(listener: (message: Message) => void): void {
  process.on('message', listener);
}
