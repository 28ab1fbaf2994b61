/** What an order goes on asking for while it rests: packed beside its owner, so that it costs no row. */

import { MAX_U32 } from '../../feed/index.ts';
import { type OrderConditions, PostOnly, SelfTrade } from '../protocol/index.ts';

/** Owners are 0 to this. */
export const HIGHEST_OWNER = MAX_U32;
export const NOBODY = -1;

/**
 * A row's OWNER is `owner + instructions * 2^32`; a plain order's instructions are 0.
 *
 *   instructions   bits 0-2   SelfTrade
 *                  bits 3-4   PostOnly
 *                  bit 5      an iceberg
 */
const OWNERS = HIGHEST_OWNER + 1;
const TO_INSTRUCTIONS = 1 / OWNERS;
const POST_ONLY_SHIFT = 3;
const POST_ONLY_MASK = 0b11;
const ICEBERG = 1 << 5;
const SELF_TRADE_MASK = 0b111;
const { Off, Slide } = PostOnly;
const { Allow, Decrement } = SelfTrade;

/** Of an order that asks for everything at once. */
export const HIGHEST_INSTRUCTIONS = 2 * ICEBERG - 1;

/** The OWNER of every iceberg is this or more, of every other order less. */
export const FIRST_ICEBERG = ICEBERG * OWNERS;

export function instructionsOf(conditions: OrderConditions): number {
  const { postOnly = Off, selfTrade = Allow, displayQuantity = 0 } = conditions;
  return selfTrade | (postOnly << POST_ONLY_SHIFT) | (displayQuantity > 0 ? ICEBERG : 0);
}

/**
 * Of an order that asks for self-trade prevention and nothing else, which is judged order by order
 * as they are met; -1 for one that asks for more, or for what there is not.
 */
export function plainInstructionsOf(conditions: OrderConditions): number {
  const { postOnly = Off, selfTrade = Allow, isHidden = false } = conditions;
  const { minimumQuantity = 0, displayQuantity = 0 } = conditions;
  const isPlain = postOnly === Off && !isHidden && minimumQuantity === 0 && displayQuantity === 0;
  return isPlain && (selfTrade | 0) === selfTrade && selfTrade >= 0 && selfTrade <= Decrement
    ? selfTrade
    : -1;
}

/** Whether a number stands for something that an order may ask for. */
export function areInstructions(instructions: number): boolean {
  return selfTradeOf(instructions) <= Decrement && postOnlyOf(instructions) <= Slide;
}

export function isIceberg(instructions: number): boolean {
  return instructions >= ICEBERG;
}

export function selfTradeOf(instructions: number): SelfTrade {
  return (instructions & SELF_TRADE_MASK) as SelfTrade;
}

export function postOnlyOf(instructions: number): PostOnly {
  return ((instructions >> POST_ONLY_SHIFT) & POST_ONLY_MASK) as PostOnly;
}

export function packOwner(owner: number, instructions: number): number {
  return owner + instructions * OWNERS;
}

export function unpackOwner(packed: number): number {
  // Takes the value modulo 2^32.
  return packed >>> 0;
}

export function unpackInstructions(packed: number): number {
  return (packed * TO_INSTRUCTIONS) | 0;
}
