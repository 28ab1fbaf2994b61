/**
 * One connection to a gateway for many pages: what they ask is asked once, and each gets what it
 * asked for, as if it were alone.
 */

import {
  ALREADY_SUBSCRIBED,
  Channel,
  CLIENT_STALE_AFTER_MS,
  encodeRequest,
  type GatewayEvent,
  MAX_MESSAGE_BYTES,
  MAX_MESSAGE_DEPTH,
  type Message,
  MessageType,
  MsgpackDecoder,
  RESTARTING,
  type Request,
} from '../../../gateway/protocol/index.ts';
import { Acknowledger } from '../acknowledger.ts';
import { eventOf } from '../event-check.ts';
import type { Platform, Socket } from '../platform.ts';
import type { SubscribeOptions } from '../subscription.ts';
import { keyOf, served } from '../wish.ts';
import type { Page } from './page.ts';
import type { OpenMessage, Payload } from './port-messages.ts';
import { type Resume, SharedClass } from './shared-class.ts';

type Welcome = Message<typeof MessageType.Welcome>;
type Wish = readonly [channel: string, symbol: string, options: Readonly<Record<string, unknown>>];

/** A page that has been silent for this long is frozen or gone. */
const SILENT_PAGE_MS = 20_000;
const SLOW_CONSUMER = 4008;
const UNKNOWN_CHANNEL = 103;
const NO_HISTORY =
  'UNKNOWN_CHANNEL: A book of the past is opened over a connection of its own, by `connect`.';

export class SharedConnection {
  readonly pages = new Set<Page>();
  readonly #platform: Platform;
  readonly #socket: Socket;
  readonly #isText: boolean;
  readonly #ended: (connection: SharedConnection) => void;
  readonly #decoder = new MsgpackDecoder(MAX_MESSAGE_BYTES, MAX_MESSAGE_DEPTH);
  readonly #acknowledger = new Acknowledger();
  readonly #byKey = new Map<string, SharedClass>();
  readonly #byId = new Map<number, SharedClass>();
  /** By the id that the gateway was asked with: what to do with its answer. */
  readonly #answers = new Map<number, (event: GatewayEvent) => void>();
  readonly #pings: { readonly page: Page; readonly time: number }[] = [];
  /** Pages that have said hello and wait for the welcome. */
  #hellos: { readonly page: Page; readonly id: number }[] = [];
  #welcome: Welcome | undefined;
  #welcomeAtMs = 0;
  #heardAtMs: number;
  #isGoing = false;
  #nextId = 0;

  constructor(
    { url, transport }: OpenMessage,
    platform: Platform,
    ended: (connection: SharedConnection) => void,
  ) {
    this.#platform = platform;
    this.#ended = ended;
    this.#isText = transport !== 'WebSocket';
    this.#heardAtMs = platform.now();
    const socket = platform.openSocket(url, transport);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      for (const page of this.pages) page.open();
    };
    socket.onmessage = ({ data }: { data: Payload }) => this.#received(data);
    socket.onclose = ({ code, reason }: { code: number; reason: string }) =>
      this.#end(code, reason);
    socket.onerror = null;
  }

  /** Whether another page may come in: not into one that goes, nor into one that has fallen silent. */
  get isGood(): boolean {
    const silentMs = this.#platform.now() - this.#heardAtMs;
    return !this.#isGoing && (this.#welcome === undefined || silentMs <= CLIENT_STALE_AFTER_MS);
  }

  add(page: Page): void {
    this.pages.add(page);
    if (this.#socket.readyState === 1) page.open();
  }

  remove(page: Page): void {
    if (!this.pages.delete(page)) return;
    for (const one of [...this.#byKey.values()]) this.#leave(one, page);
    this.#hellos = this.#hellos.filter((hello) => hello.page !== page);
    if (this.pages.size > 0) return;
    this.#isGoing = true;
    this.#socket.close(1000);
    this.#ended(this);
  }

  /** What a page asks; its bytes are those of the client library. */
  asked(page: Page, payload: Payload): void {
    page.heardAtMs = this.#platform.now();
    const request = this.#decode(payload) as Request;
    switch (request[0]) {
      case MessageType.Hello:
        this.#hello(page, request);
        break;
      case MessageType.Ack:
        if (page.acknowledge(request[1])) this.#catchUp(page);
        break;
      case MessageType.Ping:
        this.#pings.push({ page, time: request[1] });
        this.#send(request);
        break;
      case MessageType.Subscribe:
        if (request[2] === Channel.History) {
          // Each book of the past has its own clock: there is nothing to share.
          page.tell([MessageType.Error, request[1], UNKNOWN_CHANNEL, NO_HISTORY, false, 0]);
        } else this.#wish(page, request[1], [request[2], request[3], request[4] ?? {}]);
        break;
      case MessageType.Modify:
        this.#modify(page, request);
        break;
      case MessageType.Unsubscribe:
        this.#unsubscribe(page, request);
        break;
      case MessageType.Resync:
        this.#resync(request[2]);
        break;
      default:
        // Whatever else is asked by an id is answered by it.
        this.#ask(request, (event) => this.#answer(page, request[1], event));
    }
  }

  #hello(page: Page, [type, id, ...rest]: Message<typeof MessageType.Hello>): void {
    if (this.#welcome !== undefined) {
      this.#welcomePage(page, id, this.#welcome);
      return;
    }
    // Who speaks before it was told that the door is open would keep the others from being heard.
    if (this.#socket.readyState !== 1) return;
    this.#hellos.push({ page, id });
    if (this.#hellos.length > 1) return;
    this.#ask([type, 0, ...rest], (event) => {
      if (event[0] !== MessageType.Welcome) {
        for (const hello of this.#hellos) this.#answer(hello.page, hello.id, event);
        return;
      }
      this.#welcome = event;
      this.#welcomeAtMs = this.#platform.now();
      for (const hello of this.#hellos.splice(0)) this.#welcomePage(hello.page, hello.id, event);
    });
  }

  #welcomePage(page: Page, id: number, welcome: Welcome): void {
    const [type, , ...rest] = welcome;
    const validForMs = rest[5];
    const agedMs = this.#platform.now() - this.#welcomeAtMs;
    const told =
      validForMs === undefined ? rest : rest.with(5, Math.max(0, Math.floor(validForMs - agedMs)));
    page.tell([type, id, ...told] as unknown as Welcome);
  }

  /** Into the class of the wish, which is asked for if there is none; then out of the one before. */
  #wish(page: Page, id: number, [channel, symbol, wish]: Wish, before?: SharedClass): void {
    const { resume: from, ...options } = wish;
    const resume = from as Resume;
    const wanted = wantedOf(channel, options as Record<string, number>);
    const key = keyOf(channel, symbol, wanted);
    const known = this.#byKey.get(key);
    if (known === undefined) {
      const made = new SharedClass(key, channel, symbol, wanted);
      this.#byKey.set(key, made);
      made.waiting.push({ page, id, resume, before });
      const asked = resume === undefined ? wanted : { ...wanted, resume };
      this.#ask([MessageType.Subscribe, 0, channel, symbol, asked], (event) =>
        this.#subscribed(made, event),
      );
    } else if (known.id === 0) {
      known.waiting.push({ page, id, resume, before });
    } else if (known.pages.has(page) && known !== before) {
      page.tell([MessageType.Error, id, ALREADY_SUBSCRIBED, 'ALREADY_SUBSCRIBED', false, 0]);
    } else {
      known.enter(page, id, resume);
      if (before !== undefined && before !== known) this.#leave(before, page);
      this.#resync(known.id);
    }
  }

  #subscribed(one: SharedClass, event: GatewayEvent): void {
    const waiting = one.waiting.splice(0);
    if (event[0] !== MessageType.Subscribed) {
      this.#byKey.delete(one.key);
      for (const { page, id } of waiting) this.#answer(page, id, event);
      return;
    }
    one.subscribed(event);
    this.#byId.set(one.id, one);
    const start = one.startOf(waiting[0]?.resume);
    for (const { page, id, resume, before } of waiting) {
      if (!this.pages.has(page)) continue;
      one.enter(page, id, resume, start);
      if (before !== undefined) this.#leave(before, page);
    }
    // What follows is for the first who asked; the others, too, have to begin somewhere.
    if (waiting.length > 1) this.#resync(one.id);
    if (one.pages.size === 0) this.#give(one);
  }

  #modify(page: Page, [, id, classId, options]: Message<typeof MessageType.Modify>): void {
    const before = this.#byId.get(classId);
    if (before === undefined) return;
    // Two classes of trades are cut into messages in different ways, so none leads into the other.
    if (before.channel === 'trades') before.enter(page, id, undefined);
    // A new class first, so that others keep what they have.
    else
      this.#wish(
        page,
        id,
        [before.channel, before.symbol, { ...before.options, ...options }],
        before,
      );
  }

  #unsubscribe(page: Page, [, id, classId]: Message<typeof MessageType.Unsubscribe>): void {
    const one = this.#byId.get(classId);
    if (one !== undefined) this.#leave(one, page);
    page.tell([MessageType.Unsubscribed, id, classId, 0, '']);
  }

  #leave(one: SharedClass, page: Page): void {
    one.leave(page);
    if (one.pages.size === 0 && one.id !== 0) this.#give(one);
  }

  /** Nobody has it any more. */
  #give(one: SharedClass): void {
    this.#byKey.delete(one.key);
    this.#byId.delete(one.id);
    this.#ask([MessageType.Unsubscribe, 0, one.id], () => {});
  }

  /** Answered by what is told to everybody in the class. */
  #resync(classId: number): void {
    this.#nextId += 1;
    this.#send([MessageType.Resync, this.#nextId, classId]);
  }

  #catchUp(page: Page): void {
    for (const one of this.#byId.values()) if (one.catchUp(page)) this.#resync(one.id);
  }

  #received(data: Payload): void {
    const nowMs = this.#platform.now();
    this.#heardAtMs = nowMs;
    let event: GatewayEvent | undefined;
    try {
      event = eventOf(this.#decode(data));
    } catch (error) {
      this.#socket.close(4400);
      this.#end(4400, String(error));
      return;
    }
    if (event !== undefined) this.#route(event, data);
    const size = typeof data === 'string' ? data.length : data.byteLength;
    const frames = this.#acknowledger.received(size, nowMs);
    if (frames > 0) this.#send([MessageType.Ack, frames]);
    this.#dropSilent(nowMs);
  }

  #route(event: GatewayEvent, data: Payload): void {
    const answer = this.#answers.get(event[1] as number);
    switch (event[0]) {
      case MessageType.Welcome:
      case MessageType.Refreshed:
      case MessageType.Subscriptions:
        this.#take(event[1], answer, event);
        break;
      case MessageType.Error:
        this.#isGoing ||= event[2] === RESTARTING;
        if (event[1] !== 0) this.#take(event[1], answer, event);
        else for (const page of this.pages) page.tell(event);
        break;
      case MessageType.Subscribed:
        if (event[1] !== 0) {
          this.#take(event[1], answer, event);
          break;
        }
        this.#byId.get(event[2])?.subscribed(event);
        this.#byId.get(event[2])?.tell(event, data);
        break;
      case MessageType.Unsubscribed:
        if (event[1] !== 0) this.#take(event[1], answer, event);
        else this.#takenAway(event, data);
        break;
      case MessageType.Pong:
        this.#pong(event);
        break;
      default:
        if (event[1] !== 0) this.#byId.get(event[1] as number)?.tell(event, data);
        else for (const page of this.pages) page.offer(data);
    }
  }

  #take(id: number, answer: ((event: GatewayEvent) => void) | undefined, event: GatewayEvent) {
    this.#answers.delete(id);
    answer?.(event);
  }

  #takenAway([, , classId]: Message<typeof MessageType.Unsubscribed>, data: Payload): void {
    const one = this.#byId.get(classId);
    if (one === undefined) return;
    this.#byId.delete(classId);
    this.#byKey.delete(one.key);
    for (const page of one.pages) page.offer(data);
  }

  #pong(event: Message<typeof MessageType.Pong>): void {
    const at = this.#pings.findIndex(({ time }) => time === event[1]);
    if (at < 0) return;
    // Answers keep the order of what was asked: older ones are for pages that have gone.
    this.#pings
      .splice(0, at + 1)
      .at(-1)
      ?.page.tell(event);
  }

  #answer(page: Page, id: number, event: GatewayEvent): void {
    const [type, , ...rest] = event;
    if (this.pages.has(page)) page.tell([type, id, ...rest] as unknown as GatewayEvent);
  }

  #ask(request: Request, answered: (event: GatewayEvent) => void): void {
    this.#nextId += 1;
    this.#answers.set(this.#nextId, answered);
    const [type, , ...rest] = request;
    this.#send([type, this.#nextId, ...rest] as unknown as Request);
  }

  #send(request: Request): void {
    if (this.#socket.readyState !== 1) return;
    this.#socket.send(this.#isText ? JSON.stringify(request) : encodeRequest(request));
  }

  #decode(payload: Payload): unknown {
    if (typeof payload === 'string') return JSON.parse(payload);
    return this.#decoder.decode(new Uint8Array(payload));
  }

  #dropSilent(nowMs: number): void {
    for (const page of [...this.pages]) {
      if (nowMs - page.heardAtMs <= SILENT_PAGE_MS) continue;
      this.remove(page);
      page.end(SLOW_CONSUMER, 'The page was silent for too long.');
    }
  }

  #end(code: number, reason: string): void {
    if (this.#isGoing && this.pages.size === 0) return;
    this.#isGoing = true;
    this.#ended(this);
    const pages = [...this.pages];
    this.pages.clear();
    for (const page of pages) page.end(code, reason);
  }
}

/**
 * What the gateway is asked for. Trades come as often as to a page that is seen, or more often: a
 * page stays in the class that it began with, hidden or not, and a message to it costs next to nothing.
 */
function wantedOf(channel: string, options: SubscribeOptions): SubscribeOptions {
  const usual = served(channel, {});
  const wanted = served(channel, options);
  if (channel !== 'trades') return wanted;
  return { interval: Math.min(wanted['interval'] ?? 0, usual['interval'] ?? 0) };
}
