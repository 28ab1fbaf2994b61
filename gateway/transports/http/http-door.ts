/** Sessions over plain HTTP: opened, spoken to and read by requests of their own. */

import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  CURSOR_HEADER,
  MAX_POLL_WAIT_MS,
  MAX_POSTED_BYTES,
  SESSION_PATH,
} from '../../protocol/index.ts';
import type { DoorOptions } from '../transport.ts';
import { EventStream } from './event-stream.ts';
import { HttpSession } from './http-session.ts';
import { Poll } from './poll.ts';
import { readLines } from './posted-lines.ts';

const TOKEN_BYTES = 16;
const CURSOR = /^((?:\d{1,9}\.)?[\w-]{22})\.([0-9a-z]{1,10})$/;
/** A client that polls hears the end with its next poll. */
const TELL_WITHIN_MS = 1000;
const TELL_STEP_MS = 10;

/** What a request names by its cursor: a session, and how much of it has been read. */
interface Place {
  readonly session: HttpSession;
  readonly read: number;
}

export interface HttpDoorOptions extends DoorOptions {
  /** How long a session stays that nobody reads. */
  readonly lingerMs: number;
  /** Other gateways on this port: a request may reach another one than has its session. */
  readonly neighbours?: DoorNeighbours | undefined;
}

export interface DoorNeighbours {
  readonly ownId: number;
  /** False when there is no such neighbour. */
  forward(id: number, request: IncomingMessage, response: ServerResponse): boolean;
}

export class HttpDoor {
  readonly #options: HttpDoorOptions;
  readonly #sessions = new Map<string, HttpSession>();
  /** Each opens the event stream of a session, once. */
  readonly #tickets = new Map<string, HttpSession>();

  constructor(options: HttpDoorOptions) {
    this.#options = options;
  }

  /** Answers a request that is for this door; false when it is not. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const url = URL.parse(request.url ?? '', 'http://gateway');
    if (url === null || !isUnder(url.pathname)) return false;
    const { origin } = request.headers;
    if (!this.#options.origins.allows(origin)) {
      refuse(response, 403, `FORBIDDEN_ORIGIN: "${origin}" is not on the allow-list.`);
      return true;
    }
    if (this.#isForwarded(url, request, response)) return true;
    if (origin !== undefined) allowOrigin(response, origin);
    switch (`${request.method} ${url.pathname.slice(SESSION_PATH.length)}`) {
      case 'POST ':
        this.#open(request, response);
        break;
      case 'POST /send':
        this.#send(request, response);
        break;
      case 'GET /events':
        this.#events(request, response, url.searchParams.get('ticket'));
        break;
      case 'GET /poll':
        this.#poll(request, response, url.searchParams.get('wait'));
        break;
      case 'DELETE ':
        this.#close(request, response);
        break;
      default:
        if (request.method === 'OPTIONS') preflight(response);
        else refuse(response, 404, `NOT_FOUND: sessions are opened with POST ${SESSION_PATH}.`);
    }
    return true;
  }

  /** Forgets every session; those that are over get a moment to read why. */
  async close(): Promise<void> {
    const lastCall = performance.now() + TELL_WITHIN_MS;
    while ([...this.#sessions.values()].some(({ isTold }) => !isTold)) {
      if (performance.now() > lastCall) break;
      await new Promise((resolve) => setTimeout(resolve, TELL_STEP_MS));
    }
    for (const session of [...this.#sessions.values()]) session.finish();
  }

  #open(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const { guard, accept, lingerMs, addressOf } = this.#options;
    const address = addressOf(request);
    if (guard.ask(address) !== undefined) {
      refuse(response, 429, 'TOO_MANY: wait a while before the next session.');
      return;
    }
    const token = this.#secret();
    const ticket = this.#secret();
    const session = new HttpSession({
      token,
      lingerMs,
      onEnd: () => {
        this.#sessions.delete(token);
        this.#tickets.delete(ticket);
        guard.left(address);
      },
    });
    guard.entered(address);
    const port = accept(session, address, 'json');
    if (port === undefined) {
      session.finish();
      refuse(response, 503, 'OVERLOADED: the gateway has no room; try again later.');
      return;
    }
    session.serve(port);
    this.#sessions.set(token, session);
    this.#tickets.set(ticket, session);
    const body = Buffer.from(JSON.stringify({ ticket, cursor: session.cursor(0), lingerMs }));
    response.writeHead(201, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': body.length,
      'Cache-Control': 'no-store',
    });
    response.end(body);
  }

  #send(request: IncomingMessage, response: ServerResponse): void {
    const place = this.#find(request, response, request.headers[CURSOR_HEADER]);
    if (place === undefined) {
      request.resume();
      return;
    }
    readLines(request, MAX_POSTED_BYTES).then((lines) => {
      if (lines === undefined) {
        refuse(response, 413, `TOO_BIG: a request has at most ${MAX_POSTED_BYTES} bytes.`);
        return;
      }
      for (const line of lines) place.session.receive(line);
      response.writeHead(204, { 'Cache-Control': 'no-store' }).end();
    }, ignoreBroken);
  }

  #events(request: IncomingMessage, response: ServerResponse, ticket: string | null): void {
    // A browser that comes back by itself gives the id of the last event, and the used ticket again.
    const lastEvent = request.headers['last-event-id'];
    if (lastEvent !== undefined) {
      const place = this.#find(request, response, lastEvent);
      if (place !== undefined) new EventStream(place.session, response, place.read);
      return;
    }
    const session = this.#tickets.get(ticket ?? '');
    if (session === undefined || session.isOver) {
      refuse(response, 401, `BAD_TICKET: get one with POST ${SESSION_PATH}; it opens one stream.`);
      return;
    }
    this.#tickets.delete(ticket ?? '');
    new EventStream(session, response, 0);
  }

  #poll(request: IncomingMessage, response: ServerResponse, wait: string | null): void {
    const waitMs = Number(wait ?? 0);
    if (!Number.isInteger(waitMs) || waitMs < 0 || waitMs > MAX_POLL_WAIT_MS) {
      refuse(response, 400, `BAD_WAIT: wait is 0 to ${MAX_POLL_WAIT_MS} ms, not "${wait}".`);
      return;
    }
    const place = this.#find(request, response, request.headers[CURSOR_HEADER]);
    if (place !== undefined) new Poll(place.session, response, place.read, waitMs);
  }

  #close(request: IncomingMessage, response: ServerResponse): void {
    const place = this.#find(request, response, request.headers[CURSOR_HEADER]);
    if (place === undefined) return;
    place.session.finish();
    response.writeHead(204).end();
  }

  /** The session of a cursor, which confirms what was read before it; or answers why there is none. */
  #find(
    request: IncomingMessage,
    response: ServerResponse,
    cursor: string | readonly string[] | undefined,
  ): Place | undefined {
    const place = this.#placeOf(cursor);
    if (
      place?.session.outbox.after(place.read) !== undefined &&
      place.session.confirm(place.read)
    ) {
      return place;
    }
    request.resume();
    const name = cursor === undefined ? `NO_CURSOR: give the header ${CURSOR_HEADER}` : 'GONE';
    const status = cursor === undefined ? 400 : 410;
    refuse(response, status, `${name}: open a session with POST ${SESSION_PATH}.`);
    return undefined;
  }

  /** Whether the request names a session of a neighbour, which then answers it. */
  #isForwarded(url: URL, request: IncomingMessage, response: ServerResponse): boolean {
    const { neighbours } = this.#options;
    if (neighbours === undefined) return false;
    const { headers } = request;
    const named =
      headers['last-event-id'] ?? url.searchParams.get('ticket') ?? headers[CURSOR_HEADER];
    const id = Number(/^(\d{1,9})\./.exec(String(named))?.[1] ?? Number.NaN);
    return id !== neighbours.ownId && neighbours.forward(id, request, response);
  }

  /** Begins with the gateway that has the session, where there are several. */
  #secret(): string {
    const { neighbours } = this.#options;
    return neighbours === undefined ? secret() : `${neighbours.ownId}.${secret()}`;
  }

  #placeOf(cursor: string | readonly string[] | undefined): Place | undefined {
    const [, token = '', count = ''] = CURSOR.exec(String(cursor)) ?? [];
    const session = this.#sessions.get(token);
    return session === undefined ? undefined : { session, read: Number.parseInt(count, 36) };
  }
}

function isUnder(path: string): boolean {
  return path === SESSION_PATH || path.startsWith(`${SESSION_PATH}/`);
}

function secret(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

function allowOrigin(response: ServerResponse, origin: string): void {
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', CURSOR_HEADER);
  response.setHeader('Vary', 'Origin');
}

function preflight(response: ServerResponse): void {
  response.writeHead(204, {
    'Access-Control-Allow-Methods': 'GET, POST, DELETE',
    'Access-Control-Allow-Headers': `${CURSOR_HEADER}, content-type`,
    'Access-Control-Max-Age': '600',
  });
  response.end();
}

function refuse(response: ServerResponse, status: number, words: string): void {
  if (response.headersSent) return;
  const body = Buffer.from(`${words}\n`);
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
  });
  response.end(body);
}

/** The connection broke while a request was read: there is nobody to answer. */
function ignoreBroken(): void {}
