/** Asks relays what they have of the stream: a witness against a journal that is not all there was. */

import { Dealer } from 'zeromq';
import {
  CHUNK_HEADER_BYTES,
  DecodeError,
  decodeRepairAnswer,
  type Epoch,
  encodeRepairRequest,
  MAX_CHUNK_PAYLOAD_BYTES,
  MAX_INTEGER,
  MAX_REPAIR_CREDIT,
  NO_EPOCH,
  RejectCode,
  type RepairAnswer,
  RepairType,
  StreamLevel,
} from '../../feed/index.ts';
import { type ClientCurve, frameBytes } from '../../feed/node.ts';
import { WITNESSED_RECORDS } from './limits.ts';
import { RecordWindow } from './record-window.ts';

/** What one relay has of the L2 stream. */
export interface Testimony {
  readonly endpoint: string;
  readonly epoch: Epoch;
  readonly nextSequence: number;
  /** Its newest records, as far as it gave them. */
  readonly records: RecordWindow;
}

/** `curve`: where relays are spoken to securely. Asks all of them at once; those that have not answered in time are not among the answers. */
export async function askWitnesses(
  endpoints: readonly string[],
  boundMs: number,
  curve?: ClientCurve,
): Promise<readonly Testimony[]> {
  const answers = await Promise.all(endpoints.map((endpoint) => ask(endpoint, boundMs, curve)));
  return answers.filter((answer) => answer !== undefined);
}

async function ask(
  endpoint: string,
  boundMs: number,
  curve: ClientCurve | undefined,
): Promise<Testimony | undefined> {
  const socket = new Dealer({
    ...curve,
    linger: 0,
    maxMessageSize: frameBytes(CHUNK_HEADER_BYTES + MAX_CHUNK_PAYLOAD_BYTES, curve),
    reconnectInterval: 20,
  });
  // Closing it ends whatever is being waited for.
  const timer = setTimeout(() => socket.close(), boundMs);
  try {
    socket.connect(endpoint);
    return await new Hearing(socket, endpoint).testimony();
  } catch (error) {
    if (socket.closed || error instanceof DecodeError) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}

class Hearing {
  readonly #socket: Dealer;
  readonly #endpoint: string;
  #request = 0;

  constructor(socket: Dealer, endpoint: string) {
    this.#socket = socket;
    this.#endpoint = endpoint;
  }

  async testimony(): Promise<Testimony | undefined> {
    // Nobody has the last record there can be; the refusal says how far the relay has come.
    await this.#ask(NO_EPOCH, MAX_INTEGER - 1, MAX_INTEGER);
    const answer = await this.#answer();
    if (answer.type !== RepairType.Reject || answer.code === RejectCode.NOT_READY) return undefined;
    const { epoch, next: nextSequence, oldest } = answer;
    const records = new RecordWindow(WITNESSED_RECORDS);
    const endpoint = this.#endpoint;
    const from = Math.max(1, oldest, nextSequence - WITNESSED_RECORDS);
    if (oldest > 0 && from < nextSequence) await this.#collect(records, epoch, from, nextSequence);
    return { endpoint, epoch, nextSequence, records };
  }

  async #collect(records: RecordWindow, epoch: Epoch, from: number, to: number): Promise<void> {
    await this.#ask(epoch, from, to);
    for (;;) {
      const answer = await this.#answer();
      if (answer.type !== RepairType.Chunk) return;
      records.addPackets(answer.packets);
      if (answer.isLast) return;
    }
  }

  #ask(epoch: Epoch, from: number, to: number): Promise<void> {
    this.#request += 1;
    const header = { level: StreamLevel.L2, shard: 0, request: this.#request, epoch };
    const credit = MAX_REPAIR_CREDIT;
    return this.#socket.send(
      encodeRepairRequest({ ...header, type: RepairType.Replay, from, to, credit }),
    );
  }

  async #answer(): Promise<RepairAnswer> {
    for (;;) {
      const [message] = await this.#socket.receive();
      const answer = decodeRepairAnswer(message as Uint8Array);
      if (answer.request === this.#request) return answer;
    }
  }
}
