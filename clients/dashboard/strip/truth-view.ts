/** The truth strip: what state the book is in, how that is known, and how late it is. */

import type { FeedState } from '../../../feed/index.ts';
import type { HopLatency } from '../../browser/channels/index.ts';
import type { Book, LinkStatus } from '../../browser/index.ts';
import { BoxedText, element, LiveAttribute, LiveText } from '../dom.ts';
import { formatAge, formatLatency, groupThousands } from '../format.ts';
import type { FrameStats } from '../frame-loop.ts';
import type { ShownState } from '../shown-state.ts';
import { texts } from '../texts.ts';
import { FactCell } from './fact-cell.ts';
import { HopCell } from './hop-cell.ts';
import type { LatencyWindow } from './latency-window.ts';

/** Figures that are averages change at this pace: faster could not be read. */
const SLOW_MS = 500;

/** A hash checked longer ago than this no longer says much about now. */
const HASH_FRESH_MS = 5000;

/** What is said while the page shows the past. */
export interface PastTruth {
  readonly reason: string;
  /** Time and position, as text. */
  readonly place: string;
  readonly hashesChecked: number;
}

export interface StateInput {
  readonly past: PastTruth | undefined;
  readonly shown: ShownState;
  /** What the gateway complained about or what was made good a moment ago, or the empty string. */
  readonly notice: string;
}

export interface FactsInput extends Pick<StateInput, 'past' | 'shown'> {
  readonly link: LinkStatus;
  readonly book: Book | undefined;
  readonly gaps: number;
  readonly repairs: number;
  /** Transactions that one change sums up; NaN while unknown. */
  readonly perChange: number;
  /** What the gateway says of its own hops; empty where it says nothing. */
  readonly hops: readonly HopLatency[];
  readonly engineToGateway: LatencyWindow | undefined;
  readonly gatewayToScreen: LatencyWindow | undefined;
  readonly frames: FrameStats;
}

export class TruthView {
  readonly element: HTMLElement;
  readonly #sharesClock: boolean;
  readonly #stateName = new LiveText();
  readonly #stateReason = new LiveText();
  readonly #place = new LiveText();
  readonly #state: LiveAttribute;
  readonly #cells = factCells();
  #nextSlowMs = 0;

  constructor(sharesClock: boolean) {
    this.#sharesClock = sharesClock;
    const state = element(
      'div',
      { class: 'state', role: 'status', title: texts.strip.hints.state },
      element('span', { class: 'lamp', 'aria-hidden': 'true' }),
      element('strong', { class: 'state-name' }, this.#stateName.node),
      element('span', { class: 'state-reason' }, this.#stateReason.node),
    );
    this.element = element(
      'footer',
      { class: 'strip', 'aria-label': texts.strip.label },
      state,
      // Not in the state, which is spoken whenever it changes: time goes on too fast for that.
      element('span', { class: 'state-place' }, this.#place.node),
      element('dl', { class: 'facts' }, ...Object.values(this.#cells).map((cell) => cell.element)),
    );
    this.#state = new LiveAttribute(this.element, 'data-state');
  }

  /** In the frame that drew the ladder, so that both show the same position. */
  drawPosition(sequence: number, transaction: number): void {
    this.#cells.sequence.write(groupThousands(String(sequence)));
    this.#cells.transaction.write(groupThousands(String(transaction)));
  }

  /** The figures follow at once: other ones are told from now on. */
  hurry(): void {
    this.#nextSlowMs = 0;
  }

  /** In every frame: the state is never late. */
  drawState({ shown, notice, past }: StateInput): void {
    this.#place.write(past?.place ?? '');
    if (past !== undefined) {
      this.#state.write('PAST');
      this.#stateName.write(texts.past.name);
      this.#stateReason.write(past.reason);
      return;
    }
    this.#state.write(shown.state satisfies FeedState);
    this.#stateName.write(texts.states[shown.state]);
    this.#stateReason.write(shown.reason === 'NONE' ? notice : texts.reasons[shown.reason]);
  }

  isDue(nowMs: number): boolean {
    return nowMs >= this.#nextSlowMs;
  }

  drawFacts(input: FactsInput, nowMs: number): void {
    this.#nextSlowMs = nowMs + SLOW_MS;
    this.#drawLink(input.link);
    if (input.past === undefined) {
      this.#drawLatency(input);
      this.#drawHash(input.book, input.shown, nowMs);
    } else {
      this.#drawPastFacts(input.past);
    }
    const { gaps, conflation, frames } = this.#cells;
    gaps.write(`${input.gaps} · ${input.repairs} ${texts.strip.repairs}`);
    gaps.mark(input.gaps > input.repairs ? 'warning' : 'plain');
    const { perChange } = input;
    conflation.write(Number.isNaN(perChange) ? texts.noValue : `${perChange.toFixed(1)} : 1`);
    const rate = Math.round(input.frames.perSecond());
    frames.write(`${rate} · ${input.frames.dropped} ${texts.strip.dropped}`);
  }

  #drawLink(link: LinkStatus): void {
    const { transport } = this.#cells;
    transport.write(link.transport);
    transport.explain(texts.strip.hints.transport(roundTrip(link), link.fallbackReason));
  }

  #drawLatency({ hops, engineToGateway, gatewayToScreen, book, link }: FactsInput): void {
    const { publish, engine, screen } = this.#cells;
    const hop = (name: string) => hops.find((one) => one.name === name);
    const published = hop('published');
    const [median = Number.NaN, slow = Number.NaN] = [published?.p50Us, published?.p99Us];
    publish.drawQuantiles(median / 1000, slow / 1000, '');
    publish.explain(texts.strip.hints.published);
    const applied = hop('applied');
    const appliedHint =
      applied === undefined ? '' : texts.strip.hints.applied(formatLatency(applied.p50Us / 1000));
    const interval = texts.header.milliseconds(book?.interval ?? 0);
    engine.draw(engineToGateway, '');
    engine.explain(texts.strip.hints.engineToGateway(interval) + appliedHint);
    screen.draw(gatewayToScreen, this.#sharesClock ? '' : '≈ ');
    const clocks = this.#sharesClock ? '' : ` ${texts.strip.hints.clocks(roundTrip(link))}`;
    screen.explain(texts.strip.hints.gatewayToScreen + clocks);
  }

  /** Nothing of the past is late, and what is late is not shown. */
  #drawPastFacts({ hashesChecked }: PastTruth): void {
    const { publish, engine, screen, hash } = this.#cells;
    for (const cell of [publish, engine, screen]) cell.write(texts.noValue);
    const count = texts.past.hashes(groupThousands(String(hashesChecked)));
    hash.write(hashesChecked === 0 ? texts.strip.hashNever : count);
    hash.mark(hashesChecked === 0 ? 'faint' : 'proved');
    hash.explain(texts.past.hashHint);
  }

  #drawHash(book: Book | undefined, shown: ShownState, nowMs: number): void {
    const { hash } = this.#cells;
    const checked = book?.hashesChecked ?? 0;
    hash.explain(texts.strip.hints.hash(groupThousands(String(checked))));
    if (book === undefined || checked === 0) {
      const isWrong = book?.reason === 'HASH_MISMATCH';
      hash.write(texts.strip.hashNever);
      hash.mark(isWrong ? 'broken' : 'faint');
      return;
    }
    const age = nowMs - book.hashCheckedAt;
    hash.write(`= ${texts.strip.ago(formatAge(age))}`);
    if (book.reason === 'HASH_MISMATCH') hash.mark('broken');
    else hash.mark(shown.state === 'LIVE' && age <= HASH_FRESH_MS ? 'proved' : 'faint');
  }
}

/** In the order of the strip. */
function factCells() {
  const { strip } = texts;
  return {
    transport: new FactCell('transport', strip.transport),
    publish: new HopCell('publish-hop', strip.published),
    engine: new HopCell('engine-hop', strip.engineToGateway),
    screen: new HopCell('screen-hop', strip.gatewayToScreen),
    sequence: new FactCell('sequence', strip.sequence, strip.hints.sequence, new BoxedText()),
    transaction: new FactCell(
      'transaction',
      strip.transaction,
      strip.hints.transaction,
      new BoxedText(),
    ),
    gaps: new FactCell('gaps', strip.gaps, strip.hints.gaps),
    conflation: new FactCell('conflation', strip.conflation, strip.hints.conflation),
    hash: new FactCell('hash', strip.hash),
    frames: new FactCell('frames', strip.frames, strip.hints.frames),
  };
}

function roundTrip(link: LinkStatus): string {
  return link.roundTripMs === undefined ? texts.noValue : formatLatency(link.roundTripMs);
}
