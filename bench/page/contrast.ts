/** Measures how well every text of the page stands out from what is behind it, bars included. */

import type { Page } from 'playwright-core';

export interface Contrast {
  /** Class of the text's element, or its tag. */
  readonly where: string;
  /** As WCAG 2 defines it, 1 to 21: the lowest found there. */
  readonly ratio: number;
}

/** Lowest first, one entry for each kind of element that shows text. */
export function measureContrasts(page: Page): Promise<readonly Contrast[]> {
  return page.evaluate(() => {
    type Colour = readonly number[];
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) throw new Error('This browser draws no canvas.');

    /** Painted over another colour, as the browser itself would blend it. */
    const over = (colour: string, under: Colour): Colour => {
      context.fillStyle = `rgb(${under.slice(0, 3).join(' ')})`;
      context.fillRect(0, 0, 1, 1);
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
      return [...context.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (colour: Colour): number => {
      const [red = 0, green = 0, blue = 0] = colour.slice(0, 3).map((value) => {
        const part = value / 255;
        return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const ancestors = (element: Element | null): readonly Element[] =>
      element === null ? [] : [...ancestors(element.parentElement), element];
    const groundOf = (element: Element): Colour => {
      let ground: Colour = [255, 255, 255];
      for (const one of ancestors(element)) {
        ground = over(getComputedStyle(one).backgroundColor, ground);
      }
      // A bar may lie under any figure of its level, however short it is now.
      const level = element.closest('.level');
      const side = level?.classList.contains('bid') ? 'bid' : 'ask';
      const bars = level?.closest('.ladder-sheet')?.querySelector(`.bars.${side}`);
      return bars ? over(getComputedStyle(bars).color, ground) : ground;
    };
    const ratioOf = (element: Element): number => {
      const ground = groundOf(element);
      const opaque = over(getComputedStyle(element).color, ground);
      const opacity = ancestors(element).reduce(
        (product, one) => product * Number(getComputedStyle(one).opacity),
        1,
      );
      const shown = opaque.map(
        (part, index) => part * opacity + (ground[index] ?? 0) * (1 - opacity),
      );
      const lights = [luminance(shown), luminance(ground)];
      return (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
    };

    const lowest = new Map<string, number>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (walker.currentNode.nodeValue?.trim() === '' || !element?.checkVisibility()) continue;
      const where = `${element.className || element.tagName} in ${element.parentElement?.className}`;
      lowest.set(where, Math.min(lowest.get(where) ?? 21, ratioOf(element)));
    }
    return [...lowest]
      .map(([where, ratio]) => ({ where, ratio }))
      .sort((a, b) => a.ratio - b.ratio);
  });
}
