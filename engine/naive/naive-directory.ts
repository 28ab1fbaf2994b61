/** Which ids orders get, and how long the client order ids of ended ones stay taken. */

import { ORDER_SLOTS } from '../limits.ts';

/** Where an order stands in the directory: its id is `generation * ORDER_SLOTS + slot`. */
interface Slot {
  readonly slot: number;
  readonly generation: number;
}

export class NaiveDirectory {
  private readonly openNames = new Set<string>();
  /** Ended orders that are not forgotten yet, the one that ended first in front. */
  private readonly ended: { readonly name: string; readonly orderId: number }[] = [];
  private highestSlot = 0;
  /** Of the last order that came, when it was refused. */
  private spare: Slot | undefined;
  private readonly window: number;

  /** `window`: so many orders must end behind one until it is forgotten. */
  constructor(window: number) {
    this.window = window;
  }

  isTaken(name: string): boolean {
    return this.openNames.has(name) || this.ended.some((order) => order.name === name);
  }

  /** The id of an order that comes, whether it will be accepted or refused. */
  idForNext(): number {
    this.spare ??= this.findSlot();
    const { slot, generation } = this.spare;
    return generation * ORDER_SLOTS + slot;
  }

  /** The order that has a whole window of ended ones behind it is forgotten, and its slot used again. */
  private findSlot(): Slot {
    const oldest = this.ended.length > this.window ? this.ended.shift() : undefined;
    if (oldest !== undefined) {
      const generation = Math.floor(oldest.orderId / ORDER_SLOTS) + 1;
      return { slot: slotOf(oldest.orderId), generation };
    }
    this.highestSlot += 1;
    return { slot: this.highestSlot, generation: 0 };
  }

  accept(name: string): void {
    this.spare = undefined;
    this.openNames.add(name);
  }

  end(name: string, orderId: number): void {
    this.openNames.delete(name);
    this.ended.push({ name, orderId });
  }
}

export function slotOf(orderId: number): number {
  return orderId % ORDER_SLOTS;
}
