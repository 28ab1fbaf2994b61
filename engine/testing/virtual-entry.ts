/** Order entry without sockets, on a clock that the test moves: what is said to it and what it says. */

import { crc32 } from '../../feed/process/index.ts';
import { Engine, type EngineOptions } from '../engine.ts';
import { ClientDirectory, type ClientIdentity } from '../entry/client-directory.ts';
import type { RateLimit } from '../entry/rate-bucket.ts';
import { ReportRouter } from '../entry/report-router.ts';
import type { EntrySession } from '../entry/session.ts';
import { SessionTable, type SessionTableOptions } from '../entry/session-table.ts';
import {
  type Command,
  decodeLogoff,
  decodeReport,
  decodeReportSequence,
  decodeReportsLost,
  encodeCommand,
  encodeLogon,
  type LogonRequest,
  MessageReader,
  MessageType,
  MessageWriter,
  type Report,
} from '../protocol/index.ts';

const POLL_MS = 50;
const EPOCH = { seconds: 1, random: 2 };

export interface VirtualEntryOptions
  extends Pick<SessionTableOptions, 'isOverloaded' | 'keys' | 'maxSessions'> {
  readonly maxClients?: number;
  readonly rateLimit?: RateLimit;
  readonly log?: EngineOptions['log'];
}

/** A report as it is, any other message by its type or in a few words. */
export type Said = Report | number | string;

export type VirtualEntry = ReturnType<typeof virtualEntry>;

export function virtualEntry(options: VirtualEntryOptions = {}) {
  const { maxClients = 100, rateLimit = { perSecond: 1e6, burst: 1e6 }, log, ...rest } = options;
  const clock = { nowMs: 0 };
  let tokens = 0;
  const claims: ClientIdentity[] = [];
  const replies: { peer: string; frame: Uint8Array }[] = [];
  const table = new SessionTable({
    epoch: EPOCH,
    clients: new ClientDirectory({
      newToken: () => (++tokens).toString(16).padStart(32, '0'),
      openOrdersOf: (owner) => engine.market.openOrdersOf(owner),
      maxClients,
      rateLimit,
      onClaimed: (client) => claims.push(identityOf(client)),
    }),
    nowMs: () => clock.nowMs,
    log: { info: () => {}, warn: () => {} },
    reply: (peer, frame) => replies.push({ peer, frame }),
    ...rest,
  });
  const engine = new Engine({
    epoch: EPOCH,
    wallClock: () => {},
    crc32,
    sink: () => {},
    reports: new ReportRouter(table),
    log,
  });
  table.connect(engine);
  const say = (peer: string, write: (writer: MessageWriter) => void) => {
    const writer = new MessageWriter();
    write(writer);
    table.receive(peer, writer.take());
  };
  return {
    clock,
    table,
    engine,
    /** What a restart would be told of the clients. */
    claims,
    say,
    logon: (peer: string, name = peer, more: Partial<LogonRequest> = {}) =>
      say(peer, (writer) => encodeLogon(writer, { name, ...more })),
    send: (peer: string, number: number, command: Command) =>
      say(peer, (writer) => encodeCommand(writer, number, command)),
    /** The token of the n-th claim of a name. */
    token: (nth: number) => nth.toString(16).padStart(32, '0'),
    /** Time goes by, and the server polls as it does. */
    pass(milliseconds: number) {
      for (let left = milliseconds; left > 0; left -= POLL_MS) {
        clock.nowMs += Math.min(left, POLL_MS);
        table.poll();
        table.endSilent();
      }
    },
    /** The whole process is stopped for a while; then it polls once. */
    sleep(milliseconds: number) {
      clock.nowMs += milliseconds;
      table.poll();
      table.endSilent();
    },
    /** Everything said to a peer outside a session. */
    replied: (peer: string) =>
      replies.splice(0).flatMap((reply) => (reply.peer === peer ? read(reply.frame) : [])),
    /** Everything that waits for a session, as its socket would take it. */
    drain(owner: number): Said[] {
      const session = table.ofOwner(owner) as EntrySession;
      const all: Said[] = [];
      for (let frame = session.next(); frame !== undefined; frame = session.next()) {
        all.push(...read(frame));
        session.sent(clock.nowMs);
      }
      session.isDirty = false;
      table.dirty.length = 0;
      return all;
    },
    /** What is kept for an owner, whether or not it is logged on. */
    kept(owner: number): Report[] {
      const all: Said[] = [];
      table.clients.ofOwner(owner)?.reports.replay(0, (report) => all.push(...read(report)));
      return all as Report[];
    },
  };
}

/** As it is now: an account changes. */
function identityOf({ name, owner, token, ...choice }: ClientIdentity): ClientIdentity {
  const { isOpen, heartbeatMs, cancelOnDisconnect } = choice;
  return { name, owner, token, isOpen, heartbeatMs, cancelOnDisconnect };
}

function read(frame: Uint8Array): Said[] {
  const reader = new MessageReader();
  const messages: Said[] = [];
  reader.open(frame);
  while (reader.next()) {
    if (reader.type === MessageType.ReportSequence) {
      messages.push(`next ${decodeReportSequence(reader)}`);
    } else if (reader.type === MessageType.ReportsLost) {
      const { first, last } = decodeReportsLost(reader);
      messages.push(`lost ${first} to ${last}`);
    } else if (reader.type === MessageType.Logoff) messages.push(`logoff ${decodeLogoff(reader)}`);
    else messages.push(decodeReport(reader) ?? reader.type);
  }
  return messages;
}
