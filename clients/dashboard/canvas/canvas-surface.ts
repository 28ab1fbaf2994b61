/** A canvas as large as its box, drawn in CSS pixels whatever the display's resolution. */

import { element } from '../dom.ts';

export class CanvasSurface {
  readonly element: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  /** CSS pixels; 0 until the first layout, and while the panel is not shown. */
  width = 0;
  height = 0;
  ratio = 1;

  /** `resized` is called when the size has changed: what was drawn is gone then. */
  constructor(resized: () => void) {
    this.element = element('canvas', { class: 'surface', role: 'img' });
    const context = this.element.getContext('2d');
    if (context === null) throw new Error('This browser draws no canvas.');
    this.context = context;
    new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      this.#fit(entry.contentRect.width, entry.contentRect.height);
      resized();
    }).observe(this.element);
  }

  get isShown(): boolean {
    return this.width > 0 && this.height > 0;
  }

  label(text: string): void {
    this.element.setAttribute('aria-label', text);
  }

  /** Empties the canvas and returns its context, one unit being one CSS pixel. */
  begin(): CanvasRenderingContext2D {
    const { context, ratio } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    return context;
  }

  #fit(width: number, height: number): void {
    this.ratio = window.devicePixelRatio || 1;
    this.width = Math.floor(width);
    this.height = Math.floor(height);
    // Setting a size empties the canvas, also when it is the same.
    this.element.width = Math.round(this.width * this.ratio);
    this.element.height = Math.round(this.height * this.ratio);
  }
}
