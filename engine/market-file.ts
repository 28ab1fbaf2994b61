/** Reads the market configuration file: which instruments there are, and how the simulation trades them. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DecimalError, DecimalScale } from '../feed/decimal.ts';
import {
  BookKind,
  type InstrumentDefinition,
  MAX_DECIMAL_BYTES,
  MAX_INSTRUMENTS,
  MAX_INTEGER,
  MAX_SYMBOL_BYTES,
} from '../feed/index.ts';
import { MarketFileError, ProblemReport, refuse, sentence } from './markets/problems.ts';

import {
  CALENDAR_SHAPE,
  convertCalendar,
  convertRules,
  RULES_SHAPE,
  type SessionSettings,
  STATUS,
} from './markets/session-settings.ts';

export {
  MARKET_PROBLEM_TEXT,
  MarketFileError,
  type MarketFileProblem,
} from './markets/problems.ts';

/** The market that is used when none is named. */
export const DEFAULT_MARKET_FILE = join(import.meta.dirname, 'markets', 'demo.json');

/** How the simulated order flow trades an instrument; see markets/README.md for the words. */
export interface SimulationSettings {
  /** Ticks. */
  readonly referencePrice: number;
  /** Standard deviation of the price over a day, as a share of it: 0.02 is 2 %. */
  readonly volatility: number;
  /** Ticks, 1 or more. */
  readonly typicalSpread: number;
  /** Lots, 1 or more. */
  readonly typicalQuantity: number;
  /** Commands per second, on average. */
  readonly activity: number;
}

export interface MarketInstrument extends InstrumentDefinition, SessionSettings {
  /** Absent: the simulation leaves the instrument alone. */
  readonly simulation: SimulationSettings | undefined;
}

export interface MarketFile {
  readonly path: string;
  readonly instruments: readonly MarketInstrument[];
}

/** Reads and checks a market file. Throws `MarketFileError`, which names all problems at once. */
export function readMarketFile(path: string = DEFAULT_MARKET_FILE): MarketFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `${why}. Name a JSON file of instruments; engine/markets/demo.json is an example.`;
    throw new MarketFileError(path, [{ code: 'MARKET_FILE_UNREADABLE', path: '', message }]);
  }
  return parseMarketFile(text, path);
}

/** As `readMarketFile`, from text; `path` is only used in messages. */
export function parseMarketFile(text: string, path: string): MarketFile {
  const report = new ProblemReport();
  const instruments = parseInstruments(text, report);
  if (report.problems.length > 0) throw new MarketFileError(path, report.problems);
  return { path, instruments };
}

// Fields are checked one by one, and instruments too, so that no problem hides another.
const DECIMAL = z.string();
const SCALE = z.string().superRefine((step, context) => {
  try {
    if (new DecimalScale(step).step.length <= MAX_DECIMAL_BYTES) return;
    refuse(context, 'TOO_LONG', `At most ${MAX_DECIMAL_BYTES} characters can be carried.`);
  } catch (error) {
    if (!(error instanceof DecimalError)) throw error;
    refuse(context, error.code, sentence(error));
  }
});
const SYMBOL = z.string().superRefine((symbol, context) => {
  const bytes = new TextEncoder().encode(symbol).length;
  if (bytes >= 1 && bytes <= MAX_SYMBOL_BYTES && !/[\p{Cc}\s]/u.test(symbol)) return;
  const rule = `1 to ${MAX_SYMBOL_BYTES} bytes without white space or control characters`;
  refuse(context, 'BAD_SYMBOL', `A symbol is ${rule}, not ${JSON.stringify(symbol)}.`);
});
const SIMULATION_SHAPE = z.strictObject({
  referencePrice: DECIMAL,
  volatility: z.number().min(0).max(1),
  typicalSpread: DECIMAL.optional(),
  typicalQuantity: DECIMAL,
  activity: z.number().positive().max(100_000),
});
const INSTRUMENT_SHAPE = z.strictObject({
  symbol: SYMBOL,
  tickSize: SCALE,
  lotSize: SCALE,
  lowestPrice: DECIMAL.optional(),
  highestPrice: DECIMAL.optional(),
  status: STATUS.optional(),
  rules: RULES_SHAPE.optional(),
  calendar: CALENDAR_SHAPE.optional(),
  simulation: SIMULATION_SHAPE.optional(),
});
const MARKET_SHAPE = z.strictObject({
  comment: z.string().optional(),
  instruments: z.array(z.unknown()).min(1),
});
const SHOW_INPUT = { reportInput: true };
type InstrumentShape = z.infer<typeof INSTRUMENT_SHAPE>;

function parseInstruments(text: string, report: ProblemReport): MarketInstrument[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    report.add('NOT_JSON', '', error instanceof Error ? error.message : String(error));
    return [];
  }
  const market = MARKET_SHAPE.safeParse(json, SHOW_INPUT);
  if (!market.success) {
    report.addIssues(market.error, []);
    return [];
  }
  if (market.data.instruments.length > MAX_INSTRUMENTS) {
    report.add('TOO_MANY_INSTRUMENTS', 'instruments', `At most ${MAX_INSTRUMENTS} are allowed.`);
    return [];
  }
  const instruments: MarketInstrument[] = [];
  const indexOfSymbol = new Map<string, number>();
  for (const [index, value] of market.data.instruments.entries()) {
    checkUnique(value, index, indexOfSymbol, report);
    const shape = INSTRUMENT_SHAPE.safeParse(value, SHOW_INPUT);
    if (shape.success) {
      const instrument = convert(shape.data, `instruments[${index}]`, report);
      if (instrument !== undefined) instruments.push(instrument);
    } else {
      report.addIssues(shape.error, ['instruments', index]);
    }
  }
  return instruments;
}

function checkUnique(
  instrument: unknown,
  index: number,
  indexOfSymbol: Map<string, number>,
  report: ProblemReport,
): void {
  if (typeof instrument !== 'object' || instrument === null || !('symbol' in instrument)) return;
  const { symbol } = instrument;
  if (typeof symbol !== 'string') return;
  const earlier = indexOfSymbol.get(symbol);
  if (earlier === undefined) indexOfSymbol.set(symbol, index);
  else {
    const message = `"${symbol}" is instruments[${earlier}] already.`;
    report.add('DUPLICATE_SYMBOL', `instruments[${index}].symbol`, message);
  }
}

function convert(
  shape: InstrumentShape,
  path: string,
  report: ProblemReport,
): MarketInstrument | undefined {
  const tick = new DecimalScale(shape.tickSize);
  const lot = new DecimalScale(shape.lotSize);
  const price = (name: 'lowestPrice' | 'highestPrice', otherwise: number) => {
    const value = shape[name];
    if (value === undefined) return otherwise;
    return report.decimal(`${path}.${name}`, () => tick.parse(value));
  };
  const lowestPrice = price('lowestPrice', 1);
  const highestPrice = price('highestPrice', MAX_INTEGER);
  if (lowestPrice === undefined || highestPrice === undefined) return undefined;
  if (lowestPrice > highestPrice) {
    const message = `${tick.format(lowestPrice)} is above the highest price.`;
    report.add('EMPTY_BAND', `${path}.lowestPrice`, message);
    return undefined;
  }
  const session = convertSession(shape, tick, path, report);
  const definition = {
    ...session,
    symbol: shape.symbol,
    tickSize: tick.step,
    lotSize: lot.step,
    bookKind: BookKind.Orders,
    lowestPrice,
    highestPrice,
  };
  const settings = shape.simulation;
  if (settings === undefined) return { ...definition, simulation: undefined };
  const simulation = convertSimulation(settings, tick, lot, `${path}.simulation`, report);
  if (simulation === undefined) return undefined;
  if (simulation.referencePrice < lowestPrice || simulation.referencePrice > highestPrice) {
    const message = `${settings.referencePrice} is not within the price band of the instrument.`;
    report.add('OUTSIDE_BAND', `${path}.simulation.referencePrice`, message);
  }
  return { ...definition, simulation };
}

function convertSession(
  { rules, calendar, status }: InstrumentShape,
  tick: DecimalScale,
  path: string,
  report: ProblemReport,
): SessionSettings {
  const toRules = rules && convertRules(rules, tick, `${path}.rules`, report);
  const toCalendar = calendar && convertCalendar(calendar, `${path}.calendar`, report);
  return {
    ...(toRules === undefined ? {} : { rules: toRules }),
    ...(toCalendar === undefined ? {} : { calendar: toCalendar }),
    ...(status === undefined ? {} : { status }),
  };
}

function convertSimulation(
  settings: NonNullable<InstrumentShape['simulation']>,
  tick: DecimalScale,
  lot: DecimalScale,
  path: string,
  report: ProblemReport,
): SimulationSettings | undefined {
  const spread = settings.typicalSpread ?? tick.step;
  const referencePrice = report.decimal(`${path}.referencePrice`, () =>
    tick.parse(settings.referencePrice),
  );
  const typicalSpread = report.decimal(`${path}.typicalSpread`, () => positive(tick, spread));
  const typicalQuantity = report.decimal(`${path}.typicalQuantity`, () =>
    positive(lot, settings.typicalQuantity),
  );
  if (
    referencePrice === undefined ||
    typicalSpread === undefined ||
    typicalQuantity === undefined
  ) {
    return undefined;
  }
  const { volatility, activity } = settings;
  return { referencePrice, volatility, typicalSpread, typicalQuantity, activity };
}

function positive(scale: DecimalScale, value: string): number {
  const steps = scale.parse(value);
  if (steps < 1) throw new DecimalError('OUT_OF_RANGE', `"${value}" is not above zero`);
  return steps;
}
