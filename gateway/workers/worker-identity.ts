/** Which of several gateways on one port a process is, as its supervisor told it. */

export const WORKER_ENV = 'TOUCHLINE_WORKER';

export interface WorkerIdentity {
  /** Names this run: never given twice by one supervisor. */
  readonly id: number;
  /** The pool's own name, so that several pools of a machine do not meet. */
  readonly pool: string;
  /** The port that the first worker was given; 0 for that one, which takes what is configured. */
  readonly port: number;
  /** Opens what workers tell each other only; it stands in their environment. */
  readonly secret: string;
}

/** What a supervisor tells its workers. */
export interface ToWorker {
  readonly type: 'workers';
  /** The ids of all that run, those that are going away among them. */
  readonly ids: readonly number[];
}

export function isToWorker(message: unknown): message is ToWorker {
  return (message as { type?: unknown }).type === 'workers';
}

/** What a worker tells its supervisor, beside `ready`: it goes away, so another may begin. */
export interface FromWorker {
  readonly type: 'draining';
}

/** `undefined` for a gateway that is alone. */
export function workerIdentity(
  environment: Readonly<Record<string, string | undefined>>,
): WorkerIdentity | undefined {
  const match = /^([\w-]+)\.(\d+)\.(\d+)\.([\w-]+)$/.exec(environment[WORKER_ENV] ?? '');
  if (match === null) return undefined;
  const [, pool = '', id, port, secret = ''] = match;
  return { pool, id: Number(id), port: Number(port), secret };
}

export function workerVariable({ pool, id, port, secret }: WorkerIdentity): string {
  return `${pool}.${id}.${port}.${secret}`;
}

/** Where a worker is reached by the others: an abstract Unix socket, which dies with its process. */
export function innerPath(pool: string, id: number): string {
  return `\0touchline-gateway-${pool}-${id}`;
}
