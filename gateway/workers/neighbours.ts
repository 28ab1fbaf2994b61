/** The other gateways on this one's port: what one has and another is asked for is passed on. */

import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { AggregatorRegistry, type Registry } from 'prom-client';
import { innerPath, type WorkerIdentity } from './worker-identity.ts';

/** Where a worker gives its metrics to the others, and the header that proves one. */
const INNER_METRICS_PATH = '/metrics.json';
const SECRET_HEADER = 'touchline-worker';
/** A worker that does not answer is left out. */
const ASK_LIMIT_MS = 1000;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

export class Neighbours {
  readonly #own: WorkerIdentity;
  #others: readonly number[] = [];

  constructor(own: WorkerIdentity) {
    this.#own = own;
  }

  /** Names this worker's sessions, in their cursors. */
  get ownId(): number {
    return this.#own.id;
  }

  get ownPath(): string {
    return innerPath(this.#own.pool, this.#own.id);
  }

  /** The ids of all that run. */
  set ids(ids: readonly number[]) {
    this.#others = ids.filter((id) => id !== this.#own.id);
  }

  /** Passes a request on to the worker that has its session; false when there is none. */
  forward(id: number, request: IncomingMessage, response: ServerResponse): boolean {
    if (!this.#others.includes(id)) return false;
    const { method, url: path, headers } = request;
    const asked = httpRequest(
      { socketPath: innerPath(this.#own.pool, id), method, path, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        // An event stream's end is its session's: the browser asks anew.
        answer.on('error', () => response.destroy());
      },
    );
    asked.on('error', () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(410).end();
    });
    response.on('close', () => asked.destroy());
    request.pipe(asked);
    return true;
  }

  /** The metrics of all workers in one text, each with its label. */
  async metrics(own: Registry): Promise<string> {
    const others = await Promise.all(this.#others.map((id) => this.#ask(id)));
    const known = others.filter((one) => one !== undefined);
    return AggregatorRegistry.aggregate([await own.getMetricsAsJSON(), ...known]).metrics();
  }

  /** Answers another worker that asks for the metrics of this one; false for any other request. */
  answer(request: IncomingMessage, response: ServerResponse, own: Registry): boolean {
    if (request.url !== INNER_METRICS_PATH) return false;
    if (request.headers[SECRET_HEADER] !== this.#own.secret) {
      response.writeHead(403).end();
      return true;
    }
    own.getMetricsAsJSON().then(
      (metrics) => response.end(JSON.stringify(metrics)),
      () => response.writeHead(500).end(),
    );
    return true;
  }

  #ask(id: number): Promise<object[] | undefined> {
    return new Promise((resolve) => {
      const asked = httpRequest(
        {
          socketPath: innerPath(this.#own.pool, id),
          path: INNER_METRICS_PATH,
          headers: { [SECRET_HEADER]: this.#own.secret },
        },
        (answer) => {
          const parts: Buffer[] = [];
          let bytes = 0;
          answer.on('data', (part: Buffer) => {
            bytes += part.length;
            if (bytes > MAX_ANSWER_BYTES) answer.destroy();
            else parts.push(part);
          });
          answer.on('end', () => resolve(parsed(Buffer.concat(parts))));
          answer.on('error', () => resolve(undefined));
        },
      );
      asked.setTimeout(ASK_LIMIT_MS, () => asked.destroy());
      asked.on('error', () => resolve(undefined));
      asked.end();
    });
  }
}

function parsed(bytes: Buffer): object[] | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
