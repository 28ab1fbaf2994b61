/** The sheet that lists the keys; a modal dialog, so that the browser keeps focus and Escape right. */

import { element } from './dom.ts';
import { texts } from './texts.ts';

export class HelpSheet {
  readonly element: HTMLDialogElement;

  constructor() {
    const close = element('button', { type: 'button', class: 'control' }, texts.help.close);
    close.addEventListener('click', () => this.element.close());
    const lines = texts.help.keys.map(([keys, meaning]) =>
      element(
        'div',
        { class: 'help-line' },
        element('dt', {}, ...keys.split(' ').map(keyOrWord)),
        element('dd', {}, meaning),
      ),
    );
    this.element = element(
      'dialog',
      { class: 'help-sheet', 'aria-labelledby': 'help-title' },
      element('h2', { id: 'help-title' }, texts.help.title),
      element('dl', {}, ...lines),
      close,
    );
  }

  toggle(): void {
    if (this.element.open) this.element.close();
    else this.element.showModal();
  }
}

function keyOrWord(text: string): HTMLElement {
  return text === '…' ? element('span', {}, text) : element('kbd', {}, text);
}
