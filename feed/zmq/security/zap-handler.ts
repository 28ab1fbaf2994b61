/** Answers ZeroMQ's question who may connect (ZAP, RFC 27): one handler for all sockets of a process. */

import { Reply } from 'zeromq';
import { encodeZ85 } from './z85.ts';

const ADDRESS = 'inproc://zeromq.zap.01';
const VERSION = '1.0';
const MECHANISM = 'CURVE';

/** Where each part of a request stands. */
const Frame = { Version: 0, Id: 1, Domain: 2, Address: 3, Mechanism: 5, Key: 6 } as const;

export interface ConnectionAttempt {
  /** The peer's, such as `10.0.0.7`. */
  readonly address: string;
  /** In Z85; empty when the peer speaks no CURVE. */
  readonly publicKey: string;
}

/** True lets the peer in. */
export type Admission = (attempt: ConnectionAttempt) => boolean;

/** ZeroMQ has one place for the handler, and sockets are told apart by their domain. */
const admissions = new Map<string, Admission>();
let handler: Reply | undefined;
let opening: Promise<void> | undefined;

/** From now on `admission` decides for sockets of this domain; returns the function that ends it. */
export async function admit(domain: string, admission: Admission): Promise<() => void> {
  if (admissions.has(domain)) throw new Error(`admit: the domain ${domain} is taken`);
  admissions.set(domain, admission);
  opening ??= open();
  await opening;
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    admissions.delete(domain);
    if (admissions.size === 0) close();
  };
}

async function open(): Promise<void> {
  const socket = new Reply({ linger: 0 });
  handler = socket;
  await socket.bind(ADDRESS);
  void answer(socket);
}

function close(): void {
  handler?.close();
  handler = undefined;
  opening = undefined;
}

async function answer(socket: Reply): Promise<void> {
  try {
    for await (const frames of socket) await socket.send(verdict(frames));
  } catch (error) {
    if (!socket.closed) throw error;
  }
}

/** A request that is wrong in any way is refused; so is a domain that nobody decides for. */
export function verdict(frames: readonly Uint8Array[]): string[] {
  const text = (at: number) => Buffer.from(frames[at] ?? []).toString('latin1');
  const key = frames[Frame.Key];
  const isCurve = text(Frame.Mechanism) === MECHANISM && key?.length === 32;
  const attempt = {
    address: text(Frame.Address),
    publicKey: isCurve ? encodeZ85(key) : '',
  };
  const isLetIn =
    text(Frame.Version) === VERSION &&
    (admissions.get(text(Frame.Domain))?.(attempt) ?? false) &&
    isCurve;
  const status = isLetIn ? ['200', 'OK'] : ['400', 'This key is not allowed here.'];
  return [VERSION, text(Frame.Id), ...(status as [string, string]), '', ''];
}
