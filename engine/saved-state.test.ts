/** The whole engine saved and loaded: from then on it does what the one that went on does. */

import { describe, expect, it } from 'vitest';
import { type Epoch, type Nanos, PacketOffset, setNanos } from '../feed/index.ts';
import { crc32 } from '../feed/process/index.ts';
import { Engine } from './engine.ts';
import { ClientDirectory } from './entry/client-directory.ts';
import { ReportRouter } from './entry/report-router.ts';
import { SessionTable } from './entry/session-table.ts';
import type { Command } from './protocol/index.ts';
import { digestOf, StateError, StateReader, StateWriter } from './state.ts';
import { RANDOM_LISTINGS, RANDOM_OWNERS, randomCommand } from './testing/random-commands.ts';
import { seededRandom, testSeed } from './testing/seeded.ts';

const EPOCH: Epoch = { seconds: 1_700_000_000, random: 7 };

/** Engine and clients, with every record and every report kept as hexadecimal. */
class SavedRun {
  readonly records: string[] = [];
  readonly clients = new ClientDirectory({
    newToken: () => 'f'.repeat(32),
    openOrdersOf: (owner) => this.engine.market.openOrdersOf(owner),
  });
  readonly engine: Engine;
  #timeNs = 1_700_000_000_000_000_000n;

  constructor() {
    const sessions = new SessionTable({
      epoch: EPOCH,
      clients: this.clients,
      nowMs: () => 0,
      log: { info: () => {}, warn: () => {} },
      reply: () => {},
    });
    this.engine = new Engine({
      epoch: EPOCH,
      wallClock: (out: Nanos) => setNanos(out, this.#timeNs),
      crc32,
      sink: (packet) => this.records.push(...recordsOf(packet)),
      reports: new ReportRouter(sessions),
    });
  }

  begin(): this {
    for (let owner = 1; owner <= RANDOM_OWNERS; owner++) {
      const token = String(owner).repeat(32);
      const name = `client-${owner}`;
      const choice = {
        isOpen: owner === 2,
        heartbeatMs: 200 * owner,
        cancelOnDisconnect: owner === 3,
      };
      this.clients.restore({ owner, name, token, ...choice }, 0);
    }
    for (const command of RANDOM_LISTINGS) this.do(1, command);
    return this;
  }

  do(owner: number, command: Command): void {
    const { sequencer } = this.engine;
    this.#timeNs += 9_000_000n;
    const high = Number(this.#timeNs >> 32n);
    const low = Number(this.#timeNs & 0xffff_ffffn);
    const number = sequencer.transaction + 1;
    sequencer.apply(number, high, low, owner, number, command);
  }

  save(): Uint8Array {
    const writer = new StateWriter();
    this.engine.saveState(writer);
    this.clients.saveState(writer);
    return writer.written;
  }

  load(bytes: Uint8Array, from?: SavedRun): this {
    const reader = new StateReader(bytes);
    this.engine.loadState(reader);
    this.clients.loadState(reader, 0);
    reader.end();
    if (from !== undefined) this.#timeNs = from.#timeNs;
    return this;
  }

  reports(): string[] {
    const reports: string[] = [];
    for (let owner = 1; owner <= RANDOM_OWNERS; owner++) {
      this.clients.ofOwner(owner)?.reports.replay(0, (report, sequence) => {
        reports.push(`${owner} ${sequence} ${Buffer.from(report).toString('hex')}`);
      });
    }
    return reports;
  }
}

function recordsOf(packet: Uint8Array): string[] {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const records: string[] = [];
  for (let at = view.getUint16(PacketOffset.HeaderBytes, true); at < packet.length; ) {
    const length = view.getUint8(at + 1) * 8;
    records.push(Buffer.from(packet.subarray(at, at + length)).toString('hex'));
    at += length;
  }
  return records;
}

describe('the saved state', () => {
  it('goes on as the run that it was taken from: records, reports and digest', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    let records = 0;
    for (let run = 0; run < 12; run++) {
      const one = new SavedRun().begin();
      const commands = 200 + random(1500);
      const saveAt = random(commands);
      let other: SavedRun | undefined;
      for (let i = 0; i < commands; i++) {
        if (i === saveAt) {
          other = new SavedRun().load(one.save().slice(), one);
          one.records.length = 0;
        }
        const owner = 1 + random(RANDOM_OWNERS);
        const command = randomCommand(random, 1 + i);
        one.do(owner, command);
        other?.do(owner, command);
      }
      const hint = `seed ${seed}, run ${run}`;
      const [a, b] = [one, other as SavedRun].map((each) => each.save());
      expect(other?.records, hint).toEqual(one.records);
      expect(other?.reports(), hint).toEqual(one.reports());
      expect(digestOf(b as Uint8Array), hint).toBe(digestOf(a as Uint8Array));
      records += one.records.length;
    }
    // A run that is saved near its end may have none behind that.
    expect(records, `seed ${seed}`).toBeGreaterThan(1000);
  });

  it('is the same bytes again when it has just been loaded', () => {
    const one = new SavedRun().begin();
    const random = seededRandom(5);
    for (let i = 1; i <= 3000; i++) one.do(1 + random(RANDOM_OWNERS), randomCommand(random, i));
    const bytes = one.save().slice();
    expect(Buffer.from(new SavedRun().load(bytes).save()).equals(bytes)).toBe(true);
    expect(one.engine.market.openOrders).toBeGreaterThan(20);
  });

  it('survives any bytes: they are refused with the one error, or are a state', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const one = new SavedRun().begin();
    for (let i = 1; i <= 120; i++) one.do(1 + random(RANDOM_OWNERS), randomCommand(random, i));
    const whole = one.save().slice();
    let refused = 0;
    for (let run = 0; run < 1500; run++) {
      const bytes = whole.slice(0, random(6) === 0 ? random(whole.length) : whole.length);
      for (let i = random(4); i > 0 && bytes.length > 0; i--) {
        bytes[random(bytes.length)] = random(3) === 0 ? 255 : random(256);
      }
      try {
        new SavedRun().load(bytes);
      } catch (error) {
        refused += 1;
        if (!(error instanceof StateError)) throw new Error(`seed ${seed}`, { cause: error });
      }
    }
    expect(refused).toBeGreaterThan(300);
  });
});
