/** Prices at the edge: decimal texts to ticks and back. */

import { DecimalScale } from '../../../feed/decimal.ts';
import { StepFormat } from '../../../gateway/protocol/index.ts';
import { type MicroSuite, witness } from '../micro-suite.ts';

const OPERATIONS = 500;
const TICK_SIZE = '0.0005';
const ticks = Array.from({ length: OPERATIONS }, (_, i) => 1_000_000 + ((i * 7919) % 100_000));
const scale = new DecimalScale(TICK_SIZE);
const texts = ticks.map((value) => scale.format(value));

export const decimalSuite: MicroSuite = {
  name: 'decimal',
  measures:
    'A price such as 523.4195 with a tick size of 0.0005, from text to whole ticks and back: exactly, by decimal.js, as sources and clients of order entry do; and by the formatter of the browser, which has only whole numbers to write. Per price.',
  leavesOut: 'Nothing inside of the engine or the feed does any of this: they hold ticks.',
  wouldLie: 'Very long decimals cost decimal.js more, powers of ten cost it less.',
  cases: [
    {
      name: 'parse, exact',
      unit: 'price',
      operations: OPERATIONS,
      isGuarded: true,
      setUp: () => ({
        round: () => {
          for (const text of texts) witness.sum += scale.parse(text);
        },
      }),
    },
    {
      name: 'format, exact',
      unit: 'price',
      operations: OPERATIONS,
      setUp: () => ({
        round: () => {
          for (const value of ticks) witness.sum += scale.format(value).length;
        },
      }),
    },
    {
      name: 'format, in the browser',
      unit: 'price',
      operations: OPERATIONS,
      isGuarded: true,
      setUp: () => {
        const format = new StepFormat(TICK_SIZE);
        return {
          round: () => {
            for (const value of ticks) witness.sum += format.format(value).length;
          },
        };
      },
    },
    {
      name: 'parse with Number, wrong by half a tick sometimes',
      unit: 'price',
      operations: OPERATIONS,
      peer: 'Number',
      setUp: () => ({
        round: () => {
          for (const text of texts) witness.sum += Math.round(Number(text) / 0.0005);
        },
      }),
    },
  ],
};
