/** `sim[:seed]`: an endless, seeded, believable market over the instruments of the market file. */

import type { MarketFile } from '../market-file.ts';
import { type Report, ReportType } from '../protocol/index.ts';
import { SimulatedInstrument } from './simulated-instrument.ts';
import type { Source, SourceCommand, SourceInstrument, SourceItem } from './source.ts';

export const DEFAULT_SEED = 'touchline';

export interface SimulationOptions {
  readonly market: MarketFile;
  /** The same seed and the same reports give the same commands. */
  readonly seed?: string;
  /** Commands per second over all instruments; by default what the market file says. */
  readonly rate?: number;
  /** By default 1; above the ids of an earlier run whose orders may still be open. */
  readonly firstClientOrderId?: number;
}

export class SimulatedSource implements Source {
  readonly name: string;
  readonly instruments: readonly SourceInstrument[];
  readonly totalBytes = 0;
  readonly bytesRead = 0;
  readonly #flows: readonly SimulatedInstrument[];
  /** By the engine's number, as reports that a flow knew have told. */
  readonly #flowOf = new Map<number, SimulatedInstrument>();
  #lastClientOrderId: number;
  readonly #counts = {
    commands: 0,
    accepted: 0,
    fills: 0,
    cancelled: 0,
    replaced: 0,
    triggered: 0,
    refused: 0,
  };

  constructor({ market, seed = DEFAULT_SEED, rate, firstClientOrderId = 1 }: SimulationOptions) {
    this.#lastClientOrderId = firstClientOrderId - 1;
    this.name = `sim:${seed}`;
    const traded = market.instruments.filter((instrument) => instrument.simulation !== undefined);
    const activity = traded.reduce((sum, { simulation }) => sum + (simulation?.activity ?? 0), 0);
    const rateFactor = rate === undefined ? 1 : rate / activity;
    this.instruments = market.instruments.map(({ simulation: _, ...definition }) => definition);
    this.#flows = traded.flatMap((instrument) => {
      const { simulation } = instrument;
      if (simulation === undefined) return [];
      const nextId = () => ++this.#lastClientOrderId;
      return [new SimulatedInstrument(instrument, simulation, seed, rateFactor, nextId)];
    });
  }

  /** The highest client order id given out. */
  get lastClientOrderId(): number {
    return this.#lastClientOrderId;
  }

  *items(): Generator<SourceItem, void> {
    for (const flow of this.#flows) yield this.#step(0, flow.opening());
    for (;;) {
      const flow = this.#next();
      if (flow === undefined) return;
      const time = flow.nextTime;
      const command = flow.step();
      // A moment at which nothing was to be done is handed out too: whoever iterates stays in charge.
      yield this.#step(time, command === undefined ? [] : [command]);
    }
  }

  onReport(report: Report): void {
    this.#count(report);
    const instrument = 'instrument' in report ? report.instrument : 0;
    const known = this.#flowOf.get(instrument);
    if (known !== undefined) {
      known.onReport(report);
      return;
    }
    for (const flow of this.#flows) {
      if (!flow.onReport(report)) continue;
      if (instrument !== 0) this.#flowOf.set(instrument, flow);
      return;
    }
  }

  summary(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  #step(seconds: number, commands: readonly SourceCommand[]): SourceItem {
    this.#counts.commands += commands.length;
    const timeNs = BigInt(Math.round(seconds * 1e9));
    return { type: 'step', timeNs, line: 0, commands };
  }

  /** The instrument whose next event is the soonest. */
  #next(): SimulatedInstrument | undefined {
    let soonest: SimulatedInstrument | undefined;
    for (const flow of this.#flows) {
      if (soonest === undefined || flow.nextTime < soonest.nextTime) soonest = flow;
    }
    return soonest;
  }

  #count(report: Report): void {
    switch (report.type) {
      case ReportType.Accepted:
        this.#counts.accepted++;
        break;
      case ReportType.Filled:
        this.#counts.fills++;
        break;
      case ReportType.Cancelled:
        this.#counts.cancelled++;
        break;
      case ReportType.Replaced:
        this.#counts.replaced++;
        break;
      case ReportType.Triggered:
        this.#counts.triggered++;
        break;
      case ReportType.Rejected:
        this.#counts.refused++;
        break;
    }
  }
}
