/** Questions and answers with relays, one at a time: credit, time-outs, the next relay when one refuses. */

import { HISTORY_TIMEOUT_MS } from '../limits.ts';
import { DecodeError } from '../wire/decode-error.ts';
import { decodeMoment, type RepairMoment } from '../wire/history-messages.ts';
import {
  decodeRepairAnswer,
  decodeRepairHeader,
  encodeRepairRequest,
  RejectCode,
  type RepairChunk,
  type RepairReject,
  RepairType,
} from '../wire/repair-messages.ts';
import { type AskPort, NODE_PLATFORM } from './platform.ts';
import type { ClientCurve } from './security/index.ts';

export type HistoryErrorCode = keyof typeof RejectCode | 'NO_ANSWER' | 'BAD_ANSWER' | 'CLOSED';

export class HistoryError extends Error {
  readonly code: HistoryErrorCode;
  /** What the relay that refused has archived; 0 where it did not say. */
  readonly oldest: number;
  readonly next: number;

  constructor(code: HistoryErrorCode, message: string, oldest = 0, next = 0) {
    super(`${code}: ${message}`);
    this.name = 'HistoryError';
    this.code = code;
    this.oldest = oldest;
    this.next = next;
  }
}

/** A socket that is not connected yet is tried again this often. */
const CONNECT_POLL_MS = 10;

interface OpenQuestion {
  readonly request: number;
  readonly endpoint: number;
  readonly answers: Uint8Array[];
  wake: () => void;
}

export class HistoryExchange {
  readonly #sockets: AskPort;
  readonly #endpoints: readonly string[];
  #lastRequest = 0;
  #open: OpenQuestion | undefined;
  #turn: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(endpoints: readonly string[], curve: ClientCurve | undefined) {
    this.#endpoints = endpoints;
    this.#sockets = NODE_PLATFORM.ask({
      endpoints,
      received: (endpoint, message) => this.#received(endpoint, message),
      curve,
    });
    this.#sockets.start();
  }

  /** The parts of the answer, of the first relay that has one. Throws `HistoryError`. */
  async *ask(encode: (request: number) => Uint8Array): AsyncGenerator<RepairMoment | RepairChunk> {
    const before = this.#turn;
    let done = (): void => {};
    this.#turn = new Promise((resolve) => {
      done = resolve;
    });
    await before;
    try {
      let refusal = new HistoryError(
        'NO_ANSWER',
        `No relay answers at ${this.#endpoints.join(', ')}.`,
      );
      for (const endpoint of this.#endpoints.keys()) {
        const question = this.#begin(endpoint);
        if (!(await this.#sent(question, encode(question.request)))) continue;
        const first = await this.#next(question);
        if (first === undefined) continue;
        if (first.type === RepairType.Reject) {
          refusal = refusalOf(first);
          continue;
        }
        yield* this.#rest(question, first);
        return;
      }
      throw refusal;
    } finally {
      this.#open = undefined;
      done();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#open?.wake();
    await this.#sockets.close();
  }

  #begin(endpoint: number): OpenQuestion {
    this.#lastRequest = (this.#lastRequest + 1) >>> 0;
    const question = { request: this.#lastRequest, endpoint, answers: [], wake: () => {} };
    this.#open = question;
    return question;
  }

  async *#rest(
    question: OpenQuestion,
    first: RepairMoment | RepairChunk,
  ): AsyncGenerator<RepairMoment | RepairChunk> {
    let isWhole = false;
    let chunks = 0;
    try {
      let answer: RepairMoment | RepairChunk | RepairReject | undefined = first;
      while (answer !== undefined && answer.type !== RepairType.Reject) {
        if (answer.type === RepairType.Chunk) {
          if (answer.number !== chunks) break;
          chunks += 1;
          isWhole = answer.isLast;
        }
        yield answer;
        if (isWhole) return;
        if (answer.type === RepairType.Chunk) this.#say(question, RepairType.Credit);
        answer = await this.#next(question);
      }
      if (answer?.type === RepairType.Reject) throw refusalOf(answer);
      throw new HistoryError('BAD_ANSWER', 'The relay’s answer has stopped in the middle.');
    } finally {
      if (!isWhole) this.#say(question, RepairType.Cancel);
    }
  }

  #say({ request, endpoint }: OpenQuestion, type: 3 | 4): void {
    const header = { level: 2, shard: 0, request, epoch: { seconds: 0, random: 0 } };
    const message =
      type === RepairType.Credit ? { ...header, type, chunks: 1 } : { ...header, type };
    this.#sockets.send(endpoint, encodeRepairRequest(message));
  }

  /** False when the relay cannot be reached in time. */
  async #sent({ endpoint }: OpenQuestion, message: Uint8Array): Promise<boolean> {
    const untilMs = performance.now() + HISTORY_TIMEOUT_MS;
    while (performance.now() < untilMs) {
      if (this.#isClosed) throw new HistoryError('CLOSED', 'The client has been closed.');
      if (this.#sockets.send(endpoint, message)) return true;
      await new Promise((resolve) => setTimeout(resolve, CONNECT_POLL_MS));
    }
    return false;
  }

  /** `undefined`: nothing has come in time. */
  async #next(
    question: OpenQuestion,
  ): Promise<RepairMoment | RepairChunk | RepairReject | undefined> {
    if (question.answers.length === 0) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        question.wake = resolve;
        timer = setTimeout(resolve, HISTORY_TIMEOUT_MS);
      });
      clearTimeout(timer);
    }
    if (this.#isClosed) throw new HistoryError('CLOSED', 'The client has been closed.');
    const message = question.answers.shift();
    if (message === undefined) return undefined;
    try {
      return message[0] === RepairType.Moment ? decodeMoment(message) : decodeRepairAnswer(message);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      throw new HistoryError('BAD_ANSWER', error.message);
    }
  }

  #received(endpoint: number, message: Uint8Array): void {
    const open = this.#open;
    if (open === undefined || open.endpoint !== endpoint) return;
    try {
      if (decodeRepairHeader(message).request !== open.request) return;
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return;
    }
    open.answers.push(message);
    open.wake();
  }
}

function refusalOf({ code, oldest, next }: RepairReject): HistoryError {
  const names = Object.entries(RejectCode).find(([, value]) => value === code);
  const name = (names?.[0] ?? 'BAD_ANSWER') as HistoryErrorCode;
  return new HistoryError(
    name,
    `The relay refuses; it has records ${oldest} to ${next - 1}.`,
    oldest,
    next,
  );
}
