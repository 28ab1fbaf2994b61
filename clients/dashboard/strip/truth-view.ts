/** The truth strip: what state the book is in, how that is known, and how late it is. */

import type { FeedState } from '../../../feed/index.ts';
import type { Book, LinkStatus } from '../../browser/index.ts';
import { element, LiveAttribute, LiveText } from '../dom.ts';
import { formatAge, formatLatency, groupThousands } from '../format.ts';
import type { FrameStats } from '../frame-loop.ts';
import type { ShownState } from '../shown-state.ts';
import { texts } from '../texts.ts';
import type { LatencyWindow } from './latency-window.ts';

/** Figures that are averages change at this pace: faster could not be read. */
const SLOW_MS = 500;

/** A hash checked longer ago than this no longer says much about now. */
const HASH_FRESH_MS = 5000;

export interface TruthInput {
  readonly shown: ShownState;
  /** What the gateway complained about a moment ago, or the empty string. */
  readonly notice: string;
  readonly link: LinkStatus;
  readonly book: Book | undefined;
  readonly gaps: number;
  readonly engineToGateway: LatencyWindow | undefined;
  readonly gatewayToScreen: LatencyWindow | undefined;
  readonly frames: FrameStats;
}

export class TruthView {
  readonly element: HTMLElement;
  readonly #sharesClock: boolean;
  readonly #stateName = new LiveText();
  readonly #stateReason = new LiveText();
  readonly #state: LiveAttribute;
  readonly #transport = new Cell('transport', texts.strip.transport);
  readonly #engine = new Cell('engine-hop', texts.strip.engineToGateway);
  readonly #screen = new Cell('screen-hop', texts.strip.gatewayToScreen);
  readonly #sequence = new Cell('sequence', texts.strip.sequence, texts.strip.hints.sequence);
  readonly #transaction = new Cell(
    'transaction',
    texts.strip.transaction,
    texts.strip.hints.transaction,
  );
  readonly #gaps = new Cell('gaps', texts.strip.gaps, texts.strip.hints.gaps);
  readonly #hash = new Cell('hash', texts.strip.hash);
  readonly #frames = new Cell('frames', texts.strip.frames, texts.strip.hints.frames);
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
    const cells = [
      this.#transport,
      this.#engine,
      this.#screen,
      this.#sequence,
      this.#transaction,
      this.#gaps,
      this.#hash,
      this.#frames,
    ];
    this.element = element(
      'footer',
      { class: 'strip', 'aria-label': texts.strip.label },
      state,
      element('dl', { class: 'facts' }, ...cells.map((cell) => cell.element)),
    );
    this.#state = new LiveAttribute(this.element, 'data-state');
  }

  /** In the frame that drew the ladder, so that both show the same position. */
  drawPosition(sequence: number, transaction: number): void {
    this.#sequence.write(groupThousands(String(sequence)));
    this.#transaction.write(groupThousands(String(transaction)));
  }

  draw(input: TruthInput, nowMs: number): void {
    this.#drawState(input.shown, input.notice);
    if (nowMs < this.#nextSlowMs) return;
    this.#nextSlowMs = nowMs + SLOW_MS;
    this.#drawLink(input.link);
    this.#drawLatency(input);
    this.#drawHash(input.book, input.shown, nowMs);
    this.#gaps.write(String(input.gaps));
    this.#gaps.mark(input.gaps === 0 ? 'plain' : 'warning');
    const rate = Math.round(input.frames.perSecond());
    this.#frames.write(`${rate} · ${input.frames.dropped} ${texts.strip.dropped}`);
  }

  #drawState(shown: ShownState, notice: string): void {
    this.#state.write(shown.state satisfies FeedState);
    this.#stateName.write(texts.states[shown.state]);
    this.#stateReason.write(shown.reason === 'NONE' ? notice : texts.reasons[shown.reason]);
  }

  #drawLink(link: LinkStatus): void {
    this.#transport.write(link.transport);
    const roundTrip =
      link.roundTripMs === undefined ? texts.noValue : formatLatency(link.roundTripMs);
    this.#transport.explain(texts.strip.hints.transport(roundTrip, link.fallbackReason));
  }

  #drawLatency({ engineToGateway, gatewayToScreen, book }: TruthInput): void {
    const interval = texts.header.milliseconds(book?.interval ?? 0);
    this.#engine.write(quantileText(engineToGateway, 0.5));
    this.#engine.explain(
      texts.strip.hints.engineToGateway(quantileText(engineToGateway, 0.99), interval),
    );
    const about = this.#sharesClock ? '' : '≈ ';
    this.#screen.write(about + quantileText(gatewayToScreen, 0.5));
    const clocks = this.#sharesClock ? '' : ` ${texts.strip.hints.clocks}`;
    this.#screen.explain(
      texts.strip.hints.gatewayToScreen(quantileText(gatewayToScreen, 0.99)) + clocks,
    );
  }

  #drawHash(book: Book | undefined, shown: ShownState, nowMs: number): void {
    const checked = book?.hashesChecked ?? 0;
    this.#hash.explain(texts.strip.hints.hash(groupThousands(String(checked))));
    if (book === undefined || checked === 0) {
      const isWrong = book?.reason === 'HASH_MISMATCH';
      this.#hash.write(texts.strip.hashNever);
      this.#hash.mark(isWrong ? 'broken' : 'faint');
      return;
    }
    const age = nowMs - book.hashCheckedAt;
    this.#hash.write(`= ${texts.strip.ago(formatAge(age))}`);
    if (book.reason === 'HASH_MISMATCH') this.#hash.mark('broken');
    else this.#hash.mark(shown.state === 'LIVE' && age <= HASH_FRESH_MS ? 'proved' : 'faint');
  }
}

/** A name and a figure that explains itself on hover. */
class Cell {
  readonly element: HTMLElement;
  readonly #value = new LiveText();
  readonly #title: LiveAttribute;
  readonly #mark: LiveAttribute;

  constructor(name: string, label: string, hint = '') {
    this.element = element(
      'div',
      { class: `fact ${name}` },
      element('dt', {}, label),
      element('dd', {}, this.#value.node),
    );
    this.#title = new LiveAttribute(this.element, 'title');
    this.#mark = new LiveAttribute(this.element, 'data-mark');
    if (hint !== '') this.explain(hint);
    this.write(texts.noValue);
  }

  write(text: string): void {
    this.#value.write(text);
  }

  explain(hint: string): void {
    this.#title.write(hint);
  }

  mark(mark: 'plain' | 'warning' | 'broken' | 'proved' | 'faint'): void {
    this.#mark.write(mark);
  }
}

function quantileText(window: LatencyWindow | undefined, fraction: number): string {
  return formatLatency(window?.quantile(fraction) ?? Number.NaN);
}
