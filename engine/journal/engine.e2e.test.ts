/** The engine process with a journal on a real disk: full, gone, forbidden, taken, damaged. */

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { subscribe } from '../../clients/subscriber/index.ts';
import { FeedState, nanosToBigInt, Side } from '../../feed/index.ts';
import { crc32 } from '../../feed/process/index.ts';
import { Reason, type Report, ReportType } from '../protocol/index.ts';
import { connectOrderEntry, type OrderEntryConnection } from '../protocol/node.ts';
import { runEngine } from '../testing/engine-process.ts';
import { until } from '../testing/entry-fixture.ts';
import { limit, listing } from '../testing/orders.ts';
import { segmentName } from './format.ts';
import { playHistory, readHistory } from './history.ts';
import { NodeJournalFiles } from './journal-files.ts';
import { KillableEngine } from './testing/killable-engine.ts';
import { startRelay } from './testing/relay-process.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'touchline-journal-'));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function started(folder: string, ...options: string[]): Promise<KillableEngine> {
  const engine = new KillableEngine(folder, ...options);
  await engine.start();
  closers.push(() => engine.kill());
  return engine;
}

interface Client {
  readonly connection: OrderEntryConnection;
  /** Sends one order and answers with the first report to it. */
  order(id: number): Promise<Report>;
}

async function client(engine: KillableEngine, name = 'trader'): Promise<Client> {
  const { entry: endpoint } = engine.endpoints;
  const connection = await connectOrderEntry({ endpoint, name });
  closers.push(() => connection.close());
  const reports: Report[] = [];
  connection.onReport((report) => reports.push(report));
  connection.send(listing('ABC'));
  return {
    connection,
    async order(id) {
      const number = connection.send(limit(1, id, Side.Bid, 90, 1));
      await until(() => reports.some(({ command }) => command === number), `answer ${number}`);
      return reports.find(({ command }) => command === number) as Report;
    },
  };
}

const REFUSED = { type: ReportType.Rejected, reason: Reason.JournalUnavailable, transaction: 0 };
const TAKEN = { type: ReportType.Accepted };
const ANY = ['--publish', 'tcp://127.0.0.1:*', '--entry', 'tcp://127.0.0.1:*'];
const NOBODY = 65_534;
const FREE = [...ANY, '--spine', 'tcp://127.0.0.1:*', '--no-market'];

describe('an engine with a journal', () => {
  it('refuses orders while the disk is full, and goes on when there is room', async () => {
    const engine = await started(scratch());
    const { order } = await client(engine);
    expect(await order(1)).toMatchObject(TAKEN);
    // A file may not grow beyond this: what a write gets is what a full disk gives.
    setFileSizeLimit(engine.pid, '1000');
    let id = 1;
    let report: Report;
    do {
      id += 1;
      report = await order(id);
    } while (report.type === ReportType.Accepted && id < 50);
    expect(report).toMatchObject(REFUSED);
    expect(await order(98)).toMatchObject(REFUSED);
    expect(engine.output).toContain('the journal cannot be written');
    setFileSizeLimit(engine.pid, 'unlimited');
    expect(await order(99)).toMatchObject({ ...TAKEN, transaction: id + 1 });
    expect(engine.output).toContain('the journal is written again');
    await engine.kill();
    await engine.start();
    expect(await order(100)).toMatchObject({ ...TAKEN, transaction: id + 2 });
  });

  it.skipIf(!canMount())('refuses orders on a disk that is full, and goes on later', async () => {
    const folder = scratch();
    const engine = new KillableEngine(folder, '--checkpoint-every', '5');
    mkdirSync(engine.directory);
    run('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', engine.directory);
    closers.push(() => run('umount', '-l', engine.directory));
    await engine.start();
    closers.push(() => engine.kill());
    const { order } = await client(engine);
    expect(await order(1)).toMatchObject(TAKEN);
    // All that is left, but for what is left of pages.
    const filler = join(engine.directory, 'filler');
    expect(spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1k']).status).not.toBe(0);
    let id = 1;
    let report: Report;
    do {
      id += 1;
      report = await order(id);
    } while (report.type === ReportType.Accepted && id < 100);
    expect(report).toMatchObject(REFUSED);
    expect(engine.output).toContain('ENOSPC');
    rmSync(filler);
    expect(await order(200)).toMatchObject({ ...TAKEN, transaction: id + 1 });
    await engine.kill();
    await engine.start();
    expect(await order(201)).toMatchObject({ ...TAKEN, transaction: id + 2 });
  });

  it('refuses orders while its directory is away, and goes on when it is back', async () => {
    const folder = scratch();
    const engine = await started(folder);
    const { order } = await client(engine);
    expect(await order(1)).toMatchObject(TAKEN);
    renameSync(engine.directory, join(folder, 'away'));
    await sleep(20);
    expect(await order(2)).toMatchObject(REFUSED);
    renameSync(join(folder, 'away'), engine.directory);
    await sleep(20);
    expect(await order(3)).toMatchObject({ ...TAKEN, transaction: 3 });
    rmSync(engine.directory, { recursive: true });
    await sleep(20);
    expect(await order(4)).toMatchObject(REFUSED);
  });

  it('goes on in its epoch when every write was waited for, also after an orderly end', async () => {
    const engine = await started(scratch(), '--durability', 'fsync', '--segment-bytes', '4096');
    const { order, connection } = await client(engine);
    const { epoch } = connection;
    // Some fifty orders fill a segment.
    for (let id = 1; id <= 60; id++) expect(await order(id)).toMatchObject(TAKEN);
    expect(readdirSync(engine.directory)).toHaveLength(2);
    await engine.kill();
    await engine.start();
    expect(await order(61)).toMatchObject({ ...TAKEN, transaction: 62 });
    expect(connection.epoch).toEqual(epoch);
    await engine.end();
    await engine.start();
    expect(await order(62)).toMatchObject({ ...TAKEN, transaction: 63 });
    expect(connection.epoch).toEqual(epoch);
  });

  it('lets nobody else write the same journal, by whatever path', async () => {
    const engine = await started(scratch());
    const around = join(engine.directory, '..', 'journal', '.');
    const second = await runEngine('--journal', around, ...FREE);
    expect(second.code).toBe(2);
    expect(second.output).toContain('ENGINE_ALREADY_RUNNING');
    await engine.kill();
    // The kernel has taken the lock back.
    await engine.start();
  });

  it('lets nobody else serve at the same endpoint, by tcp or by ipc', async () => {
    const folder = scratch();
    const engine = new KillableEngine(folder);
    const at = (name: string) => `ipc://${join(folder, name)}`;
    engine.endpoints = { publish: at('publish'), entry: at('entry'), spine: 'tcp://127.0.0.1:*' };
    await engine.start();
    closers.push(() => engine.kill());
    for (const option of ['--publish', '--entry', '--spine'] as const) {
      const endpoint = engine.endpoints[option.slice(2) as 'publish'];
      const second = await runEngine(...FREE, option, endpoint.replace(folder, `${folder}/.`));
      expect([second.code, second.output]).toEqual([2, expect.stringContaining('ENDPOINT_IN_USE')]);
    }
    // The first one was not disturbed, and what it held is free once it is killed.
    const { order } = await client(engine);
    expect(await order(1)).toMatchObject(TAKEN);
    await engine.kill();
    await engine.start();
    expect(await order(2)).toMatchObject(TAKEN);
  });

  it('says what is wrong with a directory that it cannot use', async () => {
    const folder = scratch();
    writeFileSync(join(folder, 'file'), '');
    const file = await runEngine('--journal', join(folder, 'file'), ...FREE);
    expect([file.code, file.output]).toEqual([2, expect.stringContaining('JOURNAL_UNUSABLE')]);
    const small = await runEngine('--journal', folder, '--segment-bytes', '10', ...FREE);
    expect([small.code, small.output]).toEqual([2, expect.stringContaining('4096 or more')]);
  });

  it.skipIf(process.getuid?.() !== 0)('needs the permission to write there', async () => {
    const folder = scratch();
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o555);
    chmodSync(folder, 0o755);
    const main = join(import.meta.dirname, '..', 'main.ts');
    // Root may everything: so it is somebody else who tries.
    const { status, stderr } = spawnSync(process.execPath, [main, '--journal', closed, ...FREE], {
      uid: NOBODY,
      gid: NOBODY,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([2, expect.stringContaining('JOURNAL_UNUSABLE')]);
  });

  it('ends at once when fsync fails: nobody knows any more what is on the disk', async () => {
    const folder = scratch();
    const engine = new KillableEngine(folder, '--durability', 'fsync');
    const trouble = join(folder, 'fsync-fails');
    engine.circumstances = {
      imports: [preload('failing-fsync')],
      environment: { TOUCHLINE_FAIL_FSYNC_FILE: trouble },
    };
    await engine.start();
    closers.push(() => engine.kill());
    const { order, connection } = await client(engine);
    expect(await order(1)).toMatchObject(TAKEN);
    const answers: Report[] = [];
    connection.onReport((report) => answers.push(report));
    writeFileSync(trouble, '');
    connection.send(limit(1, 2, Side.Bid, 90, 1));
    expect(await engine.ended()).toBe(1);
    expect(engine.output).toContain('fsync failed');
    // Nothing was said about it, neither yes nor no.
    expect(answers).toEqual([]);
    rmSync(trouble);
    await engine.start();
    // The client asks again by itself, and is answered once.
    await until(() => answers.length > 0, 'the answer');
    expect(answers).toMatchObject([TAKEN]);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'refuses orders while the permission is lost, and goes on when it is given back',
    async () => {
      const folder = scratch();
      const engine = new KillableEngine(folder, '--segment-bytes', '4096');
      // Root may everything: so it is somebody else who tries.
      engine.circumstances = { uid: NOBODY };
      for (const place of [folder, engine.directory]) {
        mkdirSync(place, { recursive: true });
        chownSync(place, NOBODY, NOBODY);
      }
      await engine.start();
      closers.push(() => engine.kill());
      const { order } = await client(engine);
      expect(await order(1)).toMatchObject(TAKEN);
      chmodSync(engine.directory, 0o555);
      let id = 1;
      let report: Report;
      do {
        id += 1;
        report = await order(id);
      } while (report.type === ReportType.Accepted && id < 100);
      // The file that is open can be written; the next one cannot be begun.
      expect(report).toMatchObject(REFUSED);
      expect(engine.output).toContain('the journal cannot be written');
      chmodSync(engine.directory, 0o755);
      expect(await order(200)).toMatchObject({ ...TAKEN, transaction: id + 1 });
      expect(engine.output).toContain('the journal is written again');
      await engine.kill();
      await engine.start();
      expect(await order(201)).toMatchObject({ ...TAKEN, transaction: id + 2 });
    },
  );

  it('goes on in its epoch when the date was set back or forward by an hour, or stands', async () => {
    const engine = await started(scratch());
    const { order, connection } = await client(engine);
    const { epoch } = connection;
    expect(await order(1)).toMatchObject({ ...TAKEN, transaction: 2 });
    const hour = 3_600_000;
    const clocks: Record<string, string>[] = [
      { TOUCHLINE_CLOCK_STEP_MS: String(-hour) },
      { TOUCHLINE_CLOCK_STEP_MS: String(hour) },
      { TOUCHLINE_CLOCK_STEP_MS: '0' },
      { TOUCHLINE_CLOCK_FROZEN: '1' },
    ];
    for (const [index, environment] of clocks.entries()) {
      await engine.kill();
      // The marker waits by the clock.
      const imports = [preload('stepped-clock')];
      engine.circumstances = { imports, environment, isUnmarked: true };
      await engine.start();
      expect(await order(10 + index)).toMatchObject({ ...TAKEN, transaction: 3 + index });
      expect(connection.epoch).toEqual(epoch);
    }
    const times: bigint[] = [];
    const history = readHistory(new NodeJournalFiles(engine.directory), crc32);
    playHistory(history, {
      command: (_transaction, high, low) => times.push(nanosToBigInt(high, low)),
      client: () => {},
    });
    // Transaction 4 came when the clock was an hour ahead; time stands there until it is over.
    expect(times).toEqual(times.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(Number((times[3] ?? 0n) - (times[2] ?? 0n)) / 1e6).toBeGreaterThan(hour / 2);
    expect(times[4]).toBe(times[3]);
  });

  it('knows files out of a backup, and takes an empty directory for a new market', async () => {
    const folder = scratch();
    const engine = await started(folder);
    const { order, connection } = await client(engine);
    const { epoch } = connection;
    for (let id = 1; id <= 3; id++) expect(await order(id)).toMatchObject(TAKEN);
    await engine.kill();
    cpSync(engine.directory, join(folder, 'backup'), { recursive: true });
    await engine.start();
    for (let id = 4; id <= 6; id++) expect(await order(id)).toMatchObject(TAKEN);
    await engine.kill();
    rmSync(engine.directory, { recursive: true });
    cpSync(join(folder, 'backup'), engine.directory, { recursive: true });
    await engine.start();
    expect(engine.output).toContain('COPIED');
    // What came after the backup is not there, and the epoch says so.
    const again = await client(engine, 'another');
    expect(again.connection.epoch).not.toEqual(epoch);
    expect(await again.order(9)).toMatchObject({ ...TAKEN, transaction: 6 });
    await engine.kill();
    for (const name of readdirSync(engine.directory)) rmSync(join(engine.directory, name));
    await engine.start();
    expect(engine.output).toContain('a journal begins');
    const fresh = await client(engine, 'third');
    expect(await fresh.order(1)).toMatchObject({ ...TAKEN, transaction: 2 });
    // A file without a byte in it was never written by an engine.
    await engine.kill();
    writeFileSync(join(engine.directory, segmentName(1)), '');
    await expect(engine.start()).rejects.toThrow('JOURNAL_DAMAGED');
  });

  it('asks a relay whether the journal is all there was', async () => {
    const folder = scratch();
    const engine = await started(folder);
    const { publish, spine } = engine.endpoints;
    const relay = await startRelay(publish, spine);
    closers.push(() => relay.stop());
    const { order, connection } = await client(engine);
    for (let id = 1; id <= 3; id++) expect(await order(id)).toMatchObject(TAKEN);
    const { epoch } = connection;
    const file = join(engine.directory, segmentName(1));
    const bytes = readFileSync(file);
    for (let id = 4; id <= 6; id++) expect(await order(id)).toMatchObject(TAKEN);
    const service = subscribe({ feed: publish, repair: relay.endpoint });
    closers.push(() => service.close());
    await until(() => service.find('ABC')?.state === FeedState.Live, 'the relay to be up to date');
    await engine.kill();
    const witnessed = new KillableEngine(folder, '--witness', relay.endpoint);
    witnessed.endpoints = engine.endpoints;
    await witnessed.start();
    expect(witnessed.output).toContain('a witness has answered');
    expect(witnessed.output).toContain('goes on, and its epoch');
    await witnessed.kill();
    // Files that are older than what the relay has seen, and look as if nobody had touched them.
    for (const name of readdirSync(engine.directory)) {
      if (name !== segmentName(1)) rmSync(join(engine.directory, name));
    }
    writeFileSync(file, bytes);
    await witnessed.start();
    closers.push(() => witnessed.kill());
    expect(witnessed.output).toContain('WITNESS_AHEAD');
    const again = await client(witnessed, 'another');
    expect(again.connection.epoch).not.toEqual(epoch);
    // Where nobody answers, that is said, and it goes on.
    await relay.stop();
    await witnessed.kill();
    await witnessed.start();
    expect(witnessed.output).toContain('a witness has not answered');
  });

  it('takes checkpoints beside the market, begins with them, and outlives their taker', async () => {
    const options = ['--checkpoint-every', '20', '--restart-records', '0'];
    const engine = await started(scratch(), ...options);
    const { order } = await client(engine);
    let id = 0;
    const orders = async (count: number) => {
      for (let i = 0; i < count; i++) {
        id += 1;
        expect(await order(id)).toMatchObject(TAKEN);
      }
    };
    const checkpoints = () => readdirSync(engine.directory).filter((name) => name.endsWith('.tlc'));
    await orders(50);
    await until(() => checkpoints().length > 0, 'a checkpoint', 30_000);
    // Its taker dies, and the engine does not notice.
    const taker = childrenOf(engine.pid)[0] ?? 0;
    process.kill(taker, 'SIGKILL');
    await until(() => engine.output.includes('the follower that takes checkpoints'), 'the end');
    await orders(30);
    await until(() => checkpoints().length > 1, 'another checkpoint', 30_000);
    await engine.kill();
    await engine.start();
    expect(engine.output).toContain('"checkpoint":"checkpoint-');
    expect(await order(1000)).toMatchObject({ ...TAKEN, transaction: id + 2 });
    // And it ends with its engine, however that ends.
    await until(() => childrenOf(engine.pid).length > 0, 'the next taker', 30_000);
    const next = childrenOf(engine.pid)[0] ?? 0;
    await engine.kill();
    await until(() => !existsSync(`/proc/${next}`), 'the end of the taker', 30_000);
  });

  it('refuses a damaged journal, or goes on from what is good in a new epoch', async () => {
    const engine = await started(scratch());
    const { order, connection } = await client(engine);
    for (let id = 1; id <= 5; id++) expect(await order(id)).toMatchObject(TAKEN);
    const { epoch } = connection;
    await engine.kill();
    const file = join(engine.directory, segmentName(1));
    const bytes = readFileSync(file);
    bytes[bytes.length - 5]! ^= 1;
    writeFileSync(file, bytes);
    await expect(engine.start()).rejects.toThrow('JOURNAL_DAMAGED');
    const lenient = new KillableEngine(join(engine.directory, '..'), '--on-damage', 'new-epoch');
    await lenient.start();
    closers.push(() => lenient.kill());
    expect(lenient.output).toContain('DAMAGED');
    // The name is the first client's still, and its token is not known here.
    const again = await client(lenient, 'another');
    expect(again.connection.epoch).not.toEqual(epoch);
    // Five transactions were good: the listing and four orders; then the second listing.
    expect(await again.order(9)).toMatchObject({ ...TAKEN, transaction: 7 });
    expect(readdirSync(lenient.directory).join()).toContain('.damaged-');
  });
});

function run(command: string, ...options: string[]): void {
  const { status, stderr } = spawnSync(command, options, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
}

/** Root may, where the system lets it. */
function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  const place = mkdtempSync(join(tmpdir(), 'touchline-mount-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place]);
  if (status === 0) run('umount', place);
  rmSync(place, { recursive: true });
  return status === 0;
}

function preload(name: string): string {
  return join(import.meta.dirname, 'testing', `${name}.ts`);
}

/** Linux only, as the tests are. */
function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** Of a running process; `prlimit` is part of util-linux. */
function setFileSizeLimit(pid: number, bytes: string): void {
  const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`prlimit: ${stderr}`);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
