/** Nine mistakes that a feed can be built with, planted from outside: each must be caught. */

import { CommandType } from '../../engine/protocol/index.ts';
import { BookHash, RepairOffset, RepairType } from '../../feed/index.ts';
import type { FeedPlatform } from '../../feed/node.ts';
import {
  ConsumerPhase,
  GapDetector,
  LineArbiter,
  LineVerdict,
  RepairRequester,
  StreamFollower,
} from '../../feed/sync/index.ts';
import type { SimulationOptions } from './simulated-market.ts';
import { SimulatedProcess } from './simulated-process.ts';

export interface PlantedFault {
  readonly name: string;
  readonly what: string;
  /** Plants it in production's code; the answer takes it out again. */
  readonly plant: () => () => void;
  readonly options?: SimulationOptions;
}

type Method<T, K extends keyof T> = T[K] extends (...values: infer V) => infer R
  ? (this: T, original: (...values: V) => R, ...values: V) => R
  : never;

/** Puts another method in place of one of a class; the answer puts it back. */
function replace<T extends object, K extends keyof T & string>(
  prototype: T,
  name: K,
  method: Method<T, K>,
): () => void {
  const original = prototype[name] as (...values: unknown[]) => unknown;
  const planted = function (this: T, ...values: unknown[]): unknown {
    const call = method as (this: T, ...all: unknown[]) => unknown;
    return call.call(this, original.bind(this), ...values);
  };
  Object.assign(prototype, { [name]: planted });
  return () => void Object.assign(prototype, { [name]: original });
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function all(...undo: readonly (() => void)[]): () => void {
  return () => {
    for (const one of undo) one();
  };
}

type Serve = FeedPlatform['serve'];

/** A server that keeps its answers, and gives them again to the same question. */
function remembering(original: Serve, options: Parameters<Serve>[0]): ReturnType<Serve> {
  /** By peer and question; and the question by peer and number. */
  const answers = new Map<string, Uint8Array[]>();
  const questions = new Map<string, string>();
  const port = original({
    ...options,
    received: (peer, message) => {
      const type = message[RepairOffset.Type];
      if (type !== RepairType.Replay && type !== RepairType.Snapshot) {
        options.received(peer, message);
        return;
      }
      const question = `${peer} ${Buffer.from(numbered(message, 0)).toString('latin1')}`;
      const known = answers.get(question);
      if (known === undefined) {
        answers.set(question, []);
        questions.set(`${peer} ${numberOf(message)}`, question);
        options.received(peer, message);
      } else {
        for (const answer of known) port.send(peer, numbered(answer, numberOf(message)));
      }
    },
  });
  return {
    ...port,
    send: (peer, message) => {
      const question = questions.get(`${peer} ${numberOf(message)}`);
      if (question !== undefined) answers.get(question)?.push(message.slice());
      return port.send(peer, message);
    },
  };
}

function numberOf(message: Uint8Array): number {
  return viewOf(message).getUint32(RepairOffset.Request, true);
}

/** A copy with another number. */
function numbered(message: Uint8Array, request: number): Uint8Array {
  const copy = message.slice();
  viewOf(copy).setUint32(RepairOffset.Request, request, true);
  return copy;
}

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    name: 'hash-skipped',
    what: 'no hash is compared, so that what was forged is believed',
    plant: () => replace(BookHash.prototype, 'equals', () => true),
  },
  {
    name: 'epoch-ignored',
    what: 'packets of other histories count as if they were of this one',
    plant: () =>
      replace(GapDetector.prototype, 'classify', function (original, s, r, first, count) {
        const { seconds, random } = this.epoch;
        return seconds === 0
          ? original(s, r, first, count)
          : original(seconds, random, first, count);
      }),
  },
  {
    name: 'join-buffer-lost',
    what: 'what waited for the books is thrown away, and the stream goes on behind it',
    plant: () =>
      replace(StreamFollower.prototype, 'drain', function (original, nowMs) {
        if (this.phase === ConsumerPhase.Following && !this.buffer.isEmpty) {
          this.buffer.clear();
          this.detector.next = Math.max(this.detector.next, this.announced);
        }
        original(nowMs);
      }),
  },
  {
    name: 'live-before-repair',
    what: 'a gap is asked for, and called LIVE before it is filled',
    plant: () =>
      replace(StreamFollower.prototype, 'openHole', function (original, isGap, to, nowMs) {
        original(isGap, to, nowMs);
        if (isGap) this.phase = ConsumerPhase.Following;
      }),
  },
  {
    name: 'range-off-by-one',
    what: 'the first record of a gap is not asked for',
    plant: () =>
      replace(RepairRequester.prototype, 'ask', (original, want, epoch, nowMs) => {
        const from = want.kind === 'replay' ? { ...want, from: want.from + 1 } : want;
        original(from, epoch, nowMs);
      }),
  },
  {
    name: 'stale-retry',
    what: 'whoever asks again is answered as the first time, whatever has come since',
    plant: () => replace(SimulatedProcess.prototype, 'serve', remembering),
  },
  {
    name: 'lines-crossed',
    what: 'whichever line spoke last says where the stream is',
    plant: () =>
      all(
        replace(LineArbiter.prototype, 'offer', (original, ...values) => {
          const verdict = original(...values);
          return verdict === LineVerdict.Late ? LineVerdict.Take : verdict;
        }),
        replace(StreamFollower.prototype, 'data', function (original, packet, header, nowMs) {
          const { firstSequence: first } = header;
          const isFollowing = this.phase === ConsumerPhase.Following;
          if (isFollowing && first < this.detector.next) this.detector.next = first;
          original(packet, header, nowMs);
        }),
      ),
  },
  {
    name: 'heartbeat-forgotten',
    what: 'a heartbeat is a sign of life and nothing else',
    plant: () => replace(StreamFollower.prototype, 'heartbeat', () => {}),
  },
  {
    name: 'truncation-wrong',
    what: 'a venue’s book is not cut to its depth',
    plant: () => () => {},
    options: {
      mistake: (command) =>
        command.type === CommandType.BookUpdate ? { ...command, depth: 0 } : command,
    },
  },
];
