/** The package.json of what is published: the repository's, but for what only a clone needs. */

export interface RepositoryManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** The oldest version of Node that the package runs on: what its tests run. */
export const OLDEST_NODE = '20.20.2';

/** The module behind each name that can be imported. */
export const PACKAGE_EXPORTS = {
  './subscriber': './clients/subscriber/index',
  './subscriber/fake': './clients/subscriber/fake/index',
  './orders': './clients/orders/index',
  './browser': './clients/browser/index',
} as const;

export function packageManifest(repository: RepositoryManifest): object {
  const { name, version, description, license, engines, dependencies } = repository;
  const exports: Record<string, unknown> = {};
  for (const [entry, module] of Object.entries(PACKAGE_EXPORTS)) {
    exports[entry] = { types: `${module}.d.ts`, default: `${module}.js` };
  }
  exports['./package.json'] = './package.json';
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    engines,
    // Importing one of the clients does nothing by itself; starting a program does.
    sideEffects: ['**/main.js', '**/*-main.js', '**/*-process.js', '**/*-worker.js'],
    bin: { touchline: 'clients/cli/main.js' },
    exports,
    dependencies,
  };
}
