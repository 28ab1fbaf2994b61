/** All micro suites, in the order of their tables. */

import type { MicroSuite } from '../micro-suite.ts';

const SUITES: Readonly<Record<string, () => Promise<MicroSuite>>> = {
  matcher: async () => (await import('./matcher.ts')).matcherSuite,
  delta: async () => (await import('./delta.ts')).deltaSuite,
  'gap detector': async () => (await import('./delta.ts')).gapSuite,
  'gateway codec': async () => (await import('./gateway.ts')).gatewaySuite,
  conflation: async () => (await import('./conflation.ts')).conflationSuite,
  decimal: async () => (await import('./decimal.ts')).decimalSuite,
  journal: async () => (await import('./journal.ts')).journalSuite,
};

export interface LoadOptions {
  /** Of `suite: case`: where it names a suite, no other one is loaded. */
  readonly filter?: string;
  /**
   * Hears of suites that cannot be loaded, which happens where these files are laid over an older
   * tree that has not all of what they measure; without it that is an error.
   */
  readonly onBroken?: ((name: string, error: unknown) => void) | undefined;
}

export async function loadSuites({
  filter = '',
  onBroken,
}: LoadOptions = {}): Promise<MicroSuite[]> {
  const [named = ''] = filter.includes(': ') ? filter.split(': ') : [];
  const suites: MicroSuite[] = [];
  for (const [name, load] of Object.entries(SUITES)) {
    if (!name.endsWith(named)) continue;
    try {
      suites.push(await load());
    } catch (error) {
      if (onBroken === undefined) throw error;
      onBroken(name, error);
    }
  }
  return suites;
}
