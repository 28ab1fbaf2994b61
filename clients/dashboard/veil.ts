/** What lies over the ladder and the tape whenever their prices must not be taken for live ones. */

import { FeedState } from '../../feed/index.ts';
import type { LinkStatus } from '../browser/index.ts';
import { element, LiveAttribute, LiveText } from './dom.ts';
import { formatAge } from './format.ts';
import type { ShownState } from './shown-state.ts';
import { texts } from './texts.ts';

export interface VeilInput {
  readonly shown: ShownState;
  readonly link: LinkStatus;
  /** Milliseconds since the link last changed: what is left of a wait is counted from there. */
  readonly linkForMs: number;
  /** Undefined when no price on the page was ever known to be right. */
  readonly ageMs: number | undefined;
  /** Milliseconds since the reader paused; undefined while running. */
  readonly pausedMs: number | undefined;
}

export interface VeilText {
  /** `past` and `elsewhere`: of time travel, where it shows and where it does not. */
  readonly kind: 'none' | 'paused' | 'waiting' | 'warning' | 'broken' | 'past' | 'elsewhere';
  readonly heading: string;
  readonly detail: string;
  readonly age: string;
}

const NOTHING: VeilText = { kind: 'none', heading: '', detail: '', age: '' };

/** Pure: which words the veil carries. A lost connection says more than the state it causes. */
export function veilText({ shown, link, linkForMs, ageMs, pausedMs }: VeilInput): VeilText {
  const age = ageMs === undefined ? texts.veil.noPrices : texts.veil.age(formatAge(ageMs));
  if (link.status === 'closed') {
    return { kind: 'broken', heading: texts.veil.closed, detail: closedDetail(link), age };
  }
  if (link.status !== 'open') {
    if (link.code === undefined && ageMs === undefined) {
      const { connecting, connectingDetail } = texts.veil;
      return { kind: 'waiting', heading: connecting, detail: connectingDetail, age };
    }
    return { kind: 'broken', heading: texts.veil.lost, detail: lostDetail(link, linkForMs), age };
  }
  if (shown.state !== FeedState.Live) {
    const isWaiting = shown.state === FeedState.Syncing;
    return {
      kind: isWaiting ? 'waiting' : 'warning',
      heading: texts.states[shown.state],
      detail: texts.reasons[shown.reason],
      age,
    };
  }
  if (pausedMs !== undefined) {
    const { paused, pausedDetail } = texts.veil;
    return {
      kind: 'paused',
      heading: paused,
      detail: pausedDetail,
      age: texts.veil.age(formatAge(pausedMs)),
    };
  }
  return NOTHING;
}

export class Veil {
  readonly element: HTMLElement;
  readonly #kind: LiveAttribute;
  readonly #heading = new LiveText();
  readonly #detail = new LiveText();
  readonly #age = new LiveText();

  constructor() {
    this.element = element(
      'div',
      { class: 'veil' },
      element(
        'div',
        { class: 'stamp' },
        element('strong', { class: 'veil-heading' }, this.#heading.node),
        element('span', { class: 'veil-age' }, this.#age.node),
        element('span', { class: 'veil-detail' }, this.#detail.node),
      ),
    );
    this.#kind = new LiveAttribute(this.element, 'data-kind');
    this.#kind.write('none');
  }

  draw(text: VeilText): void {
    this.#kind.write(text.kind);
    this.#heading.write(text.heading);
    this.#detail.write(text.detail);
    this.#age.write(text.age);
  }
}

function lostDetail(link: LinkStatus, linkForMs: number): string {
  const next =
    link.status === 'waiting' && link.retryInMs !== undefined
      ? texts.veil.retryIn(formatAge(link.retryInMs - linkForMs))
      : texts.veil.retrying;
  return link.code === undefined
    ? next
    : `${texts.veil.code(link.code, link.message ?? '')}. ${next}`;
}

function closedDetail(link: LinkStatus): string {
  const { code, closedDetail: detail } = texts.veil;
  return link.code === undefined ? detail : `${code(link.code, link.message ?? '')}. ${detail}`;
}
