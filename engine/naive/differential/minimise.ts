/** Makes a stream of commands on which the markets differ as short and as plain as it can. */

import { type Command, CommandType } from '../../protocol/index.ts';
import { type Difference, type DuelOptions, playAll } from './play.ts';
import type { TimedCommand } from './random-commands.ts';

/** Fields of a new order that it can do without. */
const OPTIONAL = [
  'minimumQuantity',
  'postOnly',
  'selfTrade',
  'displayQuantity',
  'isHidden',
  'linkedTo',
  'triggerPrice',
] as const;

/** Commands that may be played to make a stream short; then it is as short as it is. */
const MOST_COMMANDS = 300_000;

export interface Minimised {
  readonly commands: readonly TimedCommand[];
  readonly difference: Difference;
}

export class Minimiser {
  #commands: readonly TimedCommand[];
  #difference: Difference;
  readonly #options: DuelOptions | undefined;
  #played = 0;

  constructor(commands: readonly TimedCommand[], difference: Difference, options?: DuelOptions) {
    this.#commands = commands.slice(0, difference.step + 1);
    this.#difference = difference;
    this.#options = options;
  }

  run(): Minimised {
    let before = Number.POSITIVE_INFINITY;
    while (this.#commands.length < before) {
      before = this.#commands.length;
      this.#dropParts();
    }
    this.#simplify();
    this.#dropParts();
    return { commands: this.#commands, difference: this.#difference };
  }

  /** True, and kept, when the markets still differ. */
  #try(commands: readonly TimedCommand[]): boolean {
    if (this.#played > MOST_COMMANDS) return false;
    this.#played += commands.length;
    const difference = playAll(commands, this.#options);
    if (difference === undefined) return false;
    this.#commands = commands.slice(0, difference.step + 1);
    this.#difference = difference;
    return true;
  }

  /** Halves, quarters and so on down to single commands. */
  #dropParts(): void {
    for (let size = this.#commands.length >> 1; size >= 1; size >>= 1) {
      for (let end = this.#commands.length; end > 0; end -= size) {
        const start = Math.max(0, end - size);
        this.#try([...this.#commands.slice(0, start), ...this.#commands.slice(end)]);
      }
    }
  }

  #simplify(): void {
    for (let at = 0; at < this.#commands.length; at += 1) {
      for (const command of simpler(this.#commands[at]?.command)) {
        const commands = this.#commands.map((one, i) => (i === at ? { ...one, command } : one));
        this.#try(commands);
      }
    }
  }
}

function simpler(command: Command | undefined): Command[] {
  if (command?.type !== CommandType.NewOrder) return [];
  const less: Command[] = [];
  for (const field of OPTIONAL) {
    if (command[field] === undefined) continue;
    const { [field]: _, ...rest } = command;
    less.push(rest as Command);
  }
  if (command.quantity > 1) less.push({ ...command, quantity: 1 });
  return less;
}
