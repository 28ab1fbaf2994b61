import { expect, test } from 'vitest';
import { DEFAULT_PLACES, FREE_PLACES } from '../supervisor/topology.ts';
import {
  archiveArguments,
  checkFiles,
  firstPort,
  journalArguments,
  marketArguments,
  placesOf,
  portNeeds,
  sourceOptions,
  speed,
  type UpOptions,
} from './up-options.ts';

const OPTIONS: UpOptions = {
  source: 'sim',
  host: '127.0.0.1',
  port: 7180,
  ports: 7101,
  page: true,
};

test('four ports follow one another from the first', () => {
  expect(placesOf(OPTIONS)).toEqual(DEFAULT_PLACES.at);
  expect(placesOf({ ...OPTIONS, ports: 9100 })).toEqual({
    publish: 'tcp://127.0.0.1:9100',
    entry: 'tcp://127.0.0.1:9101',
    spine: 'tcp://127.0.0.1:9102',
    relay: 'tcp://127.0.0.1:9103',
    instruments: 'tcp://127.0.0.1:9104',
  });
  expect(placesOf({ ...OPTIONS, ports: 'auto' })).toEqual(FREE_PLACES.at);
});

test('every port that will be bound is checked', () => {
  const ports = portNeeds(placesOf(OPTIONS), OPTIONS).map((need) => need.port);
  expect(ports).toEqual([7101, 7102, 7103, 7104, 7105, 7180]);
});

test('a file that is not there is told before anything is started', () => {
  const check = (changes: Partial<UpOptions>) => () => checkFiles({ ...OPTIONS, ...changes });
  const here = import.meta.filename;
  for (const source of ['sim', 'sim:7', false, `capture:${here}`, 'unknown'] as const) {
    expect(check({ source })).not.toThrow();
  }
  expect(check({ source: 'kraken:/nowhere/b.gz' })).toThrow('There is no file /nowhere/b.gz.');
  expect(check({ source: `lobster:${here}`, orderbook: '/nowhere/b' })).toThrow('/nowhere/b.');
});

test('a speed is a number above zero, or as fast as can be', () => {
  expect(['max', '1', '0.5'].map(speed)).toEqual(['max', '1', '0.5']);
  for (const text of ['0', 'fast', '-1', '1e', ''])
    expect(() => speed(text), text).toThrow('above');
});

test('a first port leaves room for the other four', () => {
  expect(firstPort('auto')).toBe('auto');
  expect(firstPort('65531')).toBe(65531);
  for (const text of ['65532', '0', '-1', '1.5', 'x', '']) {
    expect(() => firstPort(text), text).toThrow('whole number');
  }
});

test('a recording brings its own instruments unless a market is named', () => {
  const argumentsOf = (changes: Partial<UpOptions>) => marketArguments({ ...OPTIONS, ...changes });
  expect(argumentsOf({})).toEqual([]);
  expect(argumentsOf({ source: 'sim:9' })).toEqual([]);
  expect(argumentsOf({ source: false })).toEqual([]);
  expect(argumentsOf({ source: 'kraken:f' })).toEqual(['--no-market']);
  expect(argumentsOf({ source: 'kraken:f', market: 'm' })).toEqual(['--market', 'm']);
});

test('commands are kept where a directory is named, the stream also for the run alone', () => {
  expect(journalArguments(OPTIONS)).toEqual([]);
  expect(journalArguments({ ...OPTIONS, journal: 'data' })).toEqual(['--journal', 'data']);
  const made = (): never => {
    throw new Error('A directory was made that nobody needs.');
  };
  expect(archiveArguments({ ...OPTIONS, archive: false }, made)).toEqual([]);
  expect(archiveArguments({ ...OPTIONS, archive: 'data' }, made)).toEqual(['--archive', 'data']);
  const own = archiveArguments(OPTIONS, () => 'of-the-run');
  expect(own).toEqual(['--archive', 'of-the-run', '--archive-bytes', '1073741824']);
});

test('the source is told what it was given and nothing else', () => {
  expect(sourceOptions(OPTIONS)).toEqual([]);
  expect(sourceOptions({ ...OPTIONS, speed: 'max', onError: 'fatal', market: 'm' })).toEqual([
    '--speed',
    'max',
    '--market',
    'm',
    '--on-error',
    'fatal',
  ]);
});
