/** The gateway's one port: health, the dashboard's files, and the doors of the transports. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { UserError } from '../feed/process/index.ts';
import { type AdminView, answerAdmin, hasToken } from './admin.ts';
import { FEED_PATH } from './protocol/index.ts';
import type { StaticFiles } from './static-files.ts';
import { refuseUpgrade } from './transports/origin.ts';

const MAX_HEADER_BYTES = 8192;
const REQUEST_TIMEOUT_MS = 10_000;

export interface HttpOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Several processes may listen here; the kernel spreads connections over them. */
  readonly isPortShared: boolean;
  readonly page: StaticFiles | undefined;
  /** A request whose headers are not there by then is ended. */
  readonly headersTimeoutMs: number;
  readonly isReady: () => boolean;
  /** The operator's token, which may change; and its view. */
  readonly adminToken: () => string | undefined;
  readonly admin: AdminView;
  /** Whether /metrics may be read without the operator's token where there is none. */
  readonly isMetricsOpen: boolean;
  /** The text of /metrics, and its content type. */
  readonly metrics: { readonly contentType: string; metrics(): Promise<string> };
  /** Answers requests of sessions over plain HTTP; false for any other. */
  readonly session: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Where other gateways on this port reach this one, and what answers them. */
  readonly inner?:
    | {
        readonly path: string;
        readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
      }
    | undefined;
}

export class HttpServer {
  readonly #options: HttpOptions;
  readonly #server: Server;
  #inner: Server | undefined;
  #securityPolicy = '';
  #isClosed = false;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: options.headersTimeoutMs,
        requestTimeout: REQUEST_TIMEOUT_MS,
        // Slow headers are looked for this often; the default of 30 s would let them sit as long.
        connectionsCheckingInterval: options.headersTimeoutMs / 5,
      },
      (request, response) => this.#answer(request, response),
    );
    this.#server.on('close', () => {
      this.#isClosed = true;
    });
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#server.on('clientError', (_error, socket) => {
      if (socket.writable) refuseUpgrade(socket, 400, 'BAD_REQUEST: this is not HTTP.');
      else socket.destroy();
    });
  }

  /** Where the server listens, such as "127.0.0.1:7180". */
  get address(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
  }

  /** Rejects with a `UserError` when the address cannot be had. */
  async listen(): Promise<void> {
    const { inner } = this.#options;
    if (inner !== undefined) {
      this.#inner = createServer(inner.answer);
      await new Promise<void>((resolve, reject) => {
        this.#inner?.once('error', reject).listen(inner.path, () => resolve());
      });
    }
    await this.#listenOutside();
  }

  #listenOutside(): Promise<void> {
    const { host, port, isPortShared } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        reject(listenError(error, host, port));
      });
      this.#server.listen({ port, host, reusePort: isPortShared }, () => {
        this.#securityPolicy = securityPolicy((this.#server.address() as AddressInfo).port);
        resolve();
      });
    });
  }

  /** Takes no more connections, and leaves those that are there. */
  stopListening(): void {
    if (this.#server.listening) this.#server.close();
  }

  /** Resolves when all connections have ended; those of WebSockets are their transport's to end. */
  close(): Promise<void> {
    this.stopListening();
    this.#inner?.close();
    this.#inner?.closeAllConnections();
    return new Promise((resolve) => {
      if (this.#isClosed) resolve();
      else this.#server.once('close', () => resolve());
      this.#server.closeIdleConnections();
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Content-Security-Policy', this.#securityPolicy);
    if (this.#options.session(request, response)) return;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      this.#text(response, 405, 'METHOD_NOT_ALLOWED: only GET and HEAD are served.');
      return;
    }
    const [path = '/'] = (request.url ?? '/').split('?');
    const { adminToken, admin } = this.#options;
    if (answerAdmin(path, request, response, adminToken(), admin)) return;
    if (path === '/healthz') {
      this.#text(response, 200, 'ok');
    } else if (path === '/readyz') {
      const isReady = this.#options.isReady();
      this.#text(response, isReady ? 200 : 503, isReady ? 'ready' : 'NOT_READY: not LIVE yet.');
    } else if (path === '/metrics') {
      this.#metrics(request, response);
    } else if (path === FEED_PATH) {
      response.setHeader('Upgrade', 'websocket');
      this.#text(
        response,
        426,
        'UPGRADE_REQUIRED: this is a WebSocket; without one, POST /session.',
      );
    } else {
      this.#file(response, path);
    }
  }

  #metrics(request: IncomingMessage, response: ServerResponse): void {
    const { metrics, adminToken, isMetricsOpen } = this.#options;
    const token = adminToken();
    if (token === undefined ? !isMetricsOpen : !hasToken(request, token)) {
      response.setHeader('WWW-Authenticate', 'Bearer');
      this.#text(response, 401, 'NO_ADMIN_TOKEN: the metrics are read with --admin-token.');
      return;
    }
    metrics.metrics().then(
      (text) => {
        response.writeHead(200, {
          'Content-Type': metrics.contentType,
          'Cache-Control': 'no-store',
        });
        response.end(text);
      },
      () => this.#text(response, 500, 'INTERNAL: the metrics could not be read.'),
    );
  }

  #file(response: ServerResponse, path: string): void {
    const { page } = this.#options;
    if (page === undefined && path === '/') {
      this.#text(response, 404, 'NO_PAGE: build it with `npm run build:page`, then restart.');
      return;
    }
    const file = page?.find(path);
    if (file === undefined) {
      this.#text(response, 404, 'NOT_FOUND: there is nothing here.');
      return;
    }
    response.writeHead(200, {
      'Content-Type': file.contentType,
      'Content-Length': file.bytes.length,
      'Cache-Control': file.cacheControl,
    });
    response.end(file.bytes);
  }

  #text(response: ServerResponse, status: number, words: string): void {
    response.writeHead(status, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
    });
    response.end(`${words}\n`);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const [path] = (request.url ?? '').split('?');
    if (path !== FEED_PATH) {
      refuseUpgrade(socket, 404, `NOT_FOUND: the WebSocket is at ${FEED_PATH}.`);
      return;
    }
    this.#options.upgrade(request, socket, head);
  }
}

/** Only this server's own files; and the WebSocket by name, for browsers whose 'self' is HTTP only. */
function securityPolicy(port: number): string {
  const sockets = ['127.0.0.1', 'localhost'].map((host) => `ws://${host}:${port}`).join(' ');
  return [
    "default-src 'self'",
    `connect-src 'self' ${sockets}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new UserError(
      'PORT_IN_USE',
      `Port ${port} of ${host} is taken by another program. Stop it, or choose another with --port (0 takes a free one).`,
    );
  }
  if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new UserError(
      'BAD_ADDRESS',
      `Cannot listen at ${host}, port ${port} (${error.code}). Choose another with --host and --port.`,
    );
  }
  return error;
}
