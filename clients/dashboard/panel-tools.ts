/** The controls in the heads of the panels: each steers what is shown below it. */

import { element } from './dom.ts';
import { multiply, parseDecimal, writeDecimal } from './exact-decimal.ts';
import { groupThousands } from './format.ts';
import type { Action } from './keyboard.ts';
import { CANDLE_SECONDS, DEPTHS, GROUPINGS } from './preferences.ts';
import { Stepper } from './stepper.ts';
import { TapeFilter } from './tape/tape-filter.ts';
import { texts } from './texts.ts';
import type { WatchOptions } from './watched-instrument.ts';

export interface ToolActions {
  setCandle(seconds: number): void;
  setSmallestTrade(text: string): void;
}

export class PanelTools {
  readonly grouping: Stepper;
  readonly depth: Stepper;
  readonly centre: HTMLButtonElement;
  /** Whose book the ladder shows, where it stands beside others. */
  readonly symbol = element('strong', { class: 'ladder-symbol' });
  readonly candle: HTMLElement;
  readonly filter: TapeFilter;
  readonly #candleChoice: HTMLSelectElement;

  constructor(act: (action: Action) => void, actions: ToolActions) {
    const { header, ladder, price } = texts;
    this.grouping = new Stepper(
      'grouping',
      {
        name: header.grouping,
        hint: header.groupingHint,
        down: header.finer,
        up: header.coarser,
      },
      (by) => act({ type: 'step-grouping', by }),
    );
    this.depth = new Stepper(
      'depth-stepper',
      { name: header.depth, hint: header.depthHint, down: header.fewer, up: header.more },
      (by) => act({ type: 'step-depth', by }),
    );
    this.centre = element(
      'button',
      {
        type: 'button',
        class: 'control centre',
        'aria-pressed': 'true',
        title: ladder.centreHint,
      },
      ladder.centre,
    );
    this.centre.addEventListener('click', () => act({ type: 'centre' }));
    const options = CANDLE_SECONDS.map((seconds) =>
      element('option', { value: String(seconds) }, price.seconds(seconds)),
    );
    this.#candleChoice = element('select', { 'aria-label': price.span }, ...options);
    this.#candleChoice.addEventListener('change', () =>
      actions.setCandle(Number(this.#candleChoice.value)),
    );
    this.candle = element(
      'label',
      { class: 'choice candle', title: price.spanHint },
      this.#candleChoice,
    );
    this.filter = new TapeFilter((text) => actions.setSmallestTrade(text));
  }

  show(symbol: string, { grouping, depth }: WatchOptions, tickSize: string | undefined): void {
    this.symbol.textContent = symbol;
    this.grouping.write(
      priceStep(grouping, tickSize),
      grouping === GROUPINGS[0],
      grouping === GROUPINGS.at(-1),
    );
    this.depth.write(String(depth), depth === DEPTHS[0], depth === DEPTHS.at(-1));
  }

  showCandle(seconds: number): void {
    this.#candleChoice.value = String(seconds);
  }

  showLocked(isLocked: boolean): void {
    this.centre.setAttribute('aria-pressed', String(isLocked));
  }
}

/** So many ticks as a decimal; the number itself while the tick is unknown. */
function priceStep(grouping: number, tickSize: string | undefined): string {
  const tick = parseDecimal(tickSize ?? '1') ?? { units: 1n, decimals: 0 };
  return groupThousands(writeDecimal(multiply(tick, { units: BigInt(grouping), decimals: 0 })));
}
