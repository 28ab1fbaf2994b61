/** The operator's view: who is connected and which classes are served, behind a token. */

import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface AdminView {
  /** Rows that JSON can say. */
  connections(): readonly object[];
  classes(): readonly object[];
}

/** Rows of one answer. */
const MAX_ROWS = 10_000;

/** Whether a request carries the operator's token; compared so that its time tells nothing. */
export function hasToken(request: IncomingMessage, token: string): boolean {
  const said = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const [a, b] = [Buffer.from(said), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Answers what is under /admin; false for any other path. */
export function answerAdmin(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  token: string | undefined,
  view: AdminView,
): boolean {
  if (path !== '/admin' && !path.startsWith('/admin/')) return false;
  if (token === undefined) {
    say(response, 404, 'NO_ADMIN: start the gateway with --admin-token FILE to have this.');
  } else if (!hasToken(request, token)) {
    response.setHeader('WWW-Authenticate', 'Bearer');
    say(response, 401, 'NO_ADMIN_TOKEN: give the header Authorization: Bearer <admin token>.');
  } else if (path === '/admin/connections') {
    rows(response, view.connections());
  } else if (path === '/admin/classes') {
    rows(response, view.classes());
  } else {
    say(response, 404, 'NOT_FOUND: there are /admin/connections and /admin/classes.');
  }
  return true;
}

function rows(response: ServerResponse, all: readonly object[]): void {
  response.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  response.end(`${JSON.stringify({ count: all.length, rows: all.slice(0, MAX_ROWS) })}\n`);
}

function say(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${words}\n`);
}
