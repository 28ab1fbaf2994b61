/** What one client is subscribed to: asks for it, changes it, and brings it up to date. */

import type { Outcome, ServedClass, Wish } from '../channels/channel.ts';
import type { Channels } from '../channels/channels.ts';
import type { ResumePoint } from '../conflation/book-history.ts';
import {
  type ConflationClass,
  NOTHING_SENT,
  type Resumed,
} from '../conflation/conflation-class.ts';
import {
  type Codec,
  ERROR_CODES,
  type ErrorName,
  type GatewayEvent,
  MAX_SUBSCRIPTIONS,
  type Message,
  MessageType,
} from '../protocol/index.ts';
import { count, type Tally } from '../tally.ts';
import { RESUME_FORM, resumeOption } from './resume-option.ts';
import { type FrameSink, Subscription, type SubscriptionOwner } from './subscription.ts';

const RETRY_AFTER_MS = 1000;

/** The client's side of it: what may be said, and whether anything may be now. */
export interface Voice extends FrameSink {
  readonly isHeld: boolean;
  answer(event: GatewayEvent): void;
  answerBytes(frame: Uint8Array): void;
  refuse(id: number, error: ErrorName, detail: string, retryAfterMs?: number): void;
  mayRead(channel: string, symbol: string): boolean;
}

export interface SubscriptionsOptions {
  readonly channels: Channels;
  readonly codec: Codec;
  /** Counts connections, to spread them over each interval. */
  readonly slot: number;
  readonly tally: Tally;
  readonly voice: Voice;
  /** Where frames of classes go, past everybody else. */
  readonly flow: FrameSink;
}

export class Subscriptions implements SubscriptionOwner {
  readonly #options: SubscriptionsOptions;
  readonly #byClass = new Map<number, Subscription>();
  /** Those that have more than their class has sent yet; made for the first of them. */
  #ahead: Set<Subscription> | undefined;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#byClass.size;
  }

  dismissed(subscription: Subscription): void {
    this.#takeAway(subscription, 'DELISTED');
  }

  /** The client may read less than before. */
  dismissForbidden(): void {
    const { voice } = this.#options;
    for (const subscription of [...this.#byClass.values()]) {
      const { channel, symbol } = subscription.served.logic.key;
      if (!voice.mayRead(channel, symbol)) this.#takeAway(subscription, 'FORBIDDEN');
    }
  }

  subscribe([, id, channel, symbol, options]: Message<typeof MessageType.Subscribe>): void {
    const { channels, voice, tally } = this.#options;
    if (this.#byClass.size >= MAX_SUBSCRIPTIONS) {
      voice.refuse(id, 'LIMIT_REACHED', `A connection has at most ${MAX_SUBSCRIPTIONS}.`);
      return;
    }
    const resume = resumeOption(options ?? {});
    if (resume === null) {
      voice.refuse(id, 'BAD_REQUEST', RESUME_FORM);
      return;
    }
    const served = this.#find(id, channel, { symbol, options: options ?? {} });
    if (served === undefined) return;
    const { logic } = served;
    if (this.#byClass.has(logic.id)) {
      voice.refuse(id, 'ALREADY_SUBSCRIBED', `It is class ${logic.id}.`);
      return;
    }
    count(tally.subscribedByChannel, channel);
    const subscription = this.#enter(served);
    if (resume !== undefined && logic.sequence < resume.sequence) channels.refresh(served);
    voice.answerBytes(logic.subscribed(id));
    this.#catchUp(subscription, resume);
  }

  unsubscribe([, id, classId]: Message<typeof MessageType.Unsubscribe>): void {
    const subscription = this.#known(id, classId);
    if (subscription === undefined) return;
    this.#byClass.delete(classId);
    this.#leave(subscription);
    this.#options.voice.answer([MessageType.Unsubscribed, id, classId, 0, '']);
  }

  list([, id]: Message<typeof MessageType.List>): void {
    const rows = Array.from(this.#byClass.values(), ({ served }) => {
      const { channel, symbol, depth, interval, grouping } = served.logic.key;
      return [served.logic.id, channel, symbol, depth, interval, grouping];
    });
    this.#options.voice.answer([MessageType.Subscriptions, id, rows]);
  }

  resync([, id, classId]: Message<typeof MessageType.Resync>): void {
    const subscription = this.#known(id, classId);
    if (subscription === undefined) return;
    this.#options.channels.refresh(subscription.served);
    subscription.version = NOTHING_SENT;
    this.#catchUp(subscription);
  }

  seek([, id, classId, place]: Message<typeof MessageType.Seek>): void {
    const subscription = this.#known(id, classId);
    if (subscription === undefined) return;
    this.#refuseIf(id, this.#options.channels.seek(subscription.served, id, place));
  }

  play([, id, classId, speed, steps = 0]: Message<typeof MessageType.Play>): void {
    const subscription = this.#known(id, classId);
    if (subscription === undefined) return;
    this.#refuseIf(id, this.#options.channels.play(subscription.served, id, speed, steps));
  }

  modify([, id, classId, options]: Message<typeof MessageType.Modify>): void {
    const old = this.#known(id, classId);
    if (old === undefined) return;
    const { channels, voice } = this.#options;
    const inPlace = channels.modify(old.served, options);
    if (inPlace !== undefined && 'error' in inPlace) {
      voice.refuse(id, inPlace.error, inPlace.detail);
      return;
    }
    if (inPlace !== undefined) {
      voice.answerBytes(inPlace.logic.subscribed(id));
      old.version = NOTHING_SENT;
      this.#catchUp(old);
      return;
    }
    const { channel, symbol, depth, grouping, interval } = old.served.logic.key;
    const wanted = { depth, grouping, interval, ...options };
    const served = this.#find(id, channel, { symbol, options: wanted });
    if (served === undefined) return;
    const { logic } = served;
    if (logic !== old.served.logic && this.#byClass.has(logic.id)) {
      voice.refuse(id, 'ALREADY_SUBSCRIBED', `It is class ${logic.id}.`);
      return;
    }
    // Brought up to now, so that nothing which the class before has told is told again.
    channels.refresh(served);
    const version = logic.versionFrom?.(old.version, old.served.logic) ?? NOTHING_SENT;
    this.#byClass.delete(classId);
    const subscription = this.#enter(served);
    if (logic !== old.served.logic) this.#leave(old);
    else old.served.audience.members.delete(old);
    subscription.version = version;
    voice.answerBytes(logic.subscribed(id));
    this.#catchUp(subscription);
  }

  /** The client is no longer held: whoever is behind catches up. */
  resume(): void {
    for (const subscription of this.#byClass.values()) {
      const isAhead = this.#ahead?.has(subscription) ?? false;
      if (subscription.isBehind && !isAhead) this.#catchUp(subscription);
    }
  }

  /** Those who were ahead of their class join it when it has come so far. */
  waitForClasses(): void {
    if (this.#ahead === undefined) return;
    for (const subscription of this.#ahead) {
      const { version, served } = subscription;
      if (version > served.logic.version) continue;
      this.#ahead.delete(subscription);
      if (subscription.isBehind) this.#catchUp(subscription);
    }
  }

  leaveAll(): void {
    for (const subscription of this.#byClass.values()) this.#leave(subscription);
    this.#byClass.clear();
  }

  /** The class of a wish, or says why there is none. */
  #find(
    id: number,
    channel: string,
    { symbol, options }: Pick<Wish, 'symbol' | 'options'>,
  ): ServedClass | undefined {
    const { channels, codec, slot, voice } = this.#options;
    if (!voice.mayRead(channel, symbol)) {
      voice.refuse(id, 'FORBIDDEN', `It is not for "${channel}" of "${symbol.slice(0, 32)}".`);
      return undefined;
    }
    const served = channels.find(channel, { symbol, options, slot, codec });
    if (!('error' in served)) return served;
    voice.refuse(id, served.error, served.detail, RETRY_AFTER_MS);
    return undefined;
  }

  #refuseIf(id: number, outcome: Outcome): void {
    if (outcome !== undefined) this.#options.voice.refuse(id, outcome.error, outcome.detail);
  }

  #known(id: number, classId: number): Subscription | undefined {
    const subscription = this.#byClass.get(classId);
    if (subscription === undefined) {
      this.#options.voice.refuse(id, 'NOT_SUBSCRIBED', `Class ${classId} is not among yours.`);
    }
    return subscription;
  }

  #enter(served: ServedClass): Subscription {
    const subscription = new Subscription(served, this.#options.flow, this);
    this.#byClass.set(served.logic.id, subscription);
    served.audience.members.add(subscription);
    return subscription;
  }

  /** Sends what leads to the class's state, or leaves it until the client is no longer held. */
  #catchUp(subscription: Subscription, from?: ResumePoint): void {
    const { logic } = subscription.served;
    const { channels, voice } = this.#options;
    if (voice.isHeld) return;
    const { frames, version = logic.version } =
      from === undefined
        ? { frames: logic.catchUp(subscription.version, channels.readTime()) }
        : this.#resumed(logic, from);
    if (!voice.offer(frames)) return;
    subscription.version = version;
    if (version > logic.version) {
      this.#ahead ??= new Set();
      this.#ahead.add(subscription);
    }
  }

  #resumed(logic: ConflationClass, from: ResumePoint): Resumed {
    const { channels, tally } = this.#options;
    const resumed = logic.resume(from, channels.readTime());
    count(tally.resumedByResult, resumed.result);
    return resumed;
  }

  #takeAway(subscription: Subscription, error: ErrorName): void {
    const [code, , words] = ERROR_CODES[error];
    const { id } = subscription.served.logic;
    this.#byClass.delete(id);
    this.#leave(subscription);
    this.#options.voice.answer([MessageType.Unsubscribed, 0, id, code, words]);
  }

  #leave(subscription: Subscription): void {
    this.#ahead?.delete(subscription);
    subscription.served.audience.members.delete(subscription);
    this.#options.channels.leave(subscription.served);
  }
}
